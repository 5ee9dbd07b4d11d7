/* The ufuncs of digests. */
#ifndef NX_BINDING_PY_DIGEST_UFUNCS_H
#define NX_BINDING_PY_DIGEST_UFUNCS_H

#include "binding/py_ufuncs.h"

/* sha256(texts) -> uint8[32], signature ()->(32). */
extern const nx_py_ufunc nx_py_ufunc_sha256;

/* hash64(texts or numbers, seed: uint64) -> uint64. */
extern const nx_py_ufunc nx_py_ufunc_hash64;

#endif
