/* Arrays of numbers and times as arrays of text. */
#ifndef NX_BINDING_PY_FORMAT_H
#define NX_BINDING_PY_FORMAT_H

#include "binding/np_api.h"

/* _native.format_values(values, type, mask, threads, handle_signals): a new StringDType
 * array of the texts of a 1-d, contiguous, aligned array in native byte order. `type`
 * is the name of its dtype; rows that are true in the mask (None: no row is) are empty.
 */
PyObject *nx_py_format_values(NX_ARGS);

#endif
