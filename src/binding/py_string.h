/* String columns in Python: a capsule that keeps the Arrow string views, and
 * the StringDType array made of it when somebody asks. */
#ifndef NX_BINDING_PY_STRING_H
#define NX_BINDING_PY_STRING_H

#include "binding/np_api.h"

#include "column/column.h"

/* A capsule that owns a string column; takes over what `column` holds and
 * leaves it empty. NULL with an exception set (the column is then untouched). */
PyObject *nx_py_string_capsule(nx_column *column);

/* _native.string_array(capsule): a new StringDType array of the column; missing
 * cells are empty strings. */
PyObject *nx_py_string_array(NX_ARGS);

/* _native.string_list(capsule, start, stop): a few rows as a list of str, without
 * making the array. */
PyObject *nx_py_string_list(NX_ARGS);

#endif
