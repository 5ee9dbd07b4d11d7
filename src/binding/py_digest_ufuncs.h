/* The ufuncs of digests. */
#ifndef NX_BINDING_PY_DIGEST_UFUNCS_H
#define NX_BINDING_PY_DIGEST_UFUNCS_H

#include "binding/py_text_loop.h"
#include "binding/py_ufuncs.h"

/* Digests of texts: the second operand is 32 bytes for each, and a third step goes from
 * one of them to the next. */
extern const nx_text_kernel nx_py_sha256_kernel;

/* sha256(texts) -> uint8[32], signature ()->(32). */
extern const nx_py_ufunc nx_py_ufunc_sha256;

/* hash64(texts or numbers, seed: uint64) -> uint64. */
extern const nx_py_ufunc nx_py_ufunc_hash64;

#endif
