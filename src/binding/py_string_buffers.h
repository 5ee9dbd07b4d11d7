/* String columns made of arrays, and taken apart into buffers and put together again,
 * which is how they are pickled. */
#ifndef NX_BINDING_PY_STRING_BUFFERS_H
#define NX_BINDING_PY_STRING_BUFFERS_H

#include "binding/np_api.h"

/* _native.string_capsule(array, mask=None): the strings of a one-dimensional
 * StringDType array. Its missing values, and the rows that are true in the mask, are
 * empty strings. ValueError for a text that is not UTF-8. */
PyObject *nx_py_string_from_array(NX_ARGS);

/* _native.string_buffers(capsule): views and slabs as read-only uint8 arrays, which
 * share their memory unless most of it belongs to strings of other rows. */
PyObject *nx_py_string_buffers(NX_ARGS);

/* _native.string_from_buffers(views, slabs, length): a column of copies of them;
 * ValueError if they are not what string_buffers gives. */
PyObject *nx_py_string_from_buffers(NX_ARGS);

#endif
