//! Pools: what is taken is as new whoever had it, and comes back whoever drops it.

#![expect(unsafe_code, reason = "tests write to what is lent by address")]

mod life;
mod threads;

use std::sync::Arc;

use selvedge_vm::init::{IMAGE_PAGE_BYTES, ImagePage};
use selvedge_vm::memory::{InitialContent, Memory, MemoryImage, MemoryPlan};
use selvedge_vm::pool::{Pool, PoolConfig};
use selvedge_vm::types::MemoryType;

const PAGE: usize = 1 << 16;

fn memory_type(minimum: u64, maximum: Option<u64>) -> MemoryType {
    MemoryType {
        minimum,
        maximum,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    }
}

/// Small enough for a portable platform, whose reservations are real.
fn config() -> PoolConfig {
    PoolConfig {
        total_memories: 4,
        total_tables: 3,
        total_core_instances: 3,
        total_stacks: 2,
        max_memory_size: 16 * PAGE,
        table_elements: 1000,
        max_core_instance_size: 1 << 16,
        value_stack_size: 1 << 16,
        ..PoolConfig::default()
    }
}

fn pool(config: &PoolConfig) -> Pool {
    Pool::new(config, &MemoryPlan::bounded()).expect("a small pool")
}

/// An image of `pages` pages, of which each begins with `text`.
fn image(pages: usize, text: &[u8]) -> Arc<MemoryImage> {
    let mut page = vec![0; IMAGE_PAGE_BYTES];
    page[..text.len()].copy_from_slice(text);
    let page: ImagePage = Some(page.into());
    match MemoryImage::from_pages(&vec![page; pages]) {
        InitialContent::Image(image) => image,
        other => panic!("{other:?} is no image"),
    }
}

/// Whether a memory has what its image gives, and zeros.
fn is_new(memory: &Memory, image: Option<&MemoryImage>) -> bool {
    let data = memory.data();
    match image {
        None => data.iter().all(|&byte| byte == 0),
        Some(image) => {
            let zeros = data[..image.offset()].iter().chain(&data[image.end()..]);
            data[image.offset()..image.end()] == *image.bytes()
                && zeros.into_iter().all(|&byte| byte == 0)
        }
    }
}

/// Grows a memory by `pages`.
fn grow(memory: &mut Memory, pages: u64) -> bool {
    let allow = &mut |_, _, _| Ok::<_, ()>(true);
    memory.grow(pages, allow).is_ok()
}
