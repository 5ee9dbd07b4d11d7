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

/* Takes both arrays; false with an exception set. */
static bool
take_rows(PyObject *values, PyObject *result, bool is_order, nx_sort_rows *rows)
{
    PyArrayObject *from = (PyArrayObject *)values, *to = (PyArrayObject *)result;
    if (!PyArray_Check(values) || !PyArray_Check(result)) {
        PyErr_SetString(PyExc_TypeError, "values and result must be arrays");
        return false;
    }
    if (!nx_py_sort_source(from, &rows->source)) {
        return false;
    }
    const int last = PyArray_NDIM(from) - 1;
    const bool fits = is_order ? PyArray_TYPE(to) == NPY_INTP && sizeof(npy_intp) == 8
                               : PyArray_EquivTypes(PyArray_DESCR(from),
                                                    PyArray_DESCR(to)) ||
                                     (PyArray_ISBYTESWAPPED(from) &&
                                      PyArray_TYPE(from) == PyArray_TYPE(to));
    if (last < 0 || !fits || PyArray_ISBYTESWAPPED(to) || !PyArray_ISALIGNED(to) ||
        !PyArray_ISWRITEABLE(to) || !PyArray_SAMESHAPE(from, to)) {
        PyErr_SetString(PyExc_ValueError, "result does not fit values");
        return false;
    }
    rows->source.step = PyArray_STRIDE(from, last);
    rows->result = (uint8_t *)PyArray_DATA(to);
    rows->result_step = PyArray_STRIDE(to, last);
    rows->length = (size_t)PyArray_DIM(from, last);
    rows->dimensions = last;
    /* An npy_intp is as wide as a size_t and a ptrdiff_t, and no size is negative. */
    rows->shape = (const size_t *)PyArray_DIMS(from);
    rows->source_steps = PyArray_STRIDES(from);
    rows->result_steps = PyArray_STRIDES(to);
    return true;
}

static PyObject *
call_rows(const char *name, rows_function *function, bool is_order,
          PyObject *const *args, Py_ssize_t nargs)
{
    nx_sort_rows rows;
    if (!nx_py_arity(name, nargs, 5)) {
        return NULL;
    }
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[3]);
    if (PyErr_Occurred() || !take_rows(args[0], args[1], is_order, &rows)) {
        return NULL;
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, args[4] == Py_True);
    const nx_status status =
        function(&rows, args[2] == Py_True, threads, &detached.wait, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    Py_RETURN_NONE;
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
