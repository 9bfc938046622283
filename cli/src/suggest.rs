//! What somebody may have meant who wrote something else.

/// How alike two words must be, from 0 to 1, for one to be offered for the other; the
/// measure is that of the option parser.
const LIKENESS: f64 = 0.7;

/// The candidate most like `word`, if one is.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let candidates = candidates.into_iter();
    let rated = candidates.map(|candidate| (strsim::jaro(word, candidate), candidate));
    let best = rated.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|&(likeness, _)| likeness > LIKENESS)
        .map(|(_, candidate)| candidate)
}

/// A piece of a sentence, empty if nothing is like `word`.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!(" (did you mean `{candidate}`?)"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_like_words_are_offered() {
        let words = ["timeout", "tail-call", "simd"];
        assert_eq!(nearest("time-out", words), Some("timeout"));
        assert_eq!(nearest("tailcall", words), Some("tail-call"));
        assert_eq!(nearest("wombat", words), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest("x", []), None);
    }
}
