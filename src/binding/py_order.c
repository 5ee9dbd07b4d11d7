#include "binding/py_order.h"

#include "binding/py_error.h"
#include "binding/py_order_column.h"
#include "binding/py_wait.h"

typedef struct order_call {
    nx_py_order_columns columns;
    size_t lanes, rows;
    unsigned threads;
    bool handle_signals;
    PyArrayObject *order, *begins;
} order_call;

/* Takes all but the columns; false with an exception set. */
static bool
take_numbers(order_call *call, PyObject *const *args)
{
    *call = (order_call){
        .lanes = PyLong_AsSize_t(args[1]),
        .rows = PyLong_AsSize_t(args[2]),
        .threads = (unsigned)PyLong_AsUnsignedLong(args[4]),
        .handle_signals = args[5] == Py_True,
    };
    if (PyErr_Occurred()) {
        return false;
    }
    if (call->rows > 0 && call->lanes > (size_t)NPY_MAX_INTP / call->rows) {
        PyErr_SetString(PyExc_ValueError, "too many rows");
        return false;
    }
    return true;
}

static bool
make_results(order_call *call, bool want_begins)
{
    npy_intp length = (npy_intp)(call->lanes * call->rows);
    call->order = (PyArrayObject *)PyArray_SimpleNew(1, &length, NPY_INT64);
    if (want_begins) {
        call->begins = (PyArrayObject *)PyArray_SimpleNew(1, &length, NPY_BOOL);
    }
    return call->order != NULL && (call->begins != NULL || !want_begins);
}

static nx_status
order_detached(order_call *call, nx_error *error)
{
    nx_py_order_columns *columns = &call->columns;
    uint8_t *begins = call->begins == NULL ? NULL : PyArray_DATA(call->begins);
    nx_py_detached detached;
    /* Who holds strings must not wait for the interpreter, and so takes no signals. */
    nx_py_detach(&detached, call->handle_signals && columns->strings == 0);
    nx_status status = nx_py_order_columns_begin(columns, error);
    if (status == NX_OK) {
        status = nx_order_rows(columns->columns, columns->count, call->lanes,
                               call->rows, PyArray_DATA(call->order), begins,
                               call->threads, &detached.wait, error);
    }
    nx_py_order_columns_end(columns);
    nx_py_attach(&detached);
    return status;
}

PyObject *
nx_py_order_rows(NX_ARGS)
{
    order_call call;
    if (!nx_py_arity("order_rows", nargs, 6) || !take_numbers(&call, args) ||
        !nx_py_order_columns_take(&call.columns, args[0], call.lanes * call.rows)) {
        return NULL;
    }
    PyObject *result = NULL;
    nx_error error;
    if (make_results(&call, args[3] == Py_True)) {
        if (order_detached(&call, &error) == NX_OK) {
            PyObject *begins = call.begins == NULL ? Py_None : (PyObject *)call.begins;
            result = PyTuple_Pack(2, (PyObject *)call.order, begins);
        }
        else {
            nx_py_raise(&error);
        }
    }
    Py_XDECREF(call.order);
    Py_XDECREF(call.begins);
    nx_py_order_columns_clear(&call.columns);
    return result;
}
