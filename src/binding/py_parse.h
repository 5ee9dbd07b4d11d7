/* Arrays of texts as arrays of numbers and times. */
#ifndef NX_BINDING_PY_PARSE_H
#define NX_BINDING_PY_PARSE_H

#include "binding/np_api.h"

/* _native.parse_values(items, values, type, notes, skip, bounds, stop, threads,
 * handle_signals): fills `values`, a 1-d, contiguous, aligned array whose dtype has the
 * name `type`, from `items`, an array of as many texts in C order of any shape: S,
 * StringDType, object, or U in native byte order and aligned. `notes`, of zeros in
 * uint8, gets an nx_value_note for every text. Items that are true in `skip` (of bool,
 * 1-d, or None) are not looked at. `bounds` is None or (low, high, all_below,
 * all_above): keys of integers and times, floats of floats (column_values.h).
 *
 * Returns the index of the first text at fault, -1 if there is none: with `stop`
 * nothing behind it is valid. Of an object that is neither str nor bytes, None or NaN
 * it returns -2 - index. */
PyObject *nx_py_parse_values(NX_ARGS);

#endif
