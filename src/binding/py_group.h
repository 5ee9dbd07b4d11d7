/* Groups of equal items in Python. */
#ifndef NX_BINDING_PY_GROUP_H
#define NX_BINDING_PY_GROUP_H

#include "binding/np_api.h"

#include "base/status.h"

/* Sets the exception for a grouping that failed and returns NULL. */
PyObject *nx_py_raise_of_groups(const nx_error *error);

/* _native.group(items, mask, skip_missing, want, threads, handle_signals): the groups
 * of the items of an array in C order, aligned and in the byte order of the machine, as
 * (values, codes, counts, first, missing); None for an array of another layout. `want`
 * is a sum of 1 for codes, which are in the shape of the items, 2 for counts, 4 for the
 * index of each group's first item, None if not wanted, and 8 for groups in falling
 * order of their counts. Items that the mask hides, missing strings (NA) and objects
 * that are None or NaN are in no group, NaN and NaT neither, if `skip_missing` says so;
 * else NaN and NaT are values and all others one group, whose place is `missing`, -1 if
 * there is none. */
PyObject *nx_py_group(NX_ARGS);

/* A new array, of one dimension and the dtype of `items`, of items first[i]. These are
 * in C order, aligned and in the byte order of the machine. NULL with an exception set.
 */
PyObject *nx_py_group_values(PyArrayObject *items, const int64_t *first, size_t count);

/* _native.word_groups(text, as_str, threads, handle_signals) -> a capsule with the
 * different words of a str or bytes, by the rule of str.split or that of bytes.split.
 */
PyObject *nx_py_word_groups(NX_ARGS);

/* _native.word_groups_top(capsule, limit, as_bytes) -> the most frequent ones as a list
 * of (word, count); equal counts in the order of their first occurrence. */
PyObject *nx_py_word_groups_top(NX_ARGS);

#endif
