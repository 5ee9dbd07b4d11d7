#include "binding/py_reduce_view.h"

#include <string.h>

static nx_item_type
integer_type(int size, bool is_signed)
{
    switch (size) {
        case 1:
            return is_signed ? NX_ITEM_INT8 : NX_ITEM_UINT8;
        case 2:
            return is_signed ? NX_ITEM_INT16 : NX_ITEM_UINT16;
        case 4:
            return is_signed ? NX_ITEM_INT32 : NX_ITEM_UINT32;
        default:
            return is_signed ? NX_ITEM_INT64 : NX_ITEM_UINT64;
    }
}

bool
nx_py_item_type(PyArray_Descr *descr, nx_item_type *type)
{
    const int number = descr->type_num;
    if (PyTypeNum_ISINTEGER(number)) {
        *type = integer_type((int)PyDataType_ELSIZE(descr), PyTypeNum_ISSIGNED(number));
        return true;
    }
    switch (number) {
        case NPY_BOOL:
            *type = NX_ITEM_BOOL;
            return true;
        case NPY_HALF:
            *type = NX_ITEM_FLOAT16;
            return true;
        case NPY_FLOAT:
            *type = NX_ITEM_FLOAT32;
            return true;
        case NPY_DOUBLE:
            *type = NX_ITEM_FLOAT64;
            return true;
        case NPY_DATETIME:
        case NPY_TIMEDELTA:
            *type = NX_ITEM_TIME;
            return true;
        default:
            return false;
    }
}

/* ---- Operands ---- */

static bool
check_operand(PyObject *object, PyArrayObject *items, int type, const char *what)
{
    PyArrayObject *const array = (PyArrayObject *)object;
    if (PyArray_Check(object) && PyArray_TYPE(array) == type &&
        PyArray_NDIM(array) == PyArray_NDIM(items) &&
        PyArray_CompareLists(PyArray_DIMS(array), PyArray_DIMS(items),
                             PyArray_NDIM(items)) &&
        (type == NPY_BOOL ||
         PyArray_ISNOTSWAPPED(array) == PyArray_ISNOTSWAPPED(items))) {
        return true;
    }
    PyErr_Format(PyExc_ValueError, "%s do not go with the items", what);
    return false;
}

static bool
take_operands(nx_reduce_view *view, PyArrayObject **arrays)
{
    PyArrayObject *const items = arrays[NX_OF_ITEMS];
    if (!nx_py_item_type(PyArray_DESCR(items), &view->type)) {
        PyErr_Format(PyExc_TypeError, "items of dtype %S cannot be reduced",
                     PyArray_DESCR(items));
        return false;
    }
    view->swapped = !PyArray_ISNOTSWAPPED(items);
    if (arrays[NX_OF_FACTORS] != NULL &&
        !check_operand((PyObject *)arrays[NX_OF_FACTORS], items, PyArray_TYPE(items),
                       "factors")) {
        return false;
    }
    if (arrays[NX_OF_TAKEN] != NULL &&
        !check_operand((PyObject *)arrays[NX_OF_TAKEN], items, NPY_BOOL, "flags")) {
        return false;
    }
    for (int k = 0; k < NX_OPERANDS; k++) {
        view->data[k] = arrays[k] == NULL ? NULL : PyArray_BYTES(arrays[k]);
    }
    return true;
}

/* ---- Axes ---- */

/* Sets the flags of the axes that an int stands for. */
static bool
take_axis(PyObject *axis, int dimensions, bool *reduced)
{
    const long number = PyLong_AsLong(axis);
    if (number == -1 && PyErr_Occurred()) {
        return false;
    }
    if (number < 0 || number >= dimensions) {
        PyErr_SetString(PyExc_ValueError, "axis out of range");
        return false;
    }
    reduced[number] = true;
    return true;
}

static bool
take_axes(PyObject *axes, int dimensions, bool *reduced)
{
    memset(reduced, axes == Py_None, NPY_MAXDIMS * sizeof *reduced);
    if (axes == Py_None) {
        return true;
    }
    if (!PyTuple_Check(axes)) {
        return take_axis(axes, dimensions, reduced);
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(axes); i++) {
        if (!take_axis(PyTuple_GET_ITEM(axes, i), dimensions, reduced)) {
            return false;
        }
    }
    return true;
}

static nx_reduce_axis
axis_of(PyArrayObject *const *arrays, int i)
{
    nx_reduce_axis axis = {.length = (size_t)PyArray_DIM(arrays[NX_OF_ITEMS], i)};
    for (int k = 0; k < NX_OPERANDS; k++) {
        axis.steps[k] = arrays[k] == NULL ? 0 : PyArray_STRIDE(arrays[k], i);
    }
    return axis;
}

bool
nx_py_reduce_view(nx_py_reduced *reduced, PyObject *items, PyObject *factors,
                  PyObject *taken, PyObject *axes, bool keepdims, bool skip_nan)
{
    bool is_reduced[NPY_MAXDIMS];
    nx_reduce_view *const view = &reduced->view;
    PyArrayObject *arrays[NX_OPERANDS] = {
        (PyArrayObject *)items,
        factors == Py_None ? NULL : (PyArrayObject *)factors,
        taken == Py_None ? NULL : (PyArrayObject *)taken,
    };
    if (!PyArray_Check(items)) {
        PyErr_SetString(PyExc_TypeError, "items must be an array");
        return false;
    }
    const int dimensions = PyArray_NDIM(arrays[0]);
    if (!take_operands(view, arrays) || !take_axes(axes, dimensions, is_reduced)) {
        return false;
    }
    view->skip_nan = skip_nan;
    view->kept_axes = view->reduced_axes = 0;
    reduced->dimensions = 0;
    for (int i = 0; i < dimensions; i++) {
        if (is_reduced[i]) {
            view->reduced[view->reduced_axes++] = axis_of(arrays, i);
        }
        else {
            view->kept[view->kept_axes++] = axis_of(arrays, i);
        }
        if (!is_reduced[i] || keepdims) {
            reduced->shape[reduced->dimensions++] =
                is_reduced[i] ? 1 : PyArray_DIM(arrays[0], i);
        }
    }
    nx_reduce_view_simplify(view);
    return true;
}

PyArrayObject *
nx_py_reduce_results(const nx_py_reduced *reduced, int type)
{
    return (PyArrayObject *)PyArray_SimpleNew(reduced->dimensions, reduced->shape,
                                              type);
}
