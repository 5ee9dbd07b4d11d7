/* The items that stand for groups: a few of an array, in an array of their own. NumPy
 * takes 200 ns for each string of them, which is more than grouping many. */
#include <string.h>

#include "binding/py_group.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"

enum {
    FEW_STRINGS = 64 /* that are copied sooner than one lets go of the interpreter */
};

/* ---- Strings ---- */

/* Copies a string; false if memory is short. */
static bool
copy_string(const nx_py_strings *from, const char *item, const nx_py_strings *to,
            char *out)
{
    npy_packed_static_string *packed = (npy_packed_static_string *)(void *)out;
    nx_span text;
    switch (nx_py_load_string(from, item, &text)) {
        case NX_PY_NOT_LOADED:
            return false;
        case NX_PY_NA_TEXT:
        case NX_PY_NA:
            return NpyString_pack_null(to->allocator, packed) == 0;
        case NX_PY_TEXT:
            break;
    }
    if (text.length == 0) {
        return true; /* the array is of empty strings */
    }
    if (nx_py_entries.is_learned && text.length <= NX_PY_SHORT_STRING &&
        text.text == (const uint8_t *)item) {
        nx_py_put_text_entry(out, text.text, text.length);
        return true;
    }
    return NpyString_pack(to->allocator, packed, (const char *)text.text,
                          text.length) == 0;
}

static bool
copy_strings(PyArrayObject *items, const int64_t *first, PyArrayObject *values)
{
    PyArray_Descr *descrs[] = {PyArray_DESCR(items), PyArray_DESCR(values)};
    npy_string_allocator *allocators[2];
    const char *const item = PyArray_BYTES(items);
    char *const out = PyArray_BYTES(values);
    const npy_intp step = PyArray_ITEMSIZE(items), count = PyArray_SIZE(values);
    bool copied = true;
    nx_py_detached detached;
    nx_py_detach_if(&detached, count > FEW_STRINGS, false);
    NpyString_acquire_allocators(2, descrs, allocators);
    const nx_py_strings from = nx_py_strings_of(descrs[0], allocators[0]);
    const nx_py_strings to = nx_py_strings_of(descrs[1], allocators[1]);
    for (npy_intp i = 0; i < count && copied; i++) {
        copied = copy_string(&from, item + first[i] * step, &to, out + i * step);
    }
    NpyString_release_allocators(2, allocators);
    nx_py_attach(&detached);
    return copied;
}

/* ---- Others ---- */

static void
copy_objects(const char *items, const int64_t *first, npy_intp count, char *out)
{
    for (npy_intp i = 0; i < count; i++) {
        PyObject *object;
        memcpy(&object, items + first[i] * (npy_intp)sizeof object, sizeof object);
        Py_XINCREF(object);
        memcpy(out + i * (npy_intp)sizeof object, &object, sizeof object);
    }
}

/* Inlined for the sizes of numbers. */
NX_INLINE void
copy_sized(const char *items, const int64_t *first, size_t count, size_t size,
           char *out)
{
    for (size_t i = 0; i < count; i++) {
        memcpy(out + i * size, items + (size_t)first[i] * size, size);
    }
}

static void
copy_items(const char *items, const int64_t *first, size_t count, size_t size,
           char *out)
{
    switch (size) {
        case 1:
            copy_sized(items, first, count, 1, out);
            break;
        case 2:
            copy_sized(items, first, count, 2, out);
            break;
        case 4:
            copy_sized(items, first, count, 4, out);
            break;
        case 8:
            copy_sized(items, first, count, 8, out);
            break;
        default:
            copy_sized(items, first, count, size, out);
    }
}

PyObject *
nx_py_group_values(PyArrayObject *items, const int64_t *first, size_t count)
{
    npy_intp length = (npy_intp)count;
    PyArray_Descr *descr = PyArray_DESCR(items);
    const int type = PyArray_TYPE(items);
    Py_INCREF(descr);
    /* Strings and objects are zeroed by NumPy. */
    PyArrayObject *values = (PyArrayObject *)PyArray_NewFromDescr(
        &PyArray_Type, descr, 1, &length, NULL, NULL, 0, NULL);
    if (values == NULL) {
        return NULL;
    }
    if (type == NPY_OBJECT) {
        copy_objects(PyArray_BYTES(items), first, length, PyArray_BYTES(values));
    }
    else if (PyArray_ITEMSIZE(items) == 0) {
        memset(PyArray_BYTES(values), 0, (size_t)PyArray_NBYTES(values)); /* U0 is U1 */
    }
    else if (type != NPY_VSTRING) {
        copy_items(PyArray_BYTES(items), first, count, (size_t)PyArray_ITEMSIZE(items),
                   PyArray_BYTES(values));
    }
    else if (!copy_strings(items, first, values)) {
        Py_DECREF(values);
        return PyErr_NoMemory();
    }
    return (PyObject *)values;
}
