//! Making a module that shows something smaller, while it still shows it.

/// Removes lines of `text`, or puts something simpler in their place, as long as
/// `shows` holds.
pub fn reduce(text: &str, shows: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let holds = |lines: &[String]| shows(&lines.join("\n"));
    loop {
        let before = lines.join("\n");
        let mut size = lines.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at + size <= lines.len() {
                let mut fewer = lines.clone();
                fewer.drain(at..at + size);
                if holds(&fewer) {
                    lines = fewer;
                } else {
                    at += 1 + size / 4;
                }
            }
            size = size * 2 / 3;
        }
        for at in 0..lines.len() {
            for simpler in SIMPLER {
                let len = lines[at].trim().len();
                if simpler.len() < len {
                    let old = std::mem::replace(&mut lines[at], simpler.to_owned());
                    if holds(&lines) {
                        break;
                    }
                    lines[at] = old;
                }
            }
        }
        if lines.join("\n") == before {
            // Something that is pushed, and dropped much later.
            if !remove_pair(&mut lines, holds) {
                return before;
            }
        }
    }
}

/// Removes two lines that are not neighbours.
fn remove_pair(lines: &mut Vec<String>, holds: impl Fn(&[String]) -> bool) -> bool {
    let mut removed = false;
    let mut first = 0;
    while first < lines.len() {
        for second in first + 1..lines.len() {
            let mut fewer = lines.clone();
            fewer.remove(second);
            fewer.remove(first);
            if holds(&fewer) {
                *lines = fewer;
                removed = true;
                break;
            }
        }
        first += 1;
    }
    removed
}

const SIMPLER: [&str; 10] = [
    "drop",
    "drop drop",
    "drop i32.const 1",
    "drop drop i32.const 1",
    "drop i64.const 1",
    "i32.const 0",
    "i64.const 0",
    "f32.const 0",
    "f64.const 0",
    "local.get 0",
];
