/* Strings as categories, for Python. */
#ifndef NX_BINDING_PY_CATEGORY_H
#define NX_BINDING_PY_CATEGORY_H

#include "binding/np_api.h"

/* _native.string_categories(capsule, mask, threads, handle_signals) -> (codes, capsule,
 * count): a read-only int32 array with the number of each row's string, -1 where the
 * mask (a bool array or None) is true; the different strings in the order in which they
 * occur first; and how many they are. */
PyObject *nx_py_string_categories(NX_ARGS);

#endif
