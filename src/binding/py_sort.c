#include "binding/py_sort.h"

#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "sort/rows.h"

bool
nx_py_sort_source(PyArrayObject *array, nx_sort_source *source)
{
    static const nx_sort_kind is_signed[] = {
        [1] = NX_SORT_I8, [2] = NX_SORT_I16, [4] = NX_SORT_I32, [8] = NX_SORT_I64};
    static const nx_sort_kind is_unsigned[] = {
        [1] = NX_SORT_U8, [2] = NX_SORT_U16, [4] = NX_SORT_U32, [8] = NX_SORT_U64};
    const int type = PyArray_TYPE(array);
    *source = (nx_sort_source){
        .values = PyArray_DATA(array),
        .swapped = PyArray_ISBYTESWAPPED(array),
    };
    if (PyTypeNum_ISSIGNED(type) && PyTypeNum_ISINTEGER(type)) {
        source->kind = is_signed[PyArray_ITEMSIZE(array)];
        return true;
    }
    if (PyTypeNum_ISUNSIGNED(type)) {
        source->kind = is_unsigned[PyArray_ITEMSIZE(array)];
        return true;
    }
    switch (type) {
        case NPY_BOOL:
            source->kind = NX_SORT_U8;
            return true;
        case NPY_HALF:
            source->kind = NX_SORT_F16;
            return true;
        case NPY_FLOAT:
            source->kind = NX_SORT_F32;
            return true;
        case NPY_DOUBLE:
            source->kind = NX_SORT_F64;
            return true;
        case NPY_DATETIME:
        case NPY_TIMEDELTA:
            source->kind = NX_SORT_TIME;
            return true;
        default:
            PyErr_Format(PyExc_TypeError, "items of dtype %S cannot be sorted",
                         PyArray_DESCR(array));
            return false;
    }
}

typedef nx_status rows_function(const nx_sort_rows *rows, bool descending,
                                unsigned threads, const nx_wait *wait, nx_error *error);

/* The array that a result goes to, with a reference: the one given, or for None one
 * like the values. NULL with an exception set if it cannot be had. */
static PyArrayObject *
take_result(PyObject *result, PyArrayObject *values, bool is_order)
{
    if (result == Py_None) {
        /* The reference to the descriptor is stolen. */
        PyArray_Descr *dtype =
            is_order ? PyArray_DescrFromType(NPY_INTP)
                     : PyArray_DescrNewByteorder(PyArray_DESCR(values), NPY_NATIVE);
        return dtype == NULL ? NULL
                             : (PyArrayObject *)PyArray_NewLikeArray(
                                   values, NPY_KEEPORDER, dtype, 0);
    }
    if (!PyArray_Check(result)) {
        PyErr_SetString(PyExc_TypeError, "result must be an array");
        return NULL;
    }
    PyArrayObject *to = (PyArrayObject *)result;
    const int type = is_order ? NPY_INTP : PyArray_TYPE(values);
    if (PyArray_TYPE(to) != type || PyArray_ISBYTESWAPPED(to) ||
        !PyArray_ISALIGNED(to) || !PyArray_ISWRITEABLE(to) ||
        !PyArray_SAMESHAPE(values, to)) {
        PyErr_SetString(PyExc_ValueError, "result does not fit values");
        return NULL;
    }
    return (PyArrayObject *)Py_NewRef(result);
}

static PyObject *
call_rows(const char *name, rows_function *function, bool is_order,
          PyObject *const *args, Py_ssize_t nargs)
{
    nx_sort_rows rows;
    if (!nx_py_arity(name, nargs, 5)) {
        return NULL;
    }
    PyArrayObject *from = (PyArrayObject *)args[0];
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[3]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (!PyArray_Check(args[0]) || PyArray_NDIM(from) == 0) {
        PyErr_SetString(PyExc_ValueError, "values must be an array with an axis");
        return NULL;
    }
    if (!nx_py_sort_source(from, &rows.source)) {
        return NULL;
    }
    PyArrayObject *to = take_result(args[1], from, is_order);
    if (to == NULL) {
        return NULL;
    }
    const int last = PyArray_NDIM(from) - 1;
    rows.source.step = PyArray_STRIDE(from, last);
    rows.result = PyArray_DATA(to);
    rows.result_step = PyArray_STRIDE(to, last);
    rows.length = (size_t)PyArray_DIM(from, last);
    rows.dimensions = last;
    /* An npy_intp is as wide as a size_t and a ptrdiff_t, and no size is negative. */
    rows.shape = (const size_t *)PyArray_DIMS(from);
    rows.source_steps = PyArray_STRIDES(from);
    rows.result_steps = PyArray_STRIDES(to);
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, args[4] == Py_True);
    const nx_status status =
        function(&rows, args[2] == Py_True, threads, &detached.wait, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        Py_DECREF(to);
        return nx_py_raise(&error);
    }
    return (PyObject *)to;
}

PyObject *
nx_py_sort_rows(NX_ARGS)
{
    return call_rows("sort_rows", nx_sort_every_row, false, args, nargs);
}

PyObject *
nx_py_argsort_rows(NX_ARGS)
{
    return call_rows("argsort_rows", nx_order_every_row, true, args, nargs);
}
