//! Parts of the page's module that a visit loads after the page is there: `run`, what a run and what people do need, together with
//! the trainer; and `later`, what somebody asks for.
//!
//! With the feature `split`, what only the [`entries!`] of a part reach is a module of its own, which shares the memory of the
//! page's; `xtask/src/split.rs` divides them after linking. Elsewhere they are ordinary functions.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::dom::{Result, then};

/// Functions of parts, each with a number of its own, by which the linker's output tells them apart. They may be called once
/// their part is there.
macro_rules! entries {
    ($($part:ident $number:literal fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:path;)*) => {$(
        #[allow(improper_ctypes, improper_ctypes_definitions, reason = "both sides are compiled together")]
        pub fn $name($($argument: $type),*) $(-> $result)? {
            #[cfg(feature = "split")]
            #[expect(unsafe_code, reason = "what is called is the function below, with the same signature")]
            {
                #[link(wasm_import_module = "parts")]
                unsafe extern "C" {
                    #[link_name = concat!(
                        "__wasm_split_00", stringify!($part), "00_import_000000000000000000000000000000", $number
                    )]
                    fn of_the_part($($argument: $type),*) $(-> $result)?;
                }
                #[unsafe(export_name = concat!(
                    "__wasm_split_00", stringify!($part), "00_export_000000000000000000000000000000", $number
                ))]
                extern "C" fn in_the_part($($argument: $type),*) $(-> $result)? {
                    $function($($argument),*)
                }
                unsafe { of_the_part($($argument),*) }
            }
            #[cfg(not(feature = "split"))]
            $function($($argument),*)
        }
    )*};
}
pub(super) use entries;

/// Whether a part is there, and what waits for it.
pub struct Part {
    name: &'static str,
    /// Promises that the part of this name is there.
    load: Function,
    here: Rc<Cell<bool>>,
    waiting: Rc<RefCell<Vec<Waiting>>>,
}

/// What is done when the part has come or, with the reason, cannot be loaded.
type Waiting = Box<dyn FnOnce(Result<()>)>;

impl Part {
    /// The part of this name.
    pub fn new(name: &'static str, load: Function) -> Part {
        Part { name, load, here: Rc::new(Cell::new(cfg!(not(feature = "split")))), waiting: Rc::default() }
    }

    /// Whether its [`entries!`] may be called.
    pub fn is_here(&self) -> bool {
        self.here.get()
    }

    /// Calls back, in order: now, or once it is loaded. What fails is tried again by the next call.
    pub fn with(&self, what: impl FnOnce(Result<()>) + 'static) {
        if self.is_here() {
            return what(Ok(()));
        }
        let asked = !self.waiting.borrow().is_empty();
        self.waiting.borrow_mut().push(Box::new(what));
        if asked {
            return;
        }
        let (here, waiting) = (self.here.clone(), self.waiting.clone());
        let settle = move |loaded: Result<JsValue>| {
            here.set(loaded.is_ok());
            let loaded = loaded.map(drop);
            waiting.take().into_iter().for_each(|what| what(loaded.clone()));
        };
        match self.load.call1(&JsValue::NULL, &self.name.into()) {
            Ok(promise) => then(promise.unchecked_ref(), settle),
            Err(error) => settle(Err(error)),
        }
    }
}
