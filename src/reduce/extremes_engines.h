/* The engines of extremes, for their sources alone. */
#ifndef NX_REDUCE_EXTREMES_ENGINES_H
#define NX_REDUCE_EXTREMES_ENGINES_H

#include "reduce/extremes.h"

#if defined(__x86_64__) || defined(_M_X64)
#define NX_EXTREMES_AVX2 1
extern const nx_extremes_engine nx_extremes_engine_avx2;
#endif

#endif
