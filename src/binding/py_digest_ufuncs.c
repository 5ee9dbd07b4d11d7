#include "binding/py_digest_ufuncs.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "binding/py_text_loop.h"
#include "digest/hash64.h"
#include "digest/sha256.h"
#include "number/half.h"

/* ---- sha256 ---- */

static void
sha256_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
             const npy_intp *steps)
{
    (void)form;
    const npy_intp byte_step = steps[2]; /* from one byte of a digest to the next */
    if (byte_step == 1) {
        nx_sha256_many(texts, n, (uint8_t *)args[1], steps[1]);
        return;
    }
    uint8_t digests[NX_TEXT_BATCH][NX_SHA256_SIZE];
    nx_sha256_many(texts, n, digests[0], NX_SHA256_SIZE);
    for (size_t i = 0; i < n; i++) {
        char *const digest = args[1] + (npy_intp)i * steps[1];
        for (npy_intp byte = 0; byte < NX_SHA256_SIZE; byte++) {
            digest[byte * byte_step] = (char)digests[i][byte];
        }
    }
}

const nx_text_kernel nx_py_sha256_kernel = {.operands = 2, .run = sha256_texts};

static int
sha256_loop(PyArrayMethod_Context *context, char *const *data,
            const npy_intp *dimensions, const npy_intp *steps,
            NpyAuxData *Py_UNUSED(auxiliary))
{
    return nx_py_text_loop(context, data, dimensions, steps, &nx_py_sha256_kernel);
}

const nx_py_ufunc nx_py_ufunc_sha256 = {
    .name = "sha256",
    .signature = "()->(32)",
    .doc =
        "SHA-256 of every item: 32 bytes along a new last axis.\n\n"
        "Texts as for `numpy_ext.sha256`, which takes single messages and masked\n"
        "arrays too.",
    .inputs = 1,
    .other_types = {NPY_UBYTE},
    .loops = {{nx_py_text_types, sha256_loop}},
};

/* ---- hash64 ---- */

static void
hash64_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
             const npy_intp *steps)
{
    (void)form;
    for (size_t i = 0; i < n; i++) {
        npy_uint64 seed;
        memcpy(&seed, args[1] + (npy_intp)i * steps[1], sizeof seed);
        const npy_uint64 hash = nx_hash64(texts[i].text, texts[i].length, seed);
        memcpy(args[2] + (npy_intp)i * steps[2], &hash, sizeof hash);
    }
}

static int
hash64_text_loop(PyArrayMethod_Context *context, char *const *data,
                 const npy_intp *dimensions, const npy_intp *steps,
                 NpyAuxData *Py_UNUSED(auxiliary))
{
    static const nx_text_kernel kernel = {.operands = 3, .run = hash64_texts};
    return nx_py_text_loop(context, data, dimensions, steps, &kernel);
}

/* Equal floats are to have equal hashes: one zero, one NaN, and any width. */
static uint64_t
bits_of_double(double value)
{
    uint64_t bits;
    if (value == 0) {
        return 0;
    }
    if (isnan(value)) {
        return UINT64_C(0x7FF8000000000000);
    }
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* A number as 64 bits: integers in two's complement, floats as those of a double. */
NX_INLINE uint64_t
number_at(const char *item, int type)
{
    switch (type) {
        case NPY_BOOL:
            return *(const npy_bool *)item != 0;
        case NPY_BYTE:
            return (uint64_t)(int64_t)*(const npy_byte *)item;
        case NPY_UBYTE:
            return *(const npy_ubyte *)item;
        case NPY_SHORT:
            return (uint64_t)(int64_t)*(const npy_short *)(const void *)item;
        case NPY_USHORT:
            return *(const npy_ushort *)(const void *)item;
        case NPY_INT:
            return (uint64_t)(int64_t)*(const npy_int *)(const void *)item;
        case NPY_UINT:
            return *(const npy_uint *)(const void *)item;
        case NPY_LONG:
            return (uint64_t)(int64_t)*(const npy_long *)(const void *)item;
        case NPY_ULONG:
            return *(const npy_ulong *)(const void *)item;
        case NPY_LONGLONG:
            return (uint64_t)*(const npy_longlong *)(const void *)item;
        case NPY_ULONGLONG:
            return *(const npy_ulonglong *)(const void *)item;
        case NPY_HALF:
            return bits_of_double(
                nx_double_of_half(*(const npy_half *)(const void *)item));
        case NPY_FLOAT:
            return bits_of_double((double)*(const npy_float *)(const void *)item);
        default:
            return bits_of_double(*(const npy_double *)(const void *)item);
    }
}

/* Inlined for every type, so that no item asks for it; a seed that stays, as it does
 * in most calls, is absorbed once. */
NX_INLINE int
hash64_numbers(int type, char *const *data, npy_intp n, const npy_intp *steps)
{
    const char *item = data[0], *seed = data[1];
    char *hash = data[2];
    nx_hash64_state begun = {0, 0};
    for (npy_intp i = 0; i < n; i++) {
        if (i == 0 || steps[1] != 0) {
            begun = nx_hash64_begin(*(const npy_uint64 *)(const void *)seed, 8);
        }
        *(npy_uint64 *)(void *)hash =
            nx_hash64_end(nx_hash64_absorb(begun, number_at(item, type), 0));
        item += steps[0];
        seed += steps[1];
        hash += steps[2];
    }
    return 0;
}

static int
hash64_number_loop(PyArrayMethod_Context *context, char *const *data,
                   const npy_intp *dimensions, const npy_intp *steps,
                   NpyAuxData *Py_UNUSED(auxiliary))
{
    const npy_intp n = dimensions[0];
    switch (context->descriptors[0]->type_num) {
        case NPY_BOOL:
            return hash64_numbers(NPY_BOOL, data, n, steps);
        case NPY_BYTE:
            return hash64_numbers(NPY_BYTE, data, n, steps);
        case NPY_UBYTE:
            return hash64_numbers(NPY_UBYTE, data, n, steps);
        case NPY_SHORT:
            return hash64_numbers(NPY_SHORT, data, n, steps);
        case NPY_USHORT:
            return hash64_numbers(NPY_USHORT, data, n, steps);
        case NPY_INT:
            return hash64_numbers(NPY_INT, data, n, steps);
        case NPY_UINT:
            return hash64_numbers(NPY_UINT, data, n, steps);
        case NPY_LONG:
            return hash64_numbers(NPY_LONG, data, n, steps);
        case NPY_ULONG:
            return hash64_numbers(NPY_ULONG, data, n, steps);
        case NPY_LONGLONG:
            return hash64_numbers(NPY_LONGLONG, data, n, steps);
        case NPY_ULONGLONG:
            return hash64_numbers(NPY_ULONGLONG, data, n, steps);
        case NPY_HALF:
            return hash64_numbers(NPY_HALF, data, n, steps);
        case NPY_FLOAT:
            return hash64_numbers(NPY_FLOAT, data, n, steps);
        default:
            return hash64_numbers(NPY_DOUBLE, data, n, steps);
    }
}

const nx_py_ufunc nx_py_ufunc_hash64 = {
    .name = "hash64",
    .doc =
        "A 64-bit hash of every text or number, by a seed of dtype uint64.\n\n"
        "The hash is that of `numpy_ext.hash64`.",
    .inputs = 2,
    .other_types = {NPY_UINT64, NPY_UINT64},
    .loops = {{nx_py_text_types, hash64_text_loop},
              {nx_py_number_types, hash64_number_loop}},
};
