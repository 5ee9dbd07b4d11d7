/* The engines and what they share; for the sources of SHA-256 alone. */
#ifndef NX_DIGEST_SHA256_ENGINES_H
#define NX_DIGEST_SHA256_ENGINES_H

#include "digest/sha256.h"

/* K of FIPS 180-4: the first 32 bits of the fractional parts of the cube roots of the
 * first 64 primes. Aligned for whole vectors. */
extern const uint32_t nx_sha256_constants[64];

/* The state that every message begins with. */
extern const nx_sha256_state nx_sha256_initial;

#if defined(__x86_64__) || defined(_M_X64)
#define NX_SHA256_SHANI 1
extern const nx_sha256_engine nx_sha256_engine_shani;
#endif

#if defined(__aarch64__) && defined(__GNUC__)
#define NX_SHA256_ARMV8 1
extern const nx_sha256_engine nx_sha256_engine_armv8;
#endif

#endif
