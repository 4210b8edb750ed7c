//! Models, written forward only. They read like the papers' equations; the tape derives the rest.

pub mod rows;
pub mod token_table;
pub mod transformer;

/// A kind of network.
pub struct Model {
    /// The `model` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
}

/// All kinds of network.
pub static MODELS: &[Model] = &[Model { id: "transformer", label: "Transformer" }];

/// What is minimised.
pub struct Loss {
    /// The `loss` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
}

/// All losses.
pub static LOSSES: &[Loss] = &[Loss { id: "cross-entropy", label: "Cross-entropy" }];
