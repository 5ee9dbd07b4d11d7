/* Bit tricks that C11 has no name for, and unaligned little-endian loads. */
#ifndef NX_BASE_BITS_H
#define NX_BASE_BITS_H

#include <stdint.h>
#include <string.h>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

#if defined(__GNUC__) || defined(__clang__)
#define NX_LIKELY(x)   __builtin_expect(!!(x), 1)
#define NX_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NX_INLINE      static inline __attribute__((always_inline))
#define NX_NOINLINE    __attribute__((noinline))
#else
#define NX_LIKELY(x)   (x)
#define NX_UNLIKELY(x) (x)
#define NX_INLINE      static __forceinline
#define NX_NOINLINE    __declspec(noinline)
#endif

/* Asks for the cache line of an address, which need not be readable. */
NX_INLINE void
nx_prefetch(const void *address)
{
#if defined(__GNUC__) || defined(__clang__)
    __builtin_prefetch(address);
#else
    (void)address;
#endif
}

/* Index of the lowest set bit; x must not be 0. */
NX_INLINE int
nx_ctz64(uint64_t x)
{
#if defined(_MSC_VER) && !defined(__clang__)
    unsigned long index;
    _BitScanForward64(&index, x);
    return (int)index;
#else
    return __builtin_ctzll(x);
#endif
}

/* Number of zero bits above the highest set bit; x must not be 0. */
NX_INLINE int
nx_clz64(uint64_t x)
{
#if defined(_MSC_VER) && !defined(__clang__)
    unsigned long index;
    _BitScanReverse64(&index, x);
    return 63 - (int)index;
#else
    return __builtin_clzll(x);
#endif
}

/* Number of set bits. */
NX_INLINE int
nx_popcount64(uint64_t x)
{
#if defined(_MSC_VER) && !defined(__clang__)
    return (int)__popcnt64(x);
#else
    return __builtin_popcountll(x);
#endif
}

#if defined(__SIZEOF_INT128__)
__extension__ typedef unsigned __int128 nx_uint128;
#endif

/* The 128-bit product of two 64-bit numbers. */
NX_INLINE void
nx_mul128(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low)
{
#if defined(__SIZEOF_INT128__)
    const nx_uint128 product = (nx_uint128)a * b;
    *high = (uint64_t)(product >> 64);
    *low = (uint64_t)product;
#elif defined(_MSC_VER) && defined(_M_X64)
    *low = _umul128(a, b, high);
#elif defined(_MSC_VER) && defined(_M_ARM64)
    *high = __umulh(a, b);
    *low = a * b;
#else
    const uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    const uint64_t ll = al * bl, lh = al * bh, hl = ah * bl;
    const uint64_t mid = (ll >> 32) + (uint32_t)lh + (uint32_t)hl;
    *high = ah * bh + (lh >> 32) + (hl >> 32) + (mid >> 32);
    *low = (mid << 32) | (uint32_t)ll;
#endif
}

/* Eight bytes from any address; the first byte is the lowest. */
NX_INLINE uint64_t
nx_load64le(const void *address)
{
    uint64_t x;
    memcpy(&x, address, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Four bytes from any address; the first byte is the lowest. */
NX_INLINE uint32_t
nx_load32le(const void *address)
{
    uint32_t x;
    memcpy(&x, address, 4);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap32(x);
#endif
    return x;
}

/* The inverse of nx_load64le. */
NX_INLINE void
nx_store64le(void *address, uint64_t x)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    memcpy(address, &x, 8);
}

/* Four characters as nx_load32le sees them. */
#define NX_WORD(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

#endif
