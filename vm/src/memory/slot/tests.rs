//! Slots against a model, under every policy and kind; failing system calls.

use proptest::prelude::*;

use super::*;
use crate::init::{IMAGE_PAGE_BYTES, ImagePage};
use crate::memory::InitialContent;
use crate::sys::faults::Fault;

const CAPACITY: usize = 8 * IMAGE_PAGE_BYTES;

const KINDS: [SlotKind; 3] = [SlotKind::Guarded, SlotKind::Bounded, SlotKind::Open];

/// An accessible header page, then a slot of `CAPACITY` bytes.
fn slot(kind: SlotKind) -> ImageSlot {
    let page = sys::page_size();
    let mapping = Arc::new(Mapping::reserve(page + CAPACITY).expect("a small mapping"));
    let open = if kind == SlotKind::Open { CAPACITY } else { 0 };
    mapping
        .make_accessible(0, page + open)
        .expect("a small mapping");
    // SAFETY: the mapping is new, and made for this slot.
    unsafe { ImageSlot::new(&mapping, page, CAPACITY, kind) }
}

/// Images with zeros before, between and after, one of which covers the other.
fn images() -> [Option<Arc<MemoryImage>>; 3] {
    let page = |at: usize, bytes: &[u8]| -> ImagePage {
        let mut page = vec![0; IMAGE_PAGE_BYTES];
        page[at..at + bytes.len()].copy_from_slice(bytes);
        Some(page.into())
    };
    let image = |pages: &[ImagePage]| match MemoryImage::from_pages(pages) {
        InitialContent::Image(image) => Some(image),
        other => panic!("{other:?} is no image"),
    };
    [
        None,
        image(&[page(20_000, b"small")]),
        image(&[page(9000, b"first"), None, page(7, b"last")]),
    ]
}

fn bytes(slot: &mut ImageSlot) -> &mut [u8] {
    // SAFETY: `len` bytes are accessible, and the slot is borrowed.
    unsafe { std::slice::from_raw_parts_mut(slot.base().as_ptr(), slot.len()) }
}

fn expected(image: Option<&Arc<MemoryImage>>, len: usize) -> Vec<u8> {
    let mut expected = vec![0; len];
    if let Some(image) = image {
        let end = image.end().min(len);
        expected[image.offset()..end].copy_from_slice(&image.bytes()[..end - image.offset()]);
    }
    expected
}

/// Every way to reset: blindly, by pages, by pages with a small budget, with and without residents.
fn policies() -> Vec<ResetPolicy> {
    let mut policies = Vec::new();
    for pagemap_scan in [false, true] {
        for (blind_restore, keep_resident) in [
            (0, 0),
            (0, 4 << 20),
            (64 << 10, 4 << 20),
            (64 << 10, 20 << 10),
            (6 << 10, 64 << 10),
            (4 << 20, 4 << 20),
        ] {
            policies.push(ResetPolicy {
                blind_restore,
                keep_resident,
                pagemap_scan,
            });
        }
    }
    policies
}

#[derive(Clone, Debug)]
enum Step {
    Write {
        at: prop::sample::Index,
        len: usize,
    },
    Grow(prop::sample::Index),
    /// Reset by a policy, then use by a memory with this image and minimum.
    Reuse {
        policy: prop::sample::Index,
        image: usize,
        minimum: prop::sample::Index,
    },
    Fail(usize),
}

fn step() -> impl Strategy<Value = Step> {
    use prop::sample::Index;
    prop_oneof![
        6 => (any::<Index>(), prop_oneof![1_usize..9, 4000_usize..70_000])
            .prop_map(|(at, len)| Step::Write { at, len }),
        2 => any::<Index>().prop_map(Step::Grow),
        2 => (any::<Index>(), 0_usize..3, any::<Index>())
            .prop_map(|(policy, image, minimum)| Step::Reuse { policy, image, minimum }),
        1 => (0_usize..6).prop_map(Step::Fail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 256 }))]

    #[test]
    fn every_memory_finds_image_and_zeros(
        kind in prop::sample::select(&KINDS[..]),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let (mut slot, images, policies) = (slot(kind), images(), policies());
        let mut model = vec![0; 5];
        let mut fault = None;
        slot.instantiate(model.len(), None).expect("a fresh slot");
        for step in steps {
            match step {
                Step::Write { at, len } if !model.is_empty() => {
                    let at = at.index(model.len());
                    let end = (at + len).min(model.len());
                    model[at..end].fill(0xc7);
                    bytes(&mut slot)[at..end].fill(0xc7);
                }
                Step::Write { .. } => {}
                Step::Grow(to) => {
                    let len = model.len() + to.index(CAPACITY - model.len() + 1);
                    if slot.grow(len).is_ok() {
                        model.resize(len, 0);
                    }
                }
                Step::Fail(calls) => fault = Some(Fault::after(calls)),
                Step::Reuse { policy, image, minimum } => {
                    let policy = &policies[policy.index(policies.len())];
                    let image = images[image].as_ref();
                    // SAFETY: no slice of the memory lives.
                    unsafe { slot.reset(policy) };
                    let least = image.map_or(0, |image| image.end());
                    let len = least + minimum.index(CAPACITY - least + 1);
                    if slot.instantiate(len, image).is_err() {
                        prop_assert!(fault.as_ref().is_some_and(Fault::has_fired));
                        prop_assert_eq!(slot.state(), SlotState::Unknown);
                        fault = None;
                        slot.instantiate(len, image).expect("what failed is replaced");
                    }
                    model = expected(image, len);
                }
            }
            prop_assert!(bytes(&mut slot) == model, "the content differs");
            prop_assert!(slot.accessible() >= model.len());
            if kind == SlotKind::Guarded {
                prop_assert!(slot.accessible() < model.len() + sys::page_size());
            }
            if sys::HAS_GUARD_PAGES && slot.accessible() < CAPACITY {
                // SAFETY: within the mapping.
                let beyond = unsafe { slot.base().add(slot.accessible()) };
                prop_assert!(!sys::is_accessible(beyond.as_ptr()));
            }
        }
        drop(fault);
    }
}

#[test]
fn many_written_pages_apart_are_all_found() {
    let page = sys::page_size();
    for kind in KINDS {
        for policy in policies() {
            for image in images() {
                let mut slot = slot(kind);
                slot.instantiate(CAPACITY, image.as_ref()).expect("a slot");
                // 64 runs and one, and the last byte.
                for i in (0..CAPACITY / page)
                    .step_by(2)
                    .take(65)
                    .chain([CAPACITY / page - 1])
                {
                    bytes(&mut slot)[i * page..][..page].fill(0x55);
                }
                // SAFETY: no slice of the memory lives.
                unsafe { slot.reset(&policy) };
                assert_eq!(slot.state(), SlotState::Clean);
                slot.instantiate(CAPACITY, image.as_ref()).expect("a slot");
                let expected = expected(image.as_ref(), CAPACITY);
                assert!(bytes(&mut slot) == expected, "{kind:?} {policy:?}");
            }
        }
    }
}

#[test]
fn the_same_image_and_size_make_no_system_call() {
    let [_, image, other] = images();
    let policy = ResetPolicy::default();
    for kind in KINDS {
        let mut slot = slot(kind);
        slot.instantiate(IMAGE_PAGE_BYTES, image.as_ref())
            .expect("a slot");
        bytes(&mut slot).fill(1);
        let fault = Fault::after(usize::MAX);
        // SAFETY: no slice of the memory lives.
        unsafe { slot.reset(&policy) };
        slot.instantiate(IMAGE_PAGE_BYTES, image.as_ref())
            .expect("a slot");
        assert_eq!(fault.calls(), 0);
        assert!(bytes(&mut slot) == expected(image.as_ref(), IMAGE_PAGE_BYTES));
        // SAFETY: as above.
        unsafe { slot.reset(&policy) };
        slot.instantiate(CAPACITY, other.as_ref()).expect("a slot");
        assert_eq!(
            fault.calls() > 0,
            kind != SlotKind::Open && sys::HAS_GUARD_PAGES
        );
    }
}

#[test]
fn the_system_tells_written_pages_here() {
    // Otherwise the tests above test less than they seem to.
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < (6, 7) || !sys::HAS_GUARD_PAGES {
        return;
    }
    let mut slot = slot(SlotKind::Guarded);
    slot.instantiate(CAPACITY, None).expect("a slot");
    bytes(&mut slot)[CAPACITY / 2] = 1;
    let mut runs = Vec::new();
    let end = sys::scan_written(slot.base(), CAPACITY, usize::MAX, false, |run, _| {
        runs.push(run)
    });
    assert_eq!(end, Some(CAPACITY));
    let written = CAPACITY / 2..CAPACITY / 2 + sys::page_size();
    assert_eq!(runs, std::slice::from_ref(&written));
}

#[test]
fn a_growth_that_fails_leaves_the_memory_and_condemns_the_slot() {
    if !sys::HAS_GUARD_PAGES {
        return;
    }
    let mut slot = slot(SlotKind::Guarded);
    slot.instantiate(100, None).expect("a slot");
    bytes(&mut slot).fill(3);
    let fault = Fault::after(0);
    let error = slot.grow(CAPACITY).expect_err("no more pages");
    assert!(fault.has_fired());
    assert!(
        error.to_string().starts_with("cannot make accessible "),
        "{error}"
    );
    assert_eq!((slot.len(), slot.state()), (100, SlotState::InUse));
    assert!(bytes(&mut slot).iter().all(|&byte| byte == 3));
    // SAFETY: no slice of the memory lives.
    unsafe { slot.reset(&ResetPolicy::default()) };
    assert_eq!(slot.state(), SlotState::Unknown);
    slot.instantiate(CAPACITY, None).expect("replaced");
    assert!(bytes(&mut slot).iter().all(|&byte| byte == 0));
}

#[test]
fn a_forgotten_image_is_zero() {
    let [_, image, _] = images();
    for kind in KINDS {
        let mut slot = slot(kind);
        slot.instantiate(IMAGE_PAGE_BYTES, image.as_ref())
            .expect("a slot");
        // SAFETY: no slice of the memory lives.
        unsafe { slot.reset(&ResetPolicy::default()) };
        slot.forget_image();
        assert!(slot.image().is_none());
        slot.instantiate(IMAGE_PAGE_BYTES, None).expect("a slot");
        assert!(bytes(&mut slot).iter().all(|&byte| byte == 0));
    }
}

#[test]
fn pages_of_one_large_memory_are_given_back() {
    let mut slot = slot(SlotKind::Guarded);
    let image = images()[1].clone();
    let policy = ResetPolicy {
        blind_restore: 0,
        ..ResetPolicy::default()
    };
    let resident = |slot: &ImageSlot| {
        let mut bytes = 0;
        sys::scan_written(slot.base(), CAPACITY, usize::MAX, false, |run, _| {
            bytes += run.len();
        })
        .map(|_| bytes / sys::page_size())
    };
    let mut most = 0;
    for round in 0..20 {
        slot.instantiate(CAPACITY, image.as_ref()).expect("a slot");
        let expected = expected(image.as_ref(), CAPACITY);
        assert!(bytes(&mut slot) == expected, "round {round}");
        let written = if round == 3 { CAPACITY } else { 100 };
        bytes(&mut slot)[..written].fill(round as u8 + 1);
        // SAFETY: no slice of the memory lives.
        unsafe { slot.reset(&policy) };
        let Some(pages) = resident(&slot) else {
            return; // the system does not tell
        };
        most = most.max(pages);
        assert!(round < 10 || pages <= 2, "{pages} pages stay");
    }
    assert!(most > 100);
}

/// The system may map the zero page in place of one that a memory has filled with zeros.
#[test]
fn zero_pages_in_place_of_an_image_are_found() {
    if !sys::HAS_GUARD_PAGES {
        return;
    }
    let [.., image] = images();
    let mut slot = slot(SlotKind::Open);
    slot.instantiate(CAPACITY, image.as_ref()).expect("a slot");
    let first = image.as_ref().map_or(0, |image| image.offset());
    // SAFETY: no slice of the memory lives.
    unsafe {
        let page = slot.offset + first;
        slot.mapping.reset(page, sys::page_size()).expect("dropped");
        assert_eq!(slot.base().add(first).read_volatile(), 0);
        slot.reset(&ResetPolicy::default());
    }
    slot.instantiate(CAPACITY, image.as_ref()).expect("a slot");
    let expected = expected(image.as_ref(), CAPACITY);
    assert!(bytes(&mut slot) == expected);
}

#[test]
fn a_bounded_slot_stays_accessible() {
    let mut slot = slot(SlotKind::Bounded);
    for round in 0..3 {
        let fault = Fault::after(usize::MAX);
        slot.instantiate(1, None).expect("a slot");
        slot.grow(CAPACITY).expect("all of it");
        assert!(round == 0 || fault.calls() == 0, "round {round}");
        assert!(bytes(&mut slot).iter().all(|&byte| byte == 0));
        bytes(&mut slot).fill(5);
        // SAFETY: no slice of the memory lives.
        unsafe { slot.reset(&ResetPolicy::default()) };
    }
}

#[test]
#[should_panic(expected = "a slot is clean when it is used")]
fn a_slot_in_use_is_not_given_away() {
    let mut slot = slot(SlotKind::Open);
    slot.instantiate(1, None).expect("a slot");
    let _ = slot.instantiate(1, None);
}

/// Pages that the system has moved out of memory are restored like others. Where there is no swap space they stay in
/// memory, as the test says then, and it is the same reset that is looked at.
#[cfg(all(target_os = "linux", not(feature = "portable-sys"), not(miri)))]
#[test]
fn pages_that_are_swapped_out_are_restored() {
    /// How many pages from `start` on are in memory, and how many are in swap space.
    fn places(start: *const u8, pages: usize) -> (usize, usize) {
        use std::os::unix::fs::FileExt;
        let file = std::fs::File::open("/proc/self/pagemap").expect("what the system tells");
        let (mut present, mut swapped) = (0, 0);
        for page in 0..pages {
            let mut entry = [0; 8];
            let at = (start.addr() / sys::page_size() + page) as u64 * 8;
            file.read_exact_at(&mut entry, at).expect("an entry");
            let entry = u64::from_ne_bytes(entry);
            present += (entry >> 63 & 1) as usize;
            swapped += (entry >> 62 & 1) as usize;
        }
        (present, swapped)
    }
    let image = &images()[2];
    for policy in policies() {
        let mut slot = slot(SlotKind::Guarded);
        slot.instantiate(CAPACITY, image.as_ref()).expect("it fits");
        bytes(&mut slot).fill(0xdd);
        let pages = CAPACITY / sys::page_size();
        // SAFETY: the pages are the slot's; advice changes no content.
        let advised =
            unsafe { libc::madvise(slot.base().as_ptr().cast(), CAPACITY, libc::MADV_PAGEOUT) };
        let (present, swapped) = places(slot.base().as_ptr(), pages);
        match advised {
            0 if swapped > 0 => assert!(present < pages, "{swapped} pages are out"),
            0 => println!("no page was swapped out: {present} of {pages} are in memory"),
            _ => println!("no advice: {}", io::Error::last_os_error()),
        }
        // SAFETY: nobody uses the memory.
        unsafe { slot.reset(&policy) };
        slot.instantiate(CAPACITY, image.as_ref()).expect("it fits");
        assert!(
            bytes(&mut slot) == expected(image.as_ref(), CAPACITY),
            "{policy:?}"
        );
    }
}
