//! Why a command could not be carried out, and what follows from it.

use crate::exec::ExecError;

/// Why a command could not be carried out.
pub(super) enum Trouble {
    /// The device has failed, or is gone.
    Device(ExecError),
    /// Another reason, for people.
    Failed(String),
}

impl From<ExecError> for Trouble {
    fn from(error: ExecError) -> Self {
        Trouble::Device(error)
    }
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Trouble::Failed(message)
    }
}

impl From<&str> for Trouble {
    fn from(message: &str) -> Self {
        Trouble::Failed(message.into())
    }
}

/// What follows from [`Trouble`].
pub(super) enum Next {
    /// The command is tried again, once what was lost is built anew.
    Again,
    /// The page has been told to go on elsewhere.
    Over,
    /// The page is to be told.
    Failed(String),
}
