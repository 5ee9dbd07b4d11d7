/* Pairs by the portable engine, and the choice among engines. */
#include "reduce/pair_lanes.h"

#include "reduce/pair_lanes_engines.h"
#include "reduce/pair_lanes_template.h"

static const nx_pair_engine portable = {
    .name = "portable",
    .items = sum_items,
    .products = sum_products,
};

static const nx_pair_engine *engine = &portable;

const nx_pair_engine *
nx_pairs(void)
{
    return engine;
}

const nx_pair_engine *
nx_pair_engine_for(nx_cpu cpu)
{
#ifdef NX_PAIRS_AVX2
    if (cpu & NX_CPU_AVX2) {
        return &nx_pair_engine_avx2;
    }
#endif
    (void)cpu;
    return &portable;
}

void
nx_pairs_init(nx_cpu cpu)
{
    engine = nx_pair_engine_for(cpu);
}
