/* Arrays of numbers and times as arrays of text. */
#ifndef NX_BINDING_PY_FORMAT_H
#define NX_BINDING_PY_FORMAT_H

#include "binding/np_api.h"

/* _native.format_values(values, mask, threads, handle_signals): a new StringDType array
 * of the texts of an array of a dtype that has an nx_py_value_type, in its shape. None
 * if that is not in C order, aligned and in the byte order of the machine. Items that
 * are true in the mask (1-d; None: no item is) are empty. */
PyObject *nx_py_format_values(NX_ARGS);

#endif
