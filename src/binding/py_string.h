/* String columns in Python: a capsule that keeps the Arrow string views, and the
 * arrays made of it when somebody asks. Those functions take the number of threads
 * as an argument more, 1 if it is left out. */
#ifndef NX_BINDING_PY_STRING_H
#define NX_BINDING_PY_STRING_H

#include "binding/np_api.h"

#include "column/column.h"

/* A capsule that owns a string column; takes over what `column` holds and leaves it
 * empty, also when it fails: NULL with an exception set, and the column released. */
PyObject *nx_py_string_capsule(nx_column *column);

/* The column of such a capsule, which lives as long as the capsule does; NULL with
 * an exception set for any other object. */
nx_column *nx_py_string_column(PyObject *capsule);

/* A new StringDType array of empty strings, of StringDType() for an na_object of None,
 * else of StringDType(na_object=...). Nothing else shares its descriptor and so its
 * allocator: NumPy keeps one for each instance. NULL with an exception set. */
PyArrayObject *nx_py_string_new(int dimensions, const npy_intp *shape,
                                PyObject *na_object);

/* A new StringDType array of a string column, which it does not refer to: of
 * StringDType() for an na_object of None, where the rows that are true in `missing`
 * stay as the column has them, else of StringDType(na_object=...), where they are NA.
 * `missing` may be NULL. NULL with an exception set. */
PyArrayObject *nx_py_string_pack(const nx_column *column, PyObject *na_object,
                                 const npy_bool *missing, unsigned threads);

/* _native.string_array(capsule, na_object, mask): a new, read-only StringDType
 * array of the column. With an na_object that is not None it is of
 * StringDType(na_object=...), and the rows that are true in the mask (a bool array,
 * or None) are NA; without, missing cells are empty strings. */
PyObject *nx_py_string_array(NX_ARGS);

/* _native.string_fixed(capsule, kind, width): a new, read-only array of dtype
 * kind ("S" or "U") and width; 0 is that of the longest string, at least 1. */
PyObject *nx_py_string_fixed(NX_ARGS);

/* _native.string_nul(capsule): the first row whose string ends in a NUL, which S and
 * U arrays lose, or None. */
PyObject *nx_py_string_nul(NX_ARGS);

/* _native.string_list(capsule, start, stop): a few rows as a list of str, without
 * making the array. */
PyObject *nx_py_string_list(NX_ARGS);

#endif
