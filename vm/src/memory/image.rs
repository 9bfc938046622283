//! `MemoryImage`: the initial content of a linear memory, to be mapped or copied whole.
//!
//! ```text
//!   memory   │ zeros │ image: whole host pages, in a sealed file │ zeros … │
//!            0       offset                                      end
//! ```
//!
//! Images are shared by content between all engines of a process. Readers may rely on:
//! - an image never changes; its bytes are there twice, in the file that slots map (where the
//!   platform has such files) and as a copy to restore from, aligned to the host's page;
//! - it has no whole zero page at either end, and no image is empty;
//! - what it does not cover is zero in a new memory.

#![expect(unsafe_code, reason = "copies bytes to memories by address")]

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use super::InitialContent;
use crate::init::{IMAGE_PAGE_BYTES, ImagePage};
use crate::sys::{self, Mapping, SealedFile, ZeroedBlock};

/// An image may be this long however little of it is data.
const DENSE_BYTES: usize = 16 << 20;

/// How many bytes of a longer image each byte of data may cost.
const DENSITY: usize = 2;

/// The initial content of a linear memory, from its first to its last page that is not zero.
pub struct MemoryImage {
    offset: usize,
    len: usize,
    bytes: ZeroedBlock,
    /// `None` if the platform has no such files, or none to spare: the bytes are copied then.
    file: Option<SealedFile>,
    hash: u64,
}

impl MemoryImage {
    /// The content that `pages` of an initialisation give, as an image if it is dense enough: at most
    /// twice as long as its pages that are not zero, or 16 MiB.
    pub fn from_pages(pages: &[ImagePage]) -> InitialContent {
        let Some(extent) = Extent::of(pages) else {
            return InitialContent::Zero;
        };
        let len = extent.range.len();
        if len > DENSE_BYTES && len > extent.data_bytes.saturating_mul(DENSITY) {
            return InitialContent::Segments;
        }
        let Ok(bytes) = ZeroedBlock::new(len, sys::page_size()) else {
            return InitialContent::Segments;
        };
        for (start, page) in written(pages) {
            let (skip, to) = match start.checked_sub(extent.range.start) {
                Some(to) => (0, to),
                None => (extent.range.start - start, 0),
            };
            let page = page.get(skip..).unwrap_or_default();
            let page = &page[..page.len().min(len.saturating_sub(to))];
            if !page.is_empty() {
                // SAFETY: `to + page.len()` is within the block, which is new.
                unsafe {
                    let to = bytes.as_ptr().as_ptr().add(to);
                    to.copy_from_nonoverlapping(page.as_ptr(), page.len());
                }
            }
        }
        InitialContent::Image(share(extent.range.start, bytes))
    }

    /// Where in the memory the image begins, in whole host pages.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes it has, in whole host pages; never 0.
    #[expect(clippy::len_without_is_empty, reason = "no image is empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Where in the memory it ends.
    pub fn end(&self) -> usize {
        self.offset + self.len
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the block has `len` initialised bytes, which nobody writes any more.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr().as_ptr(), self.len) }
    }

    /// Whether [`Self::map`] can put it into memories.
    pub(super) fn can_be_mapped(&self) -> bool {
        self.file.is_some()
    }

    /// Maps it into the memory whose base is at `base` of `mapping`.
    ///
    /// # Panics
    ///
    /// If it cannot be mapped.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range, whose content is lost.
    pub(super) unsafe fn map(&self, mapping: &Mapping, base: usize) -> std::io::Result<()> {
        let file = self.file.as_ref().expect("an image with a file");
        // SAFETY: by contract.
        unsafe { file.map(mapping, base + self.offset, self.len) }
    }

    /// Writes the image to the zeros of the memory at `base`, of `len` bytes.
    ///
    /// # Panics
    ///
    /// If it is not within the memory's pages.
    ///
    /// # Safety
    ///
    /// The bytes are accessible, and nobody else uses them.
    pub(super) unsafe fn restore_all(&self, base: *mut u8, len: usize) {
        assert!(
            self.end() <= len.next_multiple_of(sys::page_size()),
            "an image fits in its memory"
        );
        // A last page that is cut off holds zeros beyond the end.
        let end = self.end().min(len);
        // SAFETY: by contract; the range is within the memory.
        unsafe { Self::restore(Some(self), base, self.offset.min(end)..end) };
    }

    /// Makes `range` of the memory at `base` what it is in a new one: image and zeros.
    ///
    /// # Safety
    ///
    /// The range is accessible, and nobody else uses it.
    pub(super) unsafe fn restore(image: Option<&Self>, base: *mut u8, range: Range<usize>) {
        let covered = image.map_or(range.end..range.end, |image| {
            let start = image.offset.clamp(range.start, range.end);
            start..image.end().clamp(start, range.end)
        });
        // SAFETY: all parts are within the range; the image's bytes are elsewhere.
        unsafe {
            base.add(range.start)
                .write_bytes(0, covered.start - range.start);
            if let Some(image) = image.filter(|_| !covered.is_empty()) {
                let from = image.bytes.as_ptr().add(covered.start - image.offset);
                base.add(covered.start)
                    .copy_from_nonoverlapping(from.as_ptr(), covered.len());
            }
            base.add(covered.end)
                .write_bytes(0, range.end - covered.end);
        }
    }
}

impl fmt::Debug for MemoryImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryImage")
            .field("offset", &self.offset)
            .field("len", &self.len)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Where the pages of an initialisation are not zero, in whole host pages.
struct Extent {
    range: Range<usize>,
    /// How much of it is in host pages that are not zero.
    data_bytes: usize,
}

impl Extent {
    /// `None` if all is zero.
    fn of(pages: &[ImagePage]) -> Option<Self> {
        let host_page = sys::page_size();
        let mut extent: Option<Self> = None;
        for (start, page) in written(pages) {
            for (i, part) in page.chunks(host_page).enumerate() {
                if part.iter().all(|&byte| byte == 0) {
                    continue;
                }
                let at = start + i * host_page;
                let extent = extent.get_or_insert(Self {
                    range: at..at,
                    data_bytes: 0,
                });
                extent.range.end = at + host_page;
                extent.data_bytes += host_page;
            }
        }
        extent
    }
}

/// The pages that are not known to be zero, with their places in the memory.
fn written(pages: &[ImagePage]) -> impl Iterator<Item = (usize, &[u8])> {
    let pages = pages.iter().enumerate();
    pages.filter_map(|(i, page)| Some((i * IMAGE_PAGE_BYTES, page.as_deref()?)))
}

/// The images of the process, by the hash of their content. An image leaves it when it is dropped.
static IMAGES: LazyLock<Mutex<HashMap<u64, Vec<Weak<MemoryImage>>>>> =
    LazyLock::new(Mutex::default);

/// The image with these bytes at `offset`: one that there is already, or a new one.
fn share(offset: usize, bytes: ZeroedBlock) -> Arc<MemoryImage> {
    static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let mut image = MemoryImage {
        offset,
        len: bytes.len(),
        bytes,
        file: None,
        hash: 0,
    };
    image.hash = HASHER.hash_one((offset, image.bytes()));
    // What is upgraded may be the last owner, whose drop takes the lock: they are dropped after it.
    let mut others = Vec::new();
    let mut images = IMAGES.lock().unwrap_or_else(PoisonError::into_inner);
    for candidate in images.get(&image.hash).into_iter().flatten() {
        let Some(candidate) = candidate.upgrade() else {
            continue;
        };
        if candidate.offset == offset && candidate.bytes() == image.bytes() {
            drop(images);
            return candidate;
        }
        others.push(candidate);
    }
    image.file = SealedFile::new(image.bytes()).ok();
    let image = Arc::new(image);
    let alike = images.entry(image.hash).or_default();
    alike.retain(|image| image.strong_count() > 0);
    alike.push(Arc::downgrade(&image));
    drop(images);
    image
}

impl Drop for MemoryImage {
    fn drop(&mut self) {
        let mut images = IMAGES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(alike) = images.get_mut(&self.hash) {
            alike.retain(|image| image.strong_count() > 0);
            if alike.is_empty() {
                images.remove(&self.hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(pages: &[ImagePage]) -> Arc<MemoryImage> {
        match MemoryImage::from_pages(pages) {
            InitialContent::Image(image) => image,
            other => panic!("{other:?} is no image"),
        }
    }

    fn page(at: usize, bytes: &[u8]) -> ImagePage {
        let mut page = vec![0; IMAGE_PAGE_BYTES];
        page[at..at + bytes.len()].copy_from_slice(bytes);
        Some(page.into())
    }

    #[test]
    fn zeros_around_the_data_are_trimmed_to_whole_pages() {
        let host = sys::page_size();
        let image = image(&[
            None,
            page(3 * host + 5, b"first"),
            None,
            page(host - 1, b"xy"),
            page(0, b""),
        ]);
        assert_eq!(image.offset(), IMAGE_PAGE_BYTES + 3 * host);
        assert_eq!(image.end(), 3 * IMAGE_PAGE_BYTES + 2 * host);
        assert_eq!(image.bytes().len(), image.len());
        assert_eq!(&image.bytes()[5..10], b"first");
        assert_eq!(&image.bytes()[image.len() - host - 1..][..2], b"xy");
        let ones = image.bytes().iter().filter(|&&byte| byte != 0).count();
        assert_eq!(ones, 7);
    }

    #[test]
    fn nothing_but_zeros_is_no_image() {
        for pages in [&[][..], &[None, None], &[page(0, b"\0"), None]] {
            assert!(matches!(
                MemoryImage::from_pages(pages),
                InitialContent::Zero
            ));
        }
    }

    #[test]
    fn a_short_last_page_is_padded() {
        let image = image(&[Some(Box::from(*b"abc"))]);
        assert_eq!((image.offset(), image.len()), (0, sys::page_size()));
        assert_eq!(&image.bytes()[..4], b"abc\0");
    }

    #[test]
    fn long_images_need_dense_data() {
        let far = DENSE_BYTES / IMAGE_PAGE_BYTES;
        let mut pages: Vec<ImagePage> = vec![None; far + 1];
        pages[1] = page(0, b"x");
        pages[far] = page(0, b"x");
        assert!(image(&pages).len() <= DENSE_BYTES);
        pages[0] = page(0, b"x");
        assert!(matches!(
            MemoryImage::from_pages(&pages),
            InitialContent::Segments
        ));
        for page in pages.iter_mut().step_by(2) {
            *page = Some(vec![1; IMAGE_PAGE_BYTES].into());
        }
        assert!(image(&pages).len() > DENSE_BYTES);
    }

    #[test]
    fn equal_content_is_one_image_while_it_lives() {
        let pages = [page(7, b"shared by content")];
        let first = image(&pages);
        assert!(Arc::ptr_eq(&first, &image(&pages)));
        let other = image(&[None, pages[0].clone()]);
        assert!(!Arc::ptr_eq(&first, &other), "at another place");
        let hash = first.hash;
        drop(first);
        let images = IMAGES.lock().expect("no test panics with the lock");
        assert!(!images.contains_key(&hash), "it leaves nothing behind");
    }

    #[test]
    fn restoring_writes_image_and_zeros_within_the_range_alone() {
        let host = sys::page_size();
        let image = image(&[page(host, &vec![3; 2 * host])]);
        let len = 5 * host;
        for range in [
            0..len,
            0..host,
            7..2 * host + 9,
            2 * host..4 * host,
            3 * host..len,
            9..9,
        ] {
            let mut memory = vec![0xaa; len];
            // SAFETY: the range is within the vector.
            unsafe { MemoryImage::restore(Some(&image), memory.as_mut_ptr(), range.clone()) };
            for (i, &byte) in memory.iter().enumerate() {
                let expected = match i {
                    i if !range.contains(&i) => 0xaa,
                    i if (host..3 * host).contains(&i) => 3,
                    _ => 0,
                };
                assert_eq!(byte, expected, "{i} in {range:?}");
            }
        }
    }
}
