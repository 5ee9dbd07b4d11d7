/* The kernels that `./dev bench boundary` calls: compiled once, linked to every
 * boundary. */
#ifndef NX_BENCH_KERNEL_H
#define NX_BENCH_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* The hash of one number, that of numpy_ext.ufuncs.hash64. */
uint64_t hash_one(uint64_t number, uint64_t seed);

/* The hashes of n numbers. */
void hash_fill(const uint64_t *numbers, size_t n, uint64_t seed, uint64_t *hashes);

double square(double x);

/* The sum of the squares of n numbers, added in turn. */
double sum_of_squares(const double *numbers, size_t n);

#endif
