#include "binding/py_array.h"

#include <string.h>

#include "binding/py_error.h"
#include "binding/py_reference.h"

static const char CAPSULE_NAME[] = "numpy_ext.buffer";

static void
release_buffer(PyObject *capsule)
{
    nx_py_aside aside = nx_py_put_aside();
    nx_buffer_release(PyCapsule_GetPointer(capsule, CAPSULE_NAME));
    nx_py_bring_back(&aside);
}

/* The dtypes of most columns, which need not be parsed for each of them. */
static const struct {
    const char *name;
    int number;
} simple_types[] = {
    {"int64", NPY_INT64},     {"float64", NPY_FLOAT64}, {"bool", NPY_BOOL},
    {"uint64", NPY_UINT64},   {"float32", NPY_FLOAT32}, {"int32", NPY_INT32},
    {"uint32", NPY_UINT32},   {"int16", NPY_INT16},     {"uint16", NPY_UINT16},
    {"float16", NPY_FLOAT16}, {"int8", NPY_INT8},       {"uint8", NPY_UINT8},
};

static PyArray_Descr *
describe(const char *dtype)
{
    PyArray_Descr *descr = NULL;
    for (size_t i = 0; i < sizeof simple_types / sizeof simple_types[0]; i++) {
        if (strcmp(dtype, simple_types[i].name) == 0) {
            return PyArray_DescrFromType(simple_types[i].number);
        }
    }
    PyObject *name = PyUnicode_FromString(dtype);
    if (name != NULL) {
        (void)PyArray_DescrConverter(name, &descr);
        Py_DECREF(name);
    }
    return descr;
}

PyObject *
nx_py_array(nx_buffer *buffer, size_t length, const char *dtype)
{
    npy_intp shape[1] = {(npy_intp)length};
    PyArray_Descr *descr = describe(dtype);
    if (descr == NULL) {
        return NULL;
    }
    PyObject *array = PyArray_NewFromDescr(
        &PyArray_Type, descr, 1, shape, NULL, nx_buffer_data(buffer),
        NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED, NULL);
    if (array == NULL) {
        return NULL;
    }
    PyObject *capsule =
        PyCapsule_New(nx_buffer_retain(buffer), CAPSULE_NAME, release_buffer);
    if (capsule == NULL) {
        nx_buffer_release(buffer);
        Py_DECREF(array);
        return NULL;
    }
    if (PyArray_SetBaseObject((PyArrayObject *)array, capsule) < 0) {
        Py_DECREF(array);
        return NULL;
    }
    return array;
}

/* The buffer at the end of a chain of views, NULL if something else is there. */
static nx_buffer *
buffer_behind(PyArrayObject *array)
{
    PyObject *base = PyArray_BASE(array);
    while (base != NULL && PyArray_Check(base)) {
        base = PyArray_BASE((PyArrayObject *)base);
    }
    return base != NULL && PyCapsule_IsValid(base, CAPSULE_NAME)
               ? PyCapsule_GetPointer(base, CAPSULE_NAME)
               : NULL;
}

nx_buffer *
nx_py_array_buffer(PyArrayObject *array)
{
    const char *data = PyArray_DATA(array);
    const size_t size = (size_t)PyArray_NBYTES(array);
    nx_buffer *whole = buffer_behind(array);
    if (whole != NULL) {
        const size_t offset = (uintptr_t)data - (uintptr_t)nx_buffer_data(whole);
        const size_t all = nx_buffer_size(whole);
        if (offset <= all && size <= all - offset) {
            nx_buffer *part = nx_buffer_slice(whole, offset, size);
            return part == NULL ? (nx_buffer *)PyErr_NoMemory() : part;
        }
    }
    return nx_py_reference_buffer((PyObject *)array, data, size);
}

/* What lends its memory to an object that is only a window onto it (a memoryview, a
 * PickleBuffer) and does not let others write; a borrowed reference, or NULL. Those two
 * hold the lender; what other objects name may be gone as soon as it is named. */
static PyObject *
lender_of(PyObject *window)
{
    const Py_buffer *view = NULL;
    if (PyMemoryView_Check(window)) {
        view = PyMemoryView_GET_BUFFER(window);
    }
    else if (PyPickleBuffer_Check(window)) {
        view = PyPickleBuffer_GetBuffer(window);
    }
    if (view == NULL) {
        PyErr_Clear(); /* a PickleBuffer that is released */
        return NULL;
    }
    return view->readonly ? view->obj : NULL;
}

bool
nx_py_array_is_frozen(PyArrayObject *array)
{
    PyObject *owner = (PyObject *)array;
    while (owner != NULL && !PyBytes_CheckExact(owner)) {
        if (PyCapsule_IsValid(owner, CAPSULE_NAME)) {
            return true;
        }
        if (!PyArray_Check(owner)) {
            owner = lender_of(owner);
        }
        else if (PyArray_ISWRITEABLE((PyArrayObject *)owner)) {
            return false;
        }
        else {
            owner = PyArray_BASE((PyArrayObject *)owner);
        }
    }
    return owner != NULL;
}

bool
nx_py_take_mask(PyObject *mask, size_t length, const npy_bool **missing)
{
    *missing = NULL;
    if (mask == Py_None) {
        return true;
    }
    if (!PyArray_Check(mask) || PyArray_TYPE((PyArrayObject *)mask) != NPY_BOOL ||
        PyArray_NDIM((PyArrayObject *)mask) != 1 ||
        !PyArray_IS_C_CONTIGUOUS((PyArrayObject *)mask) ||
        (size_t)PyArray_SIZE((PyArrayObject *)mask) != length) {
        PyErr_SetString(PyExc_ValueError, "mask must have a bool for every row");
        return false;
    }
    *missing = PyArray_DATA((PyArrayObject *)mask);
    return true;
}

/* ---- Types of values ---- */

static nx_type
time_type(const PyArray_Descr *descr)
{
    const PyArray_DatetimeDTypeMetaData *data =
        (const PyArray_DatetimeDTypeMetaData *)(const void *)PyDataType_C_METADATA(
            descr);
    if (data == NULL || data->meta.num != 1) {
        return NX_TYPE_NONE;
    }
    switch (data->meta.base) {
        case NPY_FR_D:
            return NX_TYPE_DATETIME_D;
        case NPY_FR_h:
            return NX_TYPE_DATETIME_H;
        case NPY_FR_m:
            return NX_TYPE_DATETIME_M;
        case NPY_FR_s:
            return NX_TYPE_DATETIME_S;
        case NPY_FR_ms:
            return NX_TYPE_DATETIME_MS;
        case NPY_FR_us:
            return NX_TYPE_DATETIME_US;
        case NPY_FR_ns:
            return NX_TYPE_DATETIME_NS;
        default:
            return NX_TYPE_NONE;
    }
}

nx_type
nx_py_value_type(const PyArray_Descr *descr)
{
    static const nx_type integers[2][9] = {
        {[1] = NX_TYPE_INT8,
         [2] = NX_TYPE_INT16,
         [4] = NX_TYPE_INT32,
         [8] = NX_TYPE_INT64},
        {[1] = NX_TYPE_UINT8,
         [2] = NX_TYPE_UINT16,
         [4] = NX_TYPE_UINT32,
         [8] = NX_TYPE_UINT64},
    };
    const int type = descr->type_num;
    if (PyTypeNum_ISINTEGER(type)) {
        return integers[PyTypeNum_ISUNSIGNED(type)][PyDataType_ELSIZE(descr)];
    }
    switch (type) {
        case NPY_BOOL:
            return NX_TYPE_BOOL;
        case NPY_HALF:
            return NX_TYPE_FLOAT16;
        case NPY_FLOAT:
            return NX_TYPE_FLOAT32;
        case NPY_DOUBLE:
            return NX_TYPE_FLOAT64;
        case NPY_DATETIME:
            return time_type(descr);
        default:
            return NX_TYPE_NONE;
    }
}

PyObject *
nx_py_value_dtype(PyObject *Py_UNUSED(module), PyObject *dtype_like)
{
    PyArray_Descr *descr = NULL;
    if (PyArray_DescrConverter(dtype_like, &descr) != NPY_SUCCEED) {
        return NULL;
    }
    if (nx_py_value_type(descr) == NX_TYPE_NONE) {
        Py_DECREF(descr);
        Py_RETURN_NONE;
    }
    return (PyObject *)descr;
}
