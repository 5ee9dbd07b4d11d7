/* Pairs with 32-byte vectors. */
#include "reduce/pair_lanes_engines.h"

#include "reduce/pair_lanes_template.h"

const nx_pair_engine nx_pair_engine_avx2 = {
    .name = "avx2",
    .items = sum_items,
    .products = sum_products,
};
