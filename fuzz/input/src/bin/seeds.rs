//! Writes inputs to begin with: `seeds small FOLDER` those that are committed, `seeds all FOLDER` more, from
//! the benchmarks' programs and at random. Each target has a folder in `FOLDER`.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use selvedge_fuzz_input::seeds;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (small, folder) = match &arguments[..] {
        [word, folder] if word == "small" => (true, folder),
        [word, folder] if word == "all" => (false, folder),
        _ => {
            eprintln!("seeds small FOLDER\nseeds all FOLDER");
            return ExitCode::FAILURE;
        }
    };
    match write(Path::new(folder), small) {
        Ok((count, bytes)) => {
            println!("{count} seeds, {bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes them; how many, and their bytes in all.
fn write(folder: &Path, small: bool) -> io::Result<(usize, usize)> {
    let mut bytes = 0;
    let seeds = seeds::all(small)?;
    for seed in &seeds {
        let folder = folder.join(seed.target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(&seed.name), &seed.bytes)?;
        bytes += seed.bytes.len();
    }
    Ok((seeds.len(), bytes))
}
