//! The kernels of `./dev bench boundary`, by value and over arrays without a copy.

use numpy::{PyReadonlyArray1, PyReadwriteArray1};
use pyo3::exceptions::PyValueError;
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

/// The hashes of an array, written into another one.
#[pyfunction]
pub fn hash_fill(
    numbers: PyReadonlyArray1<'_, u64>,
    seed: u64,
    mut hashes: PyReadwriteArray1<'_, u64>,
) -> PyResult<()> {
    let (numbers, mut hashes) = (numbers.as_array(), hashes.as_array_mut());
    if numbers.len() != hashes.len() {
        return Err(PyValueError::new_err(
            "there must be as many hashes as numbers",
        ));
    }
    hashes.zip_mut_with(&numbers, |hash, &number| *hash = hash_number(number, seed));
    Ok(())
}

/// The sum of the squares of an array.
#[pyfunction]
pub fn sum_of_squares_array(numbers: PyReadonlyArray1<'_, f64>) -> f64 {
    numbers.as_array().iter().map(|x| x * x).sum()
}
