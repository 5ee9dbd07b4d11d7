/* Extremes with 32-byte vectors. */
#include "reduce/extremes_engines.h"

#include "reduce/extremes_template.h"

const nx_extremes_engine nx_extremes_engine_avx2 = {
    .name = "avx2",
    .types = NX_EXTREMES_TYPES,
};
