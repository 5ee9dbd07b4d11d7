/* Digests for Python, beside the ufuncs. */
#ifndef NX_BINDING_PY_DIGEST_H
#define NX_BINDING_PY_DIGEST_H

#include "binding/np_api.h"

/* _native.sha256_chunks(data, size, threads, handle_signals): the SHA-256 of every
 * `size` bytes of a buffer, as a uint8 array of n rows of 32. */
PyObject *nx_py_sha256_chunks(NX_ARGS);

/* _native.hex_strings(digests): a C-contiguous uint8 array of shape (..., 32) as a
 * StringDType array of lowercase hexadecimal digits. */
PyObject *nx_py_hex_strings(NX_ARGS);

/* _native.sha256_hex(items): such strings of the SHA-256 of items that are text or
 * bytes; None for another object, and for an array that is not in C order, aligned and
 * in the byte order of the machine. TypeError and ValueError for single items. */
PyObject *nx_py_sha256_hex(NX_ARGS);

#endif
