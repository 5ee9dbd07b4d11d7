/* Groups of equal items in Python. */
#ifndef NX_BINDING_PY_GROUP_H
#define NX_BINDING_PY_GROUP_H

#include "binding/np_api.h"

#include "base/status.h"

/* Sets the exception for a grouping that failed and returns NULL. */
PyObject *nx_py_raise_of_groups(const nx_error *error);

/* _native.group(items, mask, skip_nan, want_codes, want_counts, threads,
 * handle_signals): the groups of the items of an array in C order, aligned and in the
 * byte order of the machine, as (codes, first, counts, missing, first_missing); None
 * for an array of another layout. codes are in its shape; they and counts are None if
 * not wanted. Missing strings (NA) and objects that are None are in no group, NaN and
 * NaT neither if `skip_nan` says so. */
PyObject *nx_py_group(NX_ARGS);

/* _native.group_strings(items, first, out) -> None: copies items first[i] of a
 * StringDType array in C order to out[i], of a new array of one dimension of an equal
 * dtype. */
PyObject *nx_py_group_strings(NX_ARGS);

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
