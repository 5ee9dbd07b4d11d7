/* The engines of lanes and what they share; for the sources of lanes alone. */
#ifndef NX_REDUCE_LANES_ENGINES_H
#define NX_REDUCE_LANES_ENGINES_H

#include "reduce/lanes.h"

extern const nx_lanes_engine nx_lanes_engine_portable;

#if defined(__x86_64__) || defined(_M_X64)
#define NX_LANES_AVX2 1
extern const nx_lanes_engine nx_lanes_engine_avx2;
#endif

#endif
