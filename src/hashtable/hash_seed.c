#include <stdatomic.h>

#include "base/entropy.h"
#include "hashtable/key_hash.h"

nx_hash_seed
nx_hash_seed_next(void)
{
    const nx_hash_seed seed = {
        nx_entropy(),
        /* A factor with bits at both ends loses none of the other one. */
        nx_entropy() | UINT64_C(0x8000000000000001),
    };
    return seed;
}

nx_hash_seed
nx_hash_seed_first(void)
{
    static atomic_uint_fast64_t a, b; /* b is 0 until both are there */
    if (atomic_load(&b) == 0) {
        /* Of several threads here at once, one decides each of the two. */
        const nx_hash_seed seed = nx_hash_seed_next();
        uint_fast64_t none = 0;
        (void)atomic_compare_exchange_strong(&a, &none, seed.a);
        none = 0;
        (void)atomic_compare_exchange_strong(&b, &none, seed.b);
    }
    return (nx_hash_seed){atomic_load(&a), atomic_load(&b)};
}
