//! Dense matrix products of the CPU backend, through a GEMM crate.

/// C = A B + β·C with row and column strides; A is m×k, B is k×n, C is m×n with rows `c_stride` ≥ n apart.
pub fn gemm(
    [m, k, n]: [usize; 3],
    (a, a_strides): (&[f32], [usize; 2]),
    (b, b_strides): (&[f32], [usize; 2]),
    beta: f32,
    (c, c_stride): (&mut [f32], usize),
) {
    let reach = |rows: usize, cols: usize, [r, s]: [usize; 2]| (rows - 1) * r + (cols - 1) * s;
    assert!(reach(m, k, a_strides) < a.len() && reach(k, n, b_strides) < b.len());
    assert!(n <= c_stride && reach(m, n, [c_stride, 1]) < c.len());
    let stride = |s: [usize; 2]| (s[0] as isize, s[1] as isize);
    let ((ra, ca), (rb, cb)) = (stride(a_strides), stride(b_strides));
    // SAFETY: the assertion bounds every element that the strides reach; C does not alias A or B.
    #[expect(unsafe_code, reason = "the GEMM crate's interface takes pointers")]
    unsafe {
        matrixmultiply::sgemm(m, k, n, 1.0, a.as_ptr(), ra, ca, b.as_ptr(), rb, cb, beta, c.as_mut_ptr(), c_stride as isize, 1);
    }
}
