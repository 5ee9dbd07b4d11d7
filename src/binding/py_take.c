#include "binding/py_take.h"

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"
#include "column/take_rows.h"

typedef struct take_call {
    PyObject *held; /* a tuple of the columns */
    PyObject *made; /* a list of the results; capsules are added at the end */
    size_t count, length;
    nx_take_column *takes;
    nx_column *strings; /* by column: what a capsule is to hold */
    PyArrayObject *rows;
    unsigned threads;
} take_call;

static void
end_call(take_call *call)
{
    for (size_t i = 0; i < call->count && call->strings != NULL; i++) {
        nx_column_clear(&call->strings[i]);
    }
    nx_free(call->strings);
    nx_free(call->takes);
    Py_XDECREF(call->held);
    Py_XDECREF(call->made);
}

static bool
check_length(take_call *call, size_t i, size_t length)
{
    call->length = i == 0 ? length : call->length;
    if (length != call->length) {
        PyErr_Format(PyExc_ValueError, "columns of %zu and %zu rows", call->length,
                     length);
        return false;
    }
    return true;
}

/* What is taken of an array, and a new array for it. */
static bool
take_array(take_call *call, size_t i, PyArrayObject *array)
{
    PyArray_Descr *descr = PyArray_DESCR(array);
    if (PyArray_NDIM(array) != 1 || PyDataType_REFCHK(descr)) {
        PyErr_SetString(PyExc_TypeError,
                        "arrays must be one-dimensional and hold no references");
        return false;
    }
    if (!check_length(call, i, (size_t)PyArray_SIZE(array))) {
        return false;
    }
    npy_intp length = PyArray_SIZE(call->rows);
    Py_INCREF(descr);
    PyObject *made =
        PyArray_NewFromDescr(&PyArray_Type, descr, 1, &length, NULL, NULL, 0, NULL);
    if (made == NULL || PyList_SetItem(call->made, (Py_ssize_t)i, made) < 0) {
        return false;
    }
    call->takes[i] = (nx_take_column){
        .from = PyArray_DATA(array),
        .step = PyArray_STRIDE(array, 0),
        .size = (size_t)PyArray_ITEMSIZE(array),
        .to = PyArray_DATA((PyArrayObject *)made),
    };
    return true;
}

/* What is taken of a string column: its views, which point into slabs that are shared.
 */
static bool
take_capsule(take_call *call, size_t i, PyObject *capsule)
{
    const nx_column *column = nx_py_string_column(capsule);
    nx_column *made = &call->strings[i];
    if (column == NULL || !check_length(call, i, column->length)) {
        return false;
    }
    made->type = NX_TYPE_STRING;
    made->length = (size_t)PyArray_SIZE(call->rows);
    made->values = nx_buffer_new(made->length, sizeof(nx_string_view));
    if (made->values == NULL || !nx_slabs_share(&made->slabs, &column->slabs)) {
        PyErr_NoMemory();
        return false;
    }
    call->takes[i] = (nx_take_column){
        .from = nx_buffer_data(column->values),
        .step = sizeof(nx_string_view),
        .size = sizeof(nx_string_view),
        .to = nx_buffer_data(made->values),
    };
    return true;
}

static bool
begin_call(take_call *call, PyObject *const *args)
{
    *call = (take_call){
        .rows = (PyArrayObject *)args[1],
        .threads = (unsigned)PyLong_AsUnsignedLong(args[2]),
    };
    if (PyErr_Occurred()) {
        return false;
    }
    if (!PyArray_Check(args[1]) || PyArray_TYPE(call->rows) != NPY_INT64 ||
        PyArray_NDIM(call->rows) != 1 || !PyArray_ISCARRAY_RO(call->rows)) {
        PyErr_SetString(PyExc_TypeError, "rows must be a contiguous array of int64");
        return false;
    }
    call->held = PySequence_Tuple(args[0]);
    if (call->held == NULL) {
        return false;
    }
    const Py_ssize_t count = PyTuple_Size(call->held);
    call->count = (size_t)count;
    call->made = PyList_New(count);
    call->takes = nx_alloc_zeroed(call->count, sizeof *call->takes);
    call->strings = nx_alloc_zeroed(call->count, sizeof *call->strings);
    if (call->made != NULL && (call->takes == NULL || call->strings == NULL)) {
        PyErr_NoMemory();
    }
    bool good = !PyErr_Occurred();
    for (size_t i = 0; i < call->count && good; i++) {
        PyObject *column = PyTuple_GetItem(call->held, (Py_ssize_t)i);
        good = PyArray_Check(column) ? take_array(call, i, (PyArrayObject *)column)
                                     : take_capsule(call, i, column);
    }
    return good;
}

/* Wraps the string columns made; false with an exception set. */
static bool
add_capsules(take_call *call)
{
    for (size_t i = 0; i < call->count; i++) {
        if (call->strings[i].values == NULL) {
            continue;
        }
        PyObject *capsule = nx_py_string_capsule(&call->strings[i]);
        if (capsule == NULL || PyList_SetItem(call->made, (Py_ssize_t)i, capsule) < 0) {
            return false;
        }
    }
    return true;
}

PyObject *
nx_py_take_rows(NX_ARGS)
{
    take_call call;
    PyObject *result = NULL;
    if (!nx_py_arity("take_rows", nargs, 3)) {
        return NULL;
    }
    if (begin_call(&call, args)) {
        nx_error error;
        nx_py_detached detached;
        nx_py_detach(&detached, false);
        const nx_status status = nx_take_rows(
            call.takes, call.count, PyArray_DATA(call.rows),
            (size_t)PyArray_SIZE(call.rows), call.length, call.threads, NULL, &error);
        nx_py_attach(&detached);
        if (status == NX_ERR_VALUE) {
            PyErr_SetString(PyExc_IndexError, error.msg);
        }
        else if (status != NX_OK) {
            nx_py_raise(&error);
        }
        else if (add_capsules(&call)) {
            result = Py_NewRef(call.made);
        }
    }
    end_call(&call);
    return result;
}
