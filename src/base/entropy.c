#include "base/entropy.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
/* bcrypt.h comes after windows.h */
#include <bcrypt.h>
#elif defined(__linux__)
#include <sys/random.h>
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__)
#include <stdlib.h>
#endif

static bool
ask_system(uint64_t *bits)
{
#if defined(_WIN32)
    return BCryptGenRandom(NULL, (PUCHAR)bits, sizeof *bits,
                           BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
#elif defined(__linux__)
    return getrandom(bits, sizeof *bits, GRND_NONBLOCK) == (ssize_t)sizeof *bits;
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__)
    arc4random_buf(bits, sizeof *bits);
    return true;
#else
    (void)bits;
    return false;
#endif
}

/* One step of splitmix64: every bit of the result depends on every bit of x. */
static uint64_t
mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

uint64_t
nx_entropy(void)
{
    static atomic_uint_fast64_t calls;
    uint64_t bits;
    if (ask_system(&bits)) {
        return bits;
    }
    struct timespec now = {0, 0};
    (void)timespec_get(&now, TIME_UTC);
    bits = mix((uint64_t)now.tv_sec ^ (uint64_t)now.tv_nsec << 32);
    bits = mix(bits ^ (uint64_t)(uintptr_t)&bits); /* the stack, and ... */
    bits = mix(bits ^ (uint64_t)(uintptr_t)&calls);
    return mix(bits ^ atomic_fetch_add(&calls, 1));
}
