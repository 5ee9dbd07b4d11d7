# cython: language_level=3, boundscheck=False, wraparound=False
"""The kernels through Cython: typed memoryviews, which check and hold their buffers."""

from libc.stdint cimport uint64_t

cdef extern from "kernel.h" nogil:
    uint64_t c_hash_one "hash_one"(uint64_t number, uint64_t seed)
    void c_hash_fill "hash_fill"(
        const uint64_t *numbers, size_t n, uint64_t seed, uint64_t *hashes)
    double c_square "square"(double x)
    double c_sum_of_squares "sum_of_squares"(const double *numbers, size_t n)


def hash_one(uint64_t number, uint64_t seed):
    return c_hash_one(number, seed)


def hash_fill(const uint64_t[::1] numbers, uint64_t seed, uint64_t[::1] hashes):
    if numbers.shape[0] != hashes.shape[0]:
        raise ValueError("there must be as many hashes as numbers")
    if numbers.shape[0] > 0:
        c_hash_fill(&numbers[0], numbers.shape[0], seed, &hashes[0])


def square(double x):
    return c_square(x)


def sum_of_squares(const double[::1] numbers):
    return c_sum_of_squares(&numbers[0], numbers.shape[0]) if numbers.shape[0] else 0.0


def sum_of_list(list numbers):
    cdef double x, total = 0
    for x in numbers:
        total += c_square(x)
    return total
