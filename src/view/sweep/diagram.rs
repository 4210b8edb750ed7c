//! The phase diagram.
