//! Four f32 lanes, with fused multiply-add where the wasm build may use it: what optimised kernels keep in registers.

#[cfg(target_arch = "wasm32")]
mod lanes {
    use core::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_pmax, f32x4_splat, v128};

    /// Four numbers.
    pub type Lanes = v128;

    #[inline(always)]
    pub fn load(x: &[f32; 4]) -> Lanes {
        // From four numbers one by one, LLVM makes four loads.
        bytemuck::cast(*x)
    }

    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        f32x4_splat(x)
    }

    #[inline(always)]
    pub fn array(x: Lanes) -> [f32; 4] {
        [f32x4_extract_lane::<0>(x), f32x4_extract_lane::<1>(x), f32x4_extract_lane::<2>(x), f32x4_extract_lane::<3>(x)]
    }

    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        f32x4_add(a, b)
    }

    /// b where it is larger, else a.
    #[inline(always)]
    pub fn larger(a: Lanes, b: Lanes) -> Lanes {
        f32x4_pmax(a, b)
    }

    #[cfg(target_feature = "relaxed-simd")]
    pub use core::arch::wasm32::f32x4_relaxed_madd as multiply_add;

    #[cfg(not(target_feature = "relaxed-simd"))]
    #[inline(always)]
    pub fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        f32x4_add(core::arch::wasm32::f32x4_mul(a, b), c)
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "these intrinsics are unsafe without SSE, which every x86-64 has")]
mod lanes {
    use core::arch::x86_64::{__m128, _mm_add_ps, _mm_max_ps, _mm_mul_ps, _mm_set1_ps};

    /// Four numbers.
    pub type Lanes = __m128;

    #[inline(always)]
    pub fn load(x: &[f32; 4]) -> Lanes {
        bytemuck::cast(*x)
    }

    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        // SAFETY: SSE.
        unsafe { _mm_set1_ps(x) }
    }

    #[inline(always)]
    pub fn array(x: Lanes) -> [f32; 4] {
        bytemuck::cast(x)
    }

    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        // SAFETY: SSE.
        unsafe { _mm_add_ps(a, b) }
    }

    /// b where it is larger, else a.
    #[inline(always)]
    pub fn larger(a: Lanes, b: Lanes) -> Lanes {
        // SAFETY: SSE. The instruction gives its second operand where either is not a number.
        unsafe { _mm_max_ps(b, a) }
    }

    #[inline(always)]
    pub fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        // SAFETY: SSE.
        unsafe { _mm_add_ps(_mm_mul_ps(a, b), c) }
    }
}

/// The same arithmetic for the compiler to vectorise.
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
mod lanes {
    /// Four numbers.
    pub type Lanes = [f32; 4];

    #[inline(always)]
    pub fn load(x: &[f32; 4]) -> Lanes {
        *x
    }

    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        [x; 4]
    }

    #[inline(always)]
    pub fn array(x: Lanes) -> [f32; 4] {
        x
    }

    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|l| a[l] + b[l])
    }

    /// b where it is larger, else a.
    #[inline(always)]
    pub fn larger(a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|l| if b[l] > a[l] { b[l] } else { a[l] })
    }

    #[inline(always)]
    pub fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        core::array::from_fn(|l| a[l] * b[l] + c[l])
    }
}

pub use lanes::{Lanes, add, array, larger, load, multiply_add, splat};

/// Whether a product and a sum are one instruction; if not, products take registers too.
pub const FUSED: bool = cfg!(target_feature = "relaxed-simd");
