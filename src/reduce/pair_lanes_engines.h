/* The engines of pairs, for their sources alone. */
#ifndef NX_REDUCE_PAIR_LANES_ENGINES_H
#define NX_REDUCE_PAIR_LANES_ENGINES_H

#include "reduce/pair_lanes.h"

#if defined(__x86_64__) || defined(_M_X64)
#define NX_PAIRS_AVX2 1
extern const nx_pair_engine nx_pair_engine_avx2;
#endif

#endif
