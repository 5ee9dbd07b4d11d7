/* Squares of integers are checked for all items first and looked for one by one only
 * where one does not fit. Doubles and floats that go far away are written around the
 * caches: a line that is about to be written as a whole need not be read before. */
#include "reduce/square.h"

#include <string.h>

#include "base/bits.h"
#include "number/half.h"

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define HAS_STREAM 1
#endif

/* ---- Integers ---- */

/* One type: the root of its largest number, and a loop that is compiled twice, for
 * items in a row and any others. Multiplied as unsigned: what does not fit is no error
 * here. */
#define SQUARE_INTEGERS(name, type, wide, root)                                        \
    NX_INLINE bool loop_##name(const char *items, ptrdiff_t item_step, char *squares,  \
                               ptrdiff_t square_step, size_t n)                        \
    {                                                                                  \
        bool fits = true;                                                              \
        for (size_t i = 0; i < n; i++) {                                               \
            const ptrdiff_t at = (ptrdiff_t)i;                                         \
            const type x = *(const type *)(const void *)(items + at * item_step);      \
            fits &= x <= (type)(root) && ((type) - 1 > 0 || x >= (type)(0 - (root)));  \
            *(type *)(void *)(squares + at * square_step) = (type)((wide)x * (wide)x); \
        }                                                                              \
        return fits;                                                                   \
    }                                                                                  \
    static bool square_##name(const char *items, ptrdiff_t item_step, char *squares,   \
                              ptrdiff_t square_step, size_t n)                         \
    {                                                                                  \
        return item_step == sizeof(type) && square_step == sizeof(type)                \
                   ? loop_##name(items, sizeof(type), squares, sizeof(type), n)        \
                   : loop_##name(items, item_step, squares, square_step, n);           \
    }

SQUARE_INTEGERS(int8, int8_t, uint32_t, 11)
SQUARE_INTEGERS(uint8, uint8_t, uint32_t, 15)
SQUARE_INTEGERS(int16, int16_t, uint32_t, 181)
SQUARE_INTEGERS(uint16, uint16_t, uint32_t, 255)
SQUARE_INTEGERS(int32, int32_t, uint32_t, 46340)
SQUARE_INTEGERS(uint32, uint32_t, uint32_t, 65535)
SQUARE_INTEGERS(int64, int64_t, uint64_t, INT64_C(3037000499))
SQUARE_INTEGERS(uint64, uint64_t, uint64_t, UINT64_C(4294967295))

typedef bool square_integers(const char *items, ptrdiff_t item_step, char *squares,
                             ptrdiff_t square_step, size_t n);

static square_integers *const integers[] = {
    [NX_ITEM_INT8] = square_int8,   [NX_ITEM_UINT8] = square_uint8,
    [NX_ITEM_INT16] = square_int16, [NX_ITEM_UINT16] = square_uint16,
    [NX_ITEM_INT32] = square_int32, [NX_ITEM_UINT32] = square_uint32,
    [NX_ITEM_INT64] = square_int64, [NX_ITEM_UINT64] = square_uint64,
};

enum {
    CHUNK = 512 /* integers that are squared before one asks whether all did fit; those
                   items may be gone then, where their squares are */
};

static size_t
square_checked(square_integers *square, size_t size, const char *items,
               ptrdiff_t item_step, char *squares, ptrdiff_t square_step, size_t n)
{
    uint64_t kept[CHUNK];
    for (size_t done = 0; done < n; done += CHUNK) {
        const size_t count = n - done < CHUNK ? n - done : CHUNK;
        const char *from = items + (ptrdiff_t)done * item_step;
        char *const to = squares + (ptrdiff_t)done * square_step;
        ptrdiff_t step = item_step;
        if (items == squares) {
            for (size_t i = 0; i < count; i++) {
                memcpy((char *)kept + i * size, from + (ptrdiff_t)i * item_step, size);
            }
            from = (const char *)kept;
            step = (ptrdiff_t)size;
        }
        if (square(from, step, to, square_step, count)) {
            continue;
        }
        for (size_t i = 0;; i++) {
            uint64_t one;
            if (!square(from + (ptrdiff_t)i * step, step, (char *)&one, step, 1)) {
                return done + i;
            }
        }
    }
    return n;
}

/* ---- Floats ---- */

static void
square_halves(const char *items, ptrdiff_t item_step, char *squares,
              ptrdiff_t square_step, size_t n)
{
    for (size_t i = 0; i < n; i++, items += item_step, squares += square_step) {
        const float x = nx_float_of_half(*(const uint16_t *)(const void *)items);
        *(uint16_t *)(void *)squares = nx_half_of_float(x * x);
    }
}

static void
square_floats(const char *items, ptrdiff_t item_step, char *squares,
              ptrdiff_t square_step, size_t n)
{
    for (size_t i = 0; i < n; i++, items += item_step, squares += square_step) {
        const float x = *(const float *)(const void *)items;
        *(float *)(void *)squares = x * x;
    }
}

static void
square_doubles(const char *items, ptrdiff_t item_step, char *squares,
               ptrdiff_t square_step, size_t n)
{
    for (size_t i = 0; i < n; i++, items += item_step, squares += square_step) {
        const double x = *(const double *)(const void *)items;
        *(double *)(void *)squares = x * x;
    }
}

static void
square_float_row(const float *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * x[i];
    }
}

static void
square_double_row(const double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * x[i];
    }
}

#ifdef HAS_STREAM
/* Items up to the first address of results that is a multiple of 16 bytes. */
static size_t
before_vectors(const void *squares, size_t size, size_t n)
{
    const size_t before = (0 - (uintptr_t)squares) % 16 / size;
    return before < n ? before : n;
}

static void
stream_floats(const float *x, float *y, size_t n)
{
    size_t i = before_vectors(y, sizeof *y, n);
    square_float_row(x, y, i);
    for (; i + 4 <= n; i += 4) {
        const __m128 v = _mm_loadu_ps(x + i);
        _mm_stream_ps(y + i, _mm_mul_ps(v, v));
    }
    square_float_row(x + i, y + i, n - i);
    _mm_sfence();
}

static void
stream_doubles(const double *x, double *y, size_t n)
{
    size_t i = before_vectors(y, sizeof *y, n);
    square_double_row(x, y, i);
    for (; i + 8 <= n; i += 8) { /* a line at a time */
        for (size_t k = i; k < i + 8; k += 2) {
            const __m128d v = _mm_loadu_pd(x + k);
            _mm_stream_pd(y + k, _mm_mul_pd(v, v));
        }
    }
    square_double_row(x + i, y + i, n - i);
    _mm_sfence();
}
#else
static void
stream_floats(const float *x, float *y, size_t n)
{
    square_float_row(x, y, n);
}

static void
stream_doubles(const double *x, double *y, size_t n)
{
    square_double_row(x, y, n);
}
#endif

/* ---- All ---- */

/* True where items and squares are in a row each. */
static bool
square_row(nx_item_type type, const char *items, ptrdiff_t item_step, char *squares,
           ptrdiff_t square_step, size_t n, bool far)
{
    const ptrdiff_t size = (ptrdiff_t)nx_item_size(type);
    const void *const from = items;
    void *const to = squares;
    if (item_step != size || square_step != size || type == NX_ITEM_FLOAT16) {
        return false;
    }
    far = far && items != squares; /* lines that are read are there to be written */
    if (type == NX_ITEM_FLOAT32) {
        far ? stream_floats(from, to, n) : square_float_row(from, to, n);
    }
    else {
        far ? stream_doubles(from, to, n) : square_double_row(from, to, n);
    }
    return true;
}

size_t
nx_square(nx_item_type type, const char *items, ptrdiff_t item_step, char *squares,
          ptrdiff_t square_step, size_t n, bool far)
{
    if (type < NX_ITEM_TIME) {
        return square_checked(integers[type], nx_item_size(type), items, item_step,
                              squares, square_step, n);
    }
    if (square_row(type, items, item_step, squares, square_step, n, far)) {
        return n;
    }
    if (type == NX_ITEM_FLOAT16) {
        square_halves(items, item_step, squares, square_step, n);
    }
    else if (type == NX_ITEM_FLOAT32) {
        square_floats(items, item_step, squares, square_step, n);
    }
    else {
        square_doubles(items, item_step, squares, square_step, n);
    }
    return n;
}
