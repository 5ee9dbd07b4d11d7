/* Columns of arrays as the JSON writer takes them. */
#ifndef NX_BINDING_PY_JSON_SOURCE_H
#define NX_BINDING_PY_JSON_SOURCE_H

#include "binding/np_api.h"

#include "json/json_write.h"

/* How the values of a column are to be taken. */
typedef enum nx_py_json_use {
    NX_PY_JSON_PLAIN,
    NX_PY_JSON_COUNTS, /* times as the counts that they are */
    NX_PY_JSON_RAW     /* strings that are JSON text */
} nx_py_json_use;

/* What finds the strings of a column; `context` of it. */
typedef struct nx_py_json_strings {
    size_t item_size;                         /* of S and U */
    const PyArray_StringDTypeObject *strings; /* of StringDType, else NULL ... */
    npy_string_allocator *allocator;          /* ... set while they are held */
} nx_py_json_strings;

/* Fills kind, unit, data, item_size and, for strings, load and context of a column of
 * an array. False, without an exception, if there is no kind for its dtype and layout.
 */
bool nx_py_json_take_values(PyArrayObject *array, nx_py_json_use use,
                            nx_json_column *column, nx_py_json_strings *strings);

/* Holds the strings of those columns that have some, so that all can be read at once;
 * true if there are any. Whoever holds them must not wait for the interpreter. */
bool nx_py_json_hold(nx_py_json_strings *columns, size_t n);
void nx_py_json_let_go(nx_py_json_strings *columns, size_t n);

#endif
