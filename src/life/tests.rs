//! Kill switches at forced moments.
