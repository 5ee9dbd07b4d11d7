//! What a Python extension in Rust usually looks like: one value or one list a call.
//!
//! These are the functions that guides to such extensions teach, written as they teach
//! them: arguments are taken as Rust values, so that lists are copied, and results are
//! Python objects. They are what the array calls of numpy_ext are timed beside. Behaviour:
//! words are those of `str::split_whitespace`, which are Python's but for the separators
//! U+001C to U+001F.

mod boundary;

use std::collections::HashMap;

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

#[pymodule(gil_used = false)]
mod guide_in_rust {
    #[pymodule_export]
    use super::boundary::{hash_fill, hash_one, sum_of_squares_array};
    #[pymodule_export]
    use super::{
        most_common, parallel_sort, parallel_sqrt_sum, parallel_sum, parse_csv, parse_positive,
        sha256, sha256_many, square, sum_as_string, sum_of_squares, to_json, word_count,
    };
}

// ---- Text ----

/// The number of words.
#[pyfunction]
fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The n words that occur most often, with their counts; ties in any order.
#[pyfunction]
fn most_common(text: &str, n: usize) -> Vec<(String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_unstable_by_key(|&(_, count)| std::cmp::Reverse(count));
    ranked.truncate(n);
    ranked
        .into_iter()
        .map(|(word, count)| (word.to_owned(), count))
        .collect()
}

/// The sum of two unsigned integers as text.
#[pyfunction]
fn sum_as_string(a: usize, b: usize) -> PyResult<String> {
    a.checked_add(b)
        .map(|sum| sum.to_string())
        .ok_or_else(|| PyOverflowError::new_err("the sum does not fit into 64 bits"))
}

/// An integer above zero from its text.
#[pyfunction]
fn parse_positive(s: &str) -> PyResult<i64> {
    let value: i64 = s
        .parse()
        .map_err(|_| PyValueError::new_err(format!("'{s}' is not a valid integer")))?;
    if value <= 0 {
        return Err(PyValueError::new_err("value must be positive"));
    }
    Ok(value)
}

// ---- Digests ----

/// SHA-256 of one message.
#[pyfunction]
fn sha256<'py>(py: Python<'py>, data: &[u8]) -> Bound<'py, PyBytes> {
    let digest = py.detach(|| Sha256::digest(data));
    PyBytes::new(py, &digest)
}

/// SHA-256 of every message of a list.
#[pyfunction]
fn sha256_many<'py>(
    py: Python<'py>,
    messages: Vec<Bound<'py, PyBytes>>,
) -> PyResult<Bound<'py, PyList>> {
    let digests = messages
        .iter()
        .map(|message| PyBytes::new(py, &Sha256::digest(message.as_bytes())));
    PyList::new(py, digests)
}

// ---- CSV and JSON ----

fn single_byte(delimiter: &str) -> PyResult<u8> {
    match delimiter.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(PyValueError::new_err(
            "delimiter must be a single character",
        )),
    }
}

/// The records of CSV text as a list of dicts of str; without a header, the names are
/// column_0, column_1, and so on.
#[pyfunction]
#[pyo3(signature = (text, delimiter = ",", has_header = true))]
fn parse_csv<'py>(
    py: Python<'py>,
    text: &str,
    delimiter: &str,
    has_header: bool,
) -> PyResult<Bound<'py, PyList>> {
    let invalid = |error: csv::Error| PyValueError::new_err(error.to_string());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(single_byte(delimiter)?)
        .has_headers(has_header)
        .from_reader(text.as_bytes());
    let names: Vec<String> = if has_header {
        let header = reader.headers().map_err(invalid)?;
        header.iter().map(str::to_owned).collect()
    } else {
        let columns = reader.headers().map_err(invalid)?.len();
        (0..columns).map(|i| format!("column_{i}")).collect()
    };
    let rows = PyList::empty(py);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(invalid)? {
        let row = PyDict::new(py);
        for (name, field) in names.iter().zip(&record) {
            row.set_item(name, field)?;
        }
        rows.append(row)?;
    }
    Ok(rows)
}

/// A list of numbers as JSON.
#[pyfunction]
fn to_json(numbers: Vec<f64>) -> PyResult<String> {
    serde_json::to_string(&numbers).map_err(|error| PyValueError::new_err(error.to_string()))
}

// ---- Numbers ----

/// The square of a number.
#[pyfunction]
fn square(x: f64) -> f64 {
    x * x
}

/// The sum of the squares of a list.
#[pyfunction]
fn sum_of_squares(numbers: Vec<f64>) -> f64 {
    numbers.iter().map(|x| x * x).sum()
}

/// The root of the sum of the squares of a list; other Python threads run meanwhile.
#[pyfunction]
fn parallel_sum(py: Python<'_>, numbers: Vec<f64>) -> f64 {
    py.detach(|| numbers.iter().map(|x| x * x).sum::<f64>().sqrt())
}

/// The sum of the roots of a list, on as many threads as there are cores.
#[pyfunction]
fn parallel_sqrt_sum(py: Python<'_>, numbers: Vec<f64>) -> f64 {
    py.detach(|| numbers.par_iter().map(|x| x.sqrt()).sum())
}

/// A list of integers in ascending order, sorted on as many threads as there are cores.
#[pyfunction]
fn parallel_sort(py: Python<'_>, numbers: Vec<i64>) -> Vec<i64> {
    py.detach(|| {
        let mut sorted = numbers;
        sorted.par_sort_unstable();
        sorted
    })
}
