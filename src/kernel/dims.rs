//! The sizes of a kernel, by name: one declaration for the shader, its reference kernel and whoever records it.

/// Names a kernel's dims once, in the order in which a dispatch supplies them: a struct of sizes whose `NAMES` are those of
/// the `const` lines, `of` reads a dispatch's dims, and `list` makes them. `Dims::rows(d)` reads one of them.
/// With `Dims: Shape` those of `Shape` come first, in a field `shape`: so kernels share the bindings that these size.
macro_rules! dims {
    ($(#[$about:meta])* $vis:vis struct $name:ident { $($dim:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        #[allow(dead_code, reason = "some sizes are the shader's alone")]
        $vis struct $name { $($vis $dim: usize),+ }

        #[allow(dead_code, reason = "which of these are needed depends on the kernel")]
        impl $name {
            $vis const NAMES: &'static [&'static str] = &[$($crate::kernel::dims::const_name!($dim)),+];

            $vis fn of(d: &[u32]) -> Self {
                let [$($dim),+] = core::array::from_fn(|i| d[i] as usize);
                Self { $($dim),+ }
            }

            $vis fn list(self) -> Vec<u32> {
                let Self { $($dim),+ } = self;
                vec![$($dim as u32),+]
            }

            $($vis fn $dim(d: &[u32]) -> usize { Self::of(d).$dim })+
        }
    };
    ($(#[$about:meta])* $vis:vis struct $name:ident: $shape:ident { $($dim:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        #[allow(dead_code, reason = "some sizes are the shader's alone")]
        $vis struct $name { $vis shape: $shape, $($vis $dim: usize),+ }

        #[allow(dead_code, reason = "which of these are needed depends on the kernel")]
        impl $name {
            const OWN: &'static [&'static str] = &[$($crate::kernel::dims::const_name!($dim)),+];
            $vis const NAMES: &'static [&'static str] =
                &$crate::kernel::dims::joined::<{ $shape::NAMES.len() + Self::OWN.len() }>($shape::NAMES, Self::OWN);

            $vis fn of(d: &[u32]) -> Self {
                let [$($dim),+] = core::array::from_fn(|i| d[$shape::NAMES.len() + i] as usize);
                Self { shape: $shape::of(d), $($dim),+ }
            }

            $vis fn list(self) -> Vec<u32> {
                let Self { shape, $($dim),+ } = self;
                [&shape.list()[..], &[$($dim as u32),+]].concat()
            }

            $($vis fn $dim(d: &[u32]) -> usize { Self::of(d).$dim })+
        }
    };
}
pub(crate) use dims;

/// The name of a dim in WGSL: `rows` is `ROWS`.
macro_rules! const_name {
    ($dim:ident) => {{
        const NAME: &str = stringify!($dim);
        const UPPER: [u8; NAME.len()] = $crate::kernel::dims::uppercase(NAME);
        match core::str::from_utf8(&UPPER) {
            Ok(name) => name,
            Err(_) => panic!("ASCII"),
        }
    }};
}
pub(crate) use const_name;

/// The ASCII text in capital letters.
pub(crate) const fn uppercase<const N: usize>(text: &str) -> [u8; N] {
    let (mut upper, mut i) = ([0; N], 0);
    while i < N {
        upper[i] = text.as_bytes()[i].to_ascii_uppercase();
        i += 1;
    }
    upper
}

/// One list after the other; N is the length of both.
pub(crate) const fn joined<const N: usize>(first: &[&'static str], second: &[&'static str]) -> [&'static str; N] {
    let (mut all, mut i) = ([""; N], 0);
    while i < N {
        all[i] = if i < first.len() { first[i] } else { second[i - first.len()] };
        i += 1;
    }
    all
}

dims! {
    /// Of kernels that treat every element alike.
    pub(crate) struct Elements { n }
}

/// How often the innermost of loops over these sizes runs.
pub(crate) fn iterations<const N: usize>(sizes: [usize; N]) -> u64 {
    sizes.iter().map(|&size| size as u64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    dims! {
        struct Shape { rows, cols2 }
    }
    dims! {
        struct Scaled: Shape { factor, accumulate }
    }

    #[test]
    fn dims_have_their_names_and_order() {
        assert_eq!(Shape::NAMES, ["ROWS", "COLS2"]);
        assert_eq!(Scaled::NAMES, ["ROWS", "COLS2", "FACTOR", "ACCUMULATE"]);
        let list = Scaled { shape: Shape { rows: 3, cols2: 4 }, factor: 5, accumulate: 1 }.list();
        assert_eq!(list, [3, 4, 5, 1]);
        let Scaled { shape: Shape { rows, cols2 }, factor, accumulate } = Scaled::of(&list);
        assert_eq!([rows, cols2, factor, accumulate], [3, 4, 5, 1]);
        assert_eq!([Shape::cols2(&list), Scaled::factor(&list), Scaled::accumulate(&list)], [4, 5, 1]);
        assert_eq!(iterations([70_000, 70_000]), 4_900_000_000);
    }
}
