//! The kernels of `./dev bench boundary`, by value and over arrays without a copy.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// One step of nx_hash64: both factors stay beside the halves of their product.
#[inline]
fn absorb((x, y): (u64, u64), p: u64, q: u64) -> (u64, u64) {
    let (a, b) = (x ^ p, y ^ q);
    let product = u128::from(a) * u128::from(b);
    (a ^ (product >> 64) as u64, b ^ product as u64)
}

/// nx_hash64_number of src/digest/hash64.h.
#[inline]
fn hash_number(number: u64, seed: u64) -> u64 {
    let start = absorb((0x6a09e667f3bcc908, 0xbb67ae8584caa73b), seed, 8);
    let end = absorb(start, number, 0);
    let (x, y) = absorb(end, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1);
    x ^ y
}

/// The hash of one number.
#[pyfunction]
pub fn hash_one(number: u64, seed: u64) -> u64 {
    hash_number(number, seed)
}

/// The hashes of an array, as a new one.
#[pyfunction]
pub fn hash_array<'py>(
    py: Python<'py>,
    numbers: PyReadonlyArray1<'py, u64>,
    seed: u64,
) -> Bound<'py, PyArray1<u64>> {
    let view = numbers.as_array();
    let hashes = match view.as_slice() {
        Some(items) => items.iter().map(|&x| hash_number(x, seed)).collect(),
        None => view
            .iter()
            .map(|&x| hash_number(x, seed))
            .collect::<Vec<_>>(),
    };
    hashes.into_pyarray(py)
}

/// The sum of the squares of an array.
#[pyfunction]
pub fn sum_of_squares_array(numbers: PyReadonlyArray1<'_, f64>) -> f64 {
    numbers.as_array().iter().map(|x| x * x).sum()
}
