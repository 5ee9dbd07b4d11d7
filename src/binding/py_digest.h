/* Digests for Python, beside the ufuncs. */
#ifndef NX_BINDING_PY_DIGEST_H
#define NX_BINDING_PY_DIGEST_H

#include "binding/np_api.h"

/* _native.sha256_chunks(data, size, threads, handle_signals): the SHA-256 of every
 * `size` bytes of a buffer, as a uint8 array of n rows of 32. */
PyObject *nx_py_sha256_chunks(NX_ARGS);

/* _native.hex_strings(digests): the rows of a C-contiguous 2-d uint8 array as a 1-d
 * StringDType array of lowercase hexadecimal digits. */
PyObject *nx_py_hex_strings(NX_ARGS);

#endif
