#include "binding/py_string.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_error.h"

static const char CAPSULE_NAME[] = "numpy_ext.string_column";

static void
release_column(PyObject *capsule)
{
    nx_column *column = PyCapsule_GetPointer(capsule, CAPSULE_NAME);
    nx_column_clear(column);
    nx_free(column);
}

PyObject *
nx_py_string_capsule(nx_column *column)
{
    nx_column *own = nx_alloc(1, sizeof *own);
    if (own == NULL) {
        return PyErr_NoMemory();
    }
    *own = *column;
    PyObject *capsule = PyCapsule_New(own, CAPSULE_NAME, release_column);
    if (capsule == NULL) {
        nx_free(own);
        return NULL;
    }
    memset(column, 0, sizeof *column);
    return capsule;
}

/* An array with a descriptor (and so an allocator) that nothing else shares:
 * NumPy keeps one allocator per descriptor instance. */
static PyArrayObject *
new_string_array(size_t length)
{
    npy_intp shape[1] = {(npy_intp)length};
    PyArray_Descr *descr =
        (PyArray_Descr *)PyObject_CallNoArgs((PyObject *)&PyArray_StringDType);
    if (descr == NULL) {
        return NULL;
    }
    return (PyArrayObject *)PyArray_Zeros(1, shape, descr, 0);
}

/* Packs every view that is not empty (zeroed entries are empty strings). */
static bool
pack_views(const nx_column *column, PyArrayObject *array)
{
    /* The descriptor of the array, which is not always the one it was made with. */
    PyArray_StringDTypeObject *descr =
        (PyArray_StringDTypeObject *)PyArray_DESCR(array);
    const nx_string_view *views = nx_buffer_data(column->values);
    char *data = PyArray_DATA(array);
    const npy_intp step = PyArray_STRIDE(array, 0);
    bool packed = true;
    Py_BEGIN_ALLOW_THREADS
    npy_string_allocator *allocator = NpyString_acquire_allocator(descr);
    for (size_t row = 0; row < column->length && packed; row++) {
        if (views[row].length > 0) {
            npy_packed_static_string *entry =
                (npy_packed_static_string *)(void *)(data + (npy_intp)row * step);
            const uint8_t *text = nx_view_text(&views[row], column->slabs.buffers);
            packed = NpyString_pack(allocator, entry, (const char *)text,
                                    (size_t)views[row].length) == 0;
        }
    }
    NpyString_release_allocator(allocator);
    Py_END_ALLOW_THREADS
    return packed;
}

PyObject *
nx_py_string_array(NX_ARGS)
{
    if (!nx_py_arity("string_array", nargs, 1)) {
        return NULL;
    }
    const nx_column *column = PyCapsule_GetPointer(args[0], CAPSULE_NAME);
    if (column == NULL) {
        return NULL;
    }
    PyArrayObject *array = new_string_array(column->length);
    if (array == NULL) {
        return NULL;
    }
    if (!pack_views(column, array)) {
        Py_DECREF(array);
        return PyErr_NoMemory();
    }
    /* An owner of memory may make itself writable again, a view of it may not. */
    PyArray_CLEARFLAGS(array, NPY_ARRAY_WRITEABLE);
    PyObject *view = PyArray_View(array, NULL, NULL);
    Py_DECREF(array);
    return view;
}

PyObject *
nx_py_string_list(NX_ARGS)
{
    if (!nx_py_arity("string_list", nargs, 3)) {
        return NULL;
    }
    const nx_column *column = PyCapsule_GetPointer(args[0], CAPSULE_NAME);
    const size_t start = PyLong_AsSize_t(args[1]), stop = PyLong_AsSize_t(args[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (start > stop || stop > column->length) {
        PyErr_SetString(PyExc_IndexError, "rows outside the column");
        return NULL;
    }
    const nx_string_view *views = nx_buffer_data(column->values);
    PyObject *list = PyList_New((Py_ssize_t)(stop - start));
    for (size_t row = start; list != NULL && row < stop; row++) {
        const uint8_t *text = nx_view_text(&views[row], column->slabs.buffers);
        PyObject *item =
            PyUnicode_DecodeUTF8((const char *)text, views[row].length, NULL);
        if (item == NULL || PyList_SetItem(list, (Py_ssize_t)(row - start), item) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}
