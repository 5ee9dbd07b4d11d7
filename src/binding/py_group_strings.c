/* The strings that stand for groups: a few of an array, in an array of their own. NumPy
 * takes 200 ns for each of them, which is more than grouping many. */
#include "binding/py_error.h"
#include "binding/py_group.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"

typedef struct string_copy {
    const char *items;
    npy_intp item_step;
    const npy_int64 *first;
    char *out;
    npy_intp out_step, count;
    npy_string_allocator *allocators[2]; /* of the items, of the copies */
} string_copy;

/* False if memory is short. */
static bool
copy_strings(const string_copy *copy)
{
    nx_py_entry_form form;
    nx_py_learn_entry(&form, copy->allocators[1], (size_t)copy->out_step);
    for (npy_intp i = 0; i < copy->count; i++) {
        const char *const item = copy->items + copy->first[i] * copy->item_step;
        char *const out = copy->out + i * copy->out_step;
        npy_packed_static_string *packed = (npy_packed_static_string *)(void *)out;
        npy_static_string loaded = {0, NULL};
        const int null = NpyString_load(
            copy->allocators[0], (const npy_packed_static_string *)(const void *)item,
            &loaded);
        int failed = null < 0;
        if (null > 0) {
            failed = NpyString_pack_null(copy->allocators[1], packed);
        }
        else if (!failed && form.is_learned && loaded.size <= NX_PY_SHORT_STRING &&
                 copy->item_step == NX_PY_ENTRY && loaded.buf == item) {
            nx_py_put_text_entry(&form, out, (const uint8_t *)item, loaded.size);
        }
        else if (!failed && loaded.size > 0) {
            failed =
                NpyString_pack(copy->allocators[1], packed, loaded.buf, loaded.size);
        }
        if (failed) {
            return false;
        }
    }
    return true;
}

/* Both arrays are of StringDType, and every number of `first` is one of an item. */
static bool
fit_together(PyArrayObject *items, PyArrayObject *first, PyArrayObject *out)
{
    if (PyArray_TYPE(items) != NPY_VSTRING || PyArray_TYPE(out) != NPY_VSTRING ||
        PyArray_TYPE(first) != NPY_INT64 || !PyArray_ISCARRAY_RO(items) ||
        !PyArray_ISCARRAY_RO(first) || !PyArray_ISCARRAY(out) ||
        PyArray_NDIM(first) != 1 || PyArray_SIZE(out) != PyArray_SIZE(first)) {
        return false;
    }
    const npy_int64 *numbers = PyArray_DATA(first);
    for (npy_intp i = 0; i < PyArray_SIZE(first); i++) {
        if (numbers[i] < 0 || numbers[i] >= PyArray_SIZE(items)) {
            return false;
        }
    }
    return true;
}

PyObject *
nx_py_group_strings(NX_ARGS)
{
    if (!nx_py_arity("group_strings", nargs, 3)) {
        return NULL;
    }
    PyArrayObject *items = (PyArrayObject *)args[0], *first = (PyArrayObject *)args[1];
    PyArrayObject *out = (PyArrayObject *)args[2];
    if (!PyArray_Check(args[0]) || !PyArray_Check(args[1]) || !PyArray_Check(args[2]) ||
        !fit_together(items, first, out)) {
        PyErr_SetString(PyExc_ValueError, "arrays do not fit together");
        return NULL;
    }
    string_copy copy = {
        .items = PyArray_BYTES(items),
        .item_step = PyArray_ITEMSIZE(items),
        .first = PyArray_DATA(first),
        .out = PyArray_BYTES(out),
        .out_step = PyArray_ITEMSIZE(out),
        .count = PyArray_SIZE(first),
    };
    PyArray_Descr *descrs[] = {PyArray_DESCR(items), PyArray_DESCR(out)};
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    NpyString_acquire_allocators(2, descrs, copy.allocators);
    const bool copied = copy_strings(&copy);
    NpyString_release_allocators(2, copy.allocators);
    nx_py_attach(&detached);
    if (!copied) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}
