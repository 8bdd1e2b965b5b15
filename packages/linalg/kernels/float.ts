/** Precision of matrices and vectors; the module is compiled once with this and once with `f32`. */
export type Float = f64;
