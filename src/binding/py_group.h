/* Groups of equal items in Python. */
#ifndef NX_BINDING_PY_GROUP_H
#define NX_BINDING_PY_GROUP_H

#include "binding/np_api.h"

/* _native.group_numbers(values, kind, mask, skip_nan, want_codes, want_counts, threads,
 * handle_signals) -> (codes, first, counts, missing, first_missing): groups of a
 * contiguous array, by the keys of its items ("bool", "8" .. "64", "float16" ..
 * "float64", "time"). codes and counts are None if not wanted. */
PyObject *nx_py_group_numbers(NX_ARGS);

/* _native.group_texts(items, mask, want_codes, want_counts, threads, handle_signals) ->
 * as group_numbers, for an array of one dimension of dtype S, U, V, StringDType or
 * object; of U in the byte order of the machine. Missing strings (NA), and objects that
 * are None, are in no group. */
PyObject *nx_py_group_texts(NX_ARGS);

/* _native.group_order(counts, limit) -> the numbers of the groups with the highest
 * counts, in falling order; equal ones in the order of their numbers. */
PyObject *nx_py_group_order(NX_ARGS);

/* _native.word_groups(text, as_str, threads, handle_signals) -> a capsule with the
 * different words of a str or bytes, by the rule of str.split or that of bytes.split.
 */
PyObject *nx_py_word_groups(NX_ARGS);

/* _native.word_groups_top(capsule, limit, as_bytes) -> the most frequent ones as a list
 * of (word, count); equal counts in the order of their first occurrence. */
PyObject *nx_py_word_groups_top(NX_ARGS);

#endif
