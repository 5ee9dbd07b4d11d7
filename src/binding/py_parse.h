/* Arrays of texts as arrays of numbers and times. */
#ifndef NX_BINDING_PY_PARSE_H
#define NX_BINDING_PY_PARSE_H

#include "binding/np_api.h"

/* _native.parse_values(items, dtype, skip, bounds, stop, threads, handle_signals): the
 * values of texts, which are an array of any shape and layout: S, StringDType, object,
 * or U in native byte order and aligned. The dtype has an nx_py_value_type and the byte
 * order of the machine. Items that are true in `skip` (of bool, 1-d, or None) are not
 * looked at. `bounds` is None or (low, high, all_below, all_above): keys of integers
 * and times, floats of floats (column_values.h).
 *
 * Returns (values, notes, place). The values are in the shape of the items. The notes
 * are an nx_value_note for every text, in C order, of uint8; None if all are 0. `place`
 * is -1 or where the call stopped, behind which nothing is valid: with `stop` the index
 * of the first text at fault, and of an object that is neither str nor bytes, None or
 * NaN -2 - index. */
PyObject *nx_py_parse_values(NX_ARGS);

#endif
