/* Patterns over arrays of texts.
 *
 * Arrays here are 1-d, aligned, in native byte order, of any stride: S, U, StringDType
 * or objects. Which of them fit a pattern is settled in Python; what does not fit does
 * no harm. ValueError (of objects UnicodeEncodeError) for text without UTF-8 form. */
#ifndef NX_BINDING_PY_PATTERN_H
#define NX_BINDING_PY_PATTERN_H

#include "binding/np_api.h"

#include "text/pattern.h"

/* The pattern of a capsule, as long as that lives; NULL with an exception set. */
const nx_pattern *nx_py_pattern(PyObject *capsule);

/* True if the object is an array as described above; else an exception is set. */
bool nx_py_pattern_texts(PyObject *object);

/* _native.pattern_compile(is_text, at_start, end, parts, sets): a capsule. `end` is 0,
 * 1 for `$`, 2 for `\Z`; a part is (literal,) or (number of a set, least, most or
 * None); a set is bits as bytes, see nx_charset_init. */
PyObject *nx_py_pattern_compile(NX_ARGS);

/* _native.pattern_takes(pattern, array): whether an object is an array of texts of the
 * kind of the pattern that needs nothing done before its methods see it: no subclass,
 * of one dimension, aligned, in native byte order, and of no dtype of objects or with
 * missing values. */
PyObject *nx_py_pattern_takes(NX_ARGS);

/* _native.pattern_test(pattern, texts, how): a bool array; `how` is 0 for search, 1 for
 * match, 2 for fullmatch. */
PyObject *nx_py_pattern_test(NX_ARGS);

/* _native.pattern_count(pattern, texts): an int64 array. */
PyObject *nx_py_pattern_count(NX_ARGS);

/* _native.first_stray(objects, bytes): the number of the first object that is no str
 * (no bytes), or None. */
PyObject *nx_py_first_stray(NX_ARGS);

/* _native.string_missing(strings): where an array of StringDType is missing, as a bool
 * array; nowhere if its missing value is a text. */
PyObject *nx_py_string_missing(NX_ARGS);

#endif
