#include "kernel.h"

#include "digest/hash64.h"

uint64_t
hash_one(uint64_t number, uint64_t seed)
{
    return nx_hash64_number(number, seed);
}

void
hash_fill(const uint64_t *numbers, size_t n, uint64_t seed, uint64_t *hashes)
{
    for (size_t i = 0; i < n; i++) {
        hashes[i] = nx_hash64_number(numbers[i], seed);
    }
}

double
square(double x)
{
    return x * x;
}

double
sum_of_squares(const double *numbers, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += numbers[i] * numbers[i];
    }
    return sum;
}
