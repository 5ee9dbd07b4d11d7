/* Buffers of the library as ndarrays, without a copy. */
#ifndef NX_BINDING_PY_ARRAY_H
#define NX_BINDING_PY_ARRAY_H

#include "binding/np_api.h"

#include "base/buffer.h"
#include "column/lattice.h"

/* A read-only 1-d array of `length` items over a buffer. The array holds a
 * reference of its own (through a capsule as its base); the caller keeps its.
 * `dtype` is a name NumPy understands, "datetime64[s]" for example. NULL with an
 * exception set. */
PyObject *nx_py_array(nx_buffer *buffer, size_t length, const char *dtype);

/* The bytes of a contiguous array as a buffer, with a reference for the caller. An
 * array over a buffer of the library gives that buffer, or a part of it, which needs
 * no interpreter to be released; of any other array the buffer keeps the array alive
 * (see nx_py_reference_buffer). NULL with an exception set. */
nx_buffer *nx_py_array_buffer(PyArrayObject *array);

/* True when nobody can write to the memory of an array: it is that of bytes, or of a
 * buffer of the library, and every view on the way there is read-only. */
bool nx_py_array_is_frozen(PyArrayObject *array);

/* The flags of a mask, NULL for None. False with an exception set if it is no mask of
 * `length` rows. */
bool nx_py_take_mask(PyObject *mask, size_t length, const npy_bool **missing);

/* The type whose values those of a dtype are, in either byte order: bool, integers,
 * float16 to float64, and datetime64 in one of the units of a column. NX_TYPE_NONE for
 * every other dtype. */
nx_type nx_py_value_type(const PyArray_Descr *descr);

/* _native.value_dtype(dtype_like) -> the dtype, None if there is no such type for it.
 */
PyObject *nx_py_value_dtype(PyObject *module, PyObject *dtype_like);

#endif
