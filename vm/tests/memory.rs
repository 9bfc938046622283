//! Linear memories against a model: growth with every backing, and segmented against paged
//! initialisation.

#![expect(unsafe_code, reason = "looks at the header that running code sees")]

use proptest::collection::vec;
use proptest::prelude::*;
use selvedge_vm::index::{DataIndex, DefinedMemoryIndex, EntityIndex, MemoryIndex, PrimaryMap};
use selvedge_vm::init::{
    IMAGE_PAGE_BYTES, MemoryInitialization, MemoryInitializer, MemoryShapes, SegmentOffset,
    apply_pages, apply_segment,
};
use selvedge_vm::memory::{
    GrowError, MAX_MEMORY_BYTES, MEMORY_HEADER_BYTES, MEMORY_LENGTH_OFFSET, Memory, MemoryError,
    MemoryPlan, MmapMemory, PortableMemory,
};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::MemoryType;

const PAGE: u64 = 1 << 16;

/// Small enough that growth leaves the reservation, and for a portable `Mapping`.
const SMALL_PLAN: MemoryPlan = MemoryPlan {
    reservation: 2 * PAGE,
    guard: PAGE,
    reservation_for_growth: 3 * PAGE,
    may_move: true,
};

fn memory_type(minimum: u64, maximum: Option<u64>) -> MemoryType {
    MemoryType {
        minimum,
        maximum,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    }
}

#[derive(Clone, Copy, Debug)]
enum Backing {
    Planned,
    SmallMmap,
    Portable,
}

impl Backing {
    fn make(self, ty: &MemoryType) -> Memory {
        match self {
            Self::Planned => {
                Memory::new_dynamic(ty, &MemoryPlan::default()).expect("a planned memory")
            }
            Self::SmallMmap => Memory::Dynamic(Box::new(
                MmapMemory::new(ty, &SMALL_PLAN).expect("a mapped memory"),
            )),
            Self::Portable => Memory::Dynamic(Box::new(
                PortableMemory::new(ty, &MemoryPlan::bounded()).expect("a portable memory"),
            )),
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Grow { delta: u64, allowed: bool },
    Write { offset: u64, bytes: Vec<u8> },
}

fn backing() -> impl Strategy<Value = Backing> {
    prop_oneof![
        Just(Backing::Planned),
        Just(Backing::SmallMmap),
        Just(Backing::Portable),
    ]
}

fn any_type() -> impl Strategy<Value = MemoryType> {
    let limits = (0_u64..4, proptest::option::of(0_u64..8), any::<bool>());
    (limits, any::<bool>()).prop_map(|((minimum, extra, memory64), bytes)| {
        // Sizes of byte-paged memories are odd and cross host pages.
        let scale = if bytes { 7001 } else { 1 };
        MemoryType {
            minimum: minimum * scale,
            maximum: extra.map(|extra| (minimum + extra) * scale),
            memory64,
            shared: false,
            page_size_log2: if bytes { 0 } else { 16 },
        }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let delta = prop_oneof![
        6 => 0_u64..4,
        2 => 0_u64..20_000,
        1 => (u64::MAX - 70_000)..=u64::MAX,
    ];
    let offset = prop_oneof![4 => 0_u64..(6 * PAGE), 1 => (u64::MAX - 9)..=u64::MAX];
    prop_oneof![
        (delta, prop::bool::weighted(0.9))
            .prop_map(|(delta, allowed)| Step::Grow { delta, allowed }),
        (offset, vec(any::<u8>(), 0..200))
            .prop_map(|(offset, bytes)| Step::Write { offset, bytes }),
    ]
}

/// Whether a growth is worth trying in a test: huge ones must fail, the rest must be small.
fn is_affordable(ty: &MemoryType, len: usize, delta: u64) -> bool {
    let new = delta
        .saturating_mul(ty.page_size())
        .saturating_add(len as u64);
    new <= 16 * PAGE || new > u64::MAX / 2
}

/// Checks everything that running code and hosts can see of `memory` against its content.
fn check(memory: &Memory, model: &[u8]) {
    assert_eq!(memory.byte_size(), model.len());
    assert_eq!(memory.size_pages() * memory.page_size(), model.len() as u64);
    assert!(memory.data() == model, "the content is the model's");
    let definition = memory.vmmemory();
    assert_eq!(definition.base.addr() % 64, 0);
    // SAFETY: the memory is live, so is its header; the words below the length word are free,
    // and no code runs that could use them.
    unsafe {
        assert_eq!(definition.len(), model.len() as u64);
        let word = definition.base.byte_offset(MEMORY_LENGTH_OFFSET);
        assert_eq!(word.cast::<u64>().read(), model.len() as u64);
        let header = definition.base.sub(MEMORY_HEADER_BYTES);
        header.write_bytes(0xaa, MEMORY_HEADER_BYTES - 8);
        assert_eq!(header.read(), 0xaa);
    }
}

fn grow_and_check(memory: &mut Memory, ty: &MemoryType, model: &mut Vec<u8>, step: (u64, bool)) {
    let (delta, allowed) = step;
    let (old, base, capacity) = (model.len(), memory.vmmemory().base, memory.byte_capacity());
    let mut asked = 0;
    let result = memory.grow(delta, &mut |current, desired, _| {
        assert_eq!(current, old as u64);
        assert!(desired > current);
        asked += 1;
        Ok::<_, ()>(allowed)
    });
    assert_eq!(asked, u32::from(delta != 0));
    let desired = u128::from(delta) * u128::from(ty.page_size()) + old as u128;
    match result {
        Ok(old_bytes) => {
            assert!(delta == 0 || allowed);
            assert_eq!(old_bytes, old as u64);
            assert!(desired <= u128::from(ty.maximum_bytes()));
            model.resize(desired as usize, 0);
        }
        Err(GrowError::Denied) => assert!(!allowed),
        Err(GrowError::Failed(MemoryError::MaximumExceeded { .. })) => {
            assert!(desired > u128::from(ty.maximum_bytes()));
        }
        Err(GrowError::Failed(MemoryError::ImplementationLimit { .. })) => {
            assert!(desired > 1 << 60 && ty.maximum.is_none());
        }
        Err(error) => panic!("{error:?}"),
    }
    if model.len() <= capacity {
        assert_eq!(memory.vmmemory().base, base);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn memories_behave_as_their_model(
        backing in backing(),
        ty in any_type(),
        steps in vec(step(), 0..24),
    ) {
        let mut memory = backing.make(&ty);
        let mut model = vec![0; ty.minimum_bytes().expect("small") as usize];
        check(&memory, &model);
        for step in steps {
            match step {
                Step::Grow { delta, allowed } => {
                    if is_affordable(&ty, model.len(), delta) {
                        grow_and_check(&mut memory, &ty, &mut model, (delta, allowed));
                    }
                }
                Step::Write { offset, bytes } => {
                    let end = offset.checked_add(bytes.len() as u64);
                    let fits = end.is_some_and(|end| end <= model.len() as u64);
                    prop_assert_eq!(memory.write(offset, &bytes).is_ok(), fits);
                    let mut back = vec![0; bytes.len()];
                    prop_assert_eq!(memory.read(offset, &mut back).is_ok(), fits);
                    if fits {
                        model[offset as usize..][..bytes.len()].copy_from_slice(&bytes);
                        prop_assert_eq!(back, bytes);
                    }
                }
            }
            check(&memory, &model);
        }
    }
}

#[test]
fn a_reservation_that_cannot_be_had_becomes_bounded() {
    let plan = MemoryPlan {
        reservation: 1 << 62,
        ..MemoryPlan::default()
    };
    let mut memory = Memory::new_dynamic(&memory_type(1, Some(4)), &plan).expect("bounded");
    let planned = !cfg!(any(feature = "portable-sys", miri, not(unix)));
    assert_eq!(memory.fallback_reason().is_some(), planned);
    if let Some(reason) = memory.fallback_reason() {
        assert!(reason.starts_with("cannot reserve 4611686018"), "{reason}");
    }
    assert!(!memory.has_guard(&plan));
    assert!(!memory.has_guard(&MemoryPlan::default()));
    memory.write(PAGE - 1, &[9]).expect("the last byte");
    assert_eq!(
        memory.grow(3, &mut |_, _, _| Ok::<_, ()>(true)).ok(),
        Some(PAGE)
    );
    assert_eq!(
        (memory.data()[PAGE as usize - 1], memory.size_pages()),
        (9, 4)
    );
    check(&memory, memory.data());
}

#[test]
fn impossible_memories_are_errors() {
    let wide = |minimum| MemoryType {
        memory64: true,
        ..memory_type(minimum, None)
    };
    for plan in [MemoryPlan::default(), MemoryPlan::bounded()] {
        for minimum in [1 << 29, 1 << 47, 1 << 48, u64::MAX >> 16, u64::MAX] {
            let error = Memory::new_dynamic(&wide(minimum), &plan).expect_err("too large");
            assert!(matches!(error, MemoryError::MinimumTooLarge { pages } if pages == minimum));
            let expected = format!("memory minimum size of {minimum} pages exceeds memory limits");
            assert_eq!(error.to_string(), expected);
        }
    }
}

#[test]
fn the_largest_memory_is_had_or_refused() {
    let largest = MemoryType {
        memory64: true,
        ..memory_type(MAX_MEMORY_BYTES >> 16, None)
    };
    for plan in [MemoryPlan::default(), MemoryPlan::bounded()] {
        match Memory::new_dynamic(&largest, &plan) {
            Ok(memory) => assert_eq!(memory.size_pages(), largest.minimum),
            Err(MemoryError::Reserve { bytes, .. }) => assert!(bytes >= MAX_MEMORY_BYTES),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
fn large_sparse_memories_cost_little() {
    let ty = memory_type(65536, None);
    let plan = MemoryPlan::default();
    let mut memory = Memory::new_dynamic(&ty, &plan).expect("four GiB of zero pages");
    memory.write((1 << 32) - 1, &[1]).expect("the last byte");
    assert!(memory.write(1 << 32, &[1]).is_err());
    assert_eq!(memory.maximum_pages(), Some(65536));
    assert!(matches!(
        memory.grow(1, &mut |_, _, _| Ok::<_, ()>(true)),
        Err(GrowError::Failed(MemoryError::MaximumExceeded { .. }))
    ));
}

/// The initial sizes of the memories; the first `imported` are imported.
struct Shapes {
    imported: usize,
    minimum_bytes: Vec<u64>,
}

impl MemoryShapes for Shapes {
    fn imported_memories(&self) -> usize {
        self.imported
    }
    fn defined_memories(&self) -> usize {
        self.minimum_bytes.len() - self.imported
    }
    fn minimum_bytes(&self, memory: MemoryIndex) -> u64 {
        self.minimum_bytes[memory.index()]
    }
}

/// Runs the segments one by one, as the specification says.
fn run_segmented(
    segments: &[MemoryInitializer],
    wasm: &[u8],
    memories: &mut [Memory],
) -> Result<(), TrapCode> {
    for segment in segments {
        let SegmentOffset::Constant(offset) = segment.offset else {
            panic!("the offsets of this test are constants");
        };
        let memory = &mut memories[segment.memory_index.index()];
        apply_segment(memory, offset, &wasm[segment.data.clone()])?;
    }
    Ok(())
}

/// Copies the pages, then fails if a segment was out of bounds.
fn run_paged(
    map: &PrimaryMap<DefinedMemoryIndex, Vec<Option<Box<[u8]>>>>,
    out_of_bounds: bool,
    memories: &mut [Memory],
) -> Result<(), TrapCode> {
    for (index, pages) in map.iter() {
        apply_pages(&mut memories[index.index()], pages)?;
    }
    if out_of_bounds {
        Err(TrapCode::MemoryOutOfBounds)
    } else {
        Ok(())
    }
}

/// One byte-paged memory of this size.
fn byte_memory(minimum: u64) -> Memory {
    let ty = MemoryType {
        page_size_log2: 0,
        ..memory_type(minimum, None)
    };
    Memory::new_dynamic(&ty, &MemoryPlan::bounded()).expect("a small memory")
}

const DATA_BYTES: usize = 200_000;

/// A memory, an offset as a share of its size plus a distance, and a range of the data.
fn segment() -> impl Strategy<Value = (usize, f64, i64, usize, usize)> {
    let len = prop_oneof![2 => Just(0_usize), 4 => 1..50_usize, 2 => 1..150_000_usize];
    let share = prop_oneof![4 => 0.0..1.0, 1 => Just(1.0)];
    (0..3_usize, share, -3..=3_i64, 0..50_000_usize, len)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn paged_and_segmented_initialisation_agree(
        sizes in vec(prop_oneof![0..10_u64, 0..(4 * PAGE), Just(2 * PAGE)], 3),
        list in vec(segment(), 0..8),
        clip in prop::bool::weighted(0.7),
    ) {
        let wasm: Vec<u8> = (0..DATA_BYTES).map(|i| (i % 251) as u8 + 1).collect();
        let mut segments = Vec::new();
        for (memory, share, distance, start, len) in list {
            let size = sizes[memory];
            let offset = ((size as f64 * share) as u64).saturating_add_signed(distance);
            // Most lists are kept within bounds, so that whole images are compared.
            let left = size.saturating_sub(offset) as usize;
            let (offset, len) = if clip { (offset.min(size), len.min(left)) } else { (offset, len) };
            segments.push(MemoryInitializer {
                segment: DataIndex::new(segments.len()),
                memory_index: MemoryIndex::new(memory),
                offset: SegmentOffset::Constant(offset),
                data: start..start + len,
            });
        }
        let mut one_by_one: Vec<Memory> = sizes.iter().map(|&size| byte_memory(size)).collect();
        let mut by_page: Vec<Memory> = sizes.iter().map(|&size| byte_memory(size)).collect();
        let expected = run_segmented(&segments, &wasm, &mut one_by_one);
        prop_assert!(!clip || expected.is_ok());
        let shapes = Shapes { imported: 0, minimum_bytes: sizes };
        let segmented = MemoryInitialization::Segmented(segments);
        let paged = segmented.to_paged(&wasm, &shapes).expect("dense and constant");
        prop_assert!(paged.to_paged(&wasm, &shapes).is_none());
        #[cfg(feature = "serde")]
        for init in [&segmented, &paged] {
            let bytes = postcard::to_stdvec(init).expect("serialised");
            prop_assert_eq!(&postcard::from_bytes::<MemoryInitialization>(&bytes), &Ok(init.clone()));
        }
        let MemoryInitialization::Paged { map, out_of_bounds } = paged else {
            panic!("paged");
        };
        prop_assert_eq!(run_paged(&map, out_of_bounds, &mut by_page), expected);
        for (one, page) in one_by_one.iter().zip(&by_page) {
            prop_assert!(one.data() == page.data(), "the contents agree");
        }
        for (index, pages) in map.iter() {
            prop_assert!(!matches!(pages.last(), Some(None)), "a list ends with a written page");
            for (i, page) in pages.iter().enumerate() {
                let left = shapes.minimum_bytes[index.index()] as usize - i * IMAGE_PAGE_BYTES;
                let len = page.as_deref().map_or(left.min(IMAGE_PAGE_BYTES), <[u8]>::len);
                prop_assert_eq!(len, left.min(IMAGE_PAGE_BYTES));
            }
        }
    }
}

#[test]
fn initialisations_of_imported_memories_are_not_paged() {
    let shapes = Shapes {
        imported: 1,
        minimum_bytes: vec![PAGE, PAGE],
    };
    let segment = |memory| MemoryInitializer {
        segment: DataIndex::new(0),
        memory_index: MemoryIndex::new(memory),
        offset: SegmentOffset::Constant(0),
        data: 0..1,
    };
    let imported = MemoryInitialization::Segmented(vec![segment(1), segment(0)]);
    assert_eq!(imported.to_paged(b"x", &shapes), None);
    let own = MemoryInitialization::Segmented(vec![segment(1)]);
    assert!(own.to_paged(b"x", &shapes).is_some());
}
