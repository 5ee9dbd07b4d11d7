#include "binding/py_order.h"

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_order_column.h"
#include "binding/py_wait.h"
#include "sort/rank.h"
#include "sort/top_k.h"

/* What all of these functions take, and what they make. */
typedef struct order_call {
    nx_py_order_columns columns;
    size_t lanes, rows;
    size_t extra; /* the argument that is the function's own */
    unsigned threads;
    bool handle_signals;
    PyArrayObject *result;
    PyArrayObject *begins;
} order_call;

/* The work of a function, without the interpreter. */
typedef nx_status order_body(order_call *call, const nx_wait *wait, nx_error *error);

/* Takes the arguments; false with an exception set, and then there is nothing to end.
 */
static bool
begin_call(order_call *call, const char *function, PyObject *const *args,
           Py_ssize_t nargs)
{
    if (!nx_py_arity(function, nargs, 6)) {
        return false;
    }
    *call = (order_call){
        .lanes = PyLong_AsSize_t(args[1]),
        .rows = PyLong_AsSize_t(args[2]),
        .extra = PyLong_AsSize_t(args[3]),
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
    if (!nx_py_order_columns_take(&call->columns, args[0])) {
        return false;
    }
    if (!nx_py_order_columns_fit(&call->columns, call->lanes * call->rows)) {
        nx_py_order_columns_clear(&call->columns);
        return false;
    }
    return true;
}

static PyArrayObject *
new_array(size_t length, int type)
{
    npy_intp shape = (npy_intp)length;
    return (PyArrayObject *)PyArray_SimpleNew(1, &shape, type);
}

/* Runs the body, and ends the call; the result, or NULL with an exception set. */
static PyObject *
run_call(order_call *call, order_body *body)
{
    nx_py_order_columns *columns = &call->columns;
    nx_error error;
    nx_py_detached detached;
    nx_status status = NX_ERR_MEMORY;
    const bool ready = !PyErr_Occurred();
    if (ready) {
        /* Who holds strings must not wait for the interpreter, nor take signals. */
        nx_py_detach(&detached, call->handle_signals && columns->strings == 0);
        status = nx_py_order_columns_begin(columns, &error);
        status = status == NX_OK ? body(call, &detached.wait, &error) : status;
        nx_py_order_columns_end(columns);
        nx_py_attach(&detached);
    }
    nx_py_order_columns_clear(columns);
    if (status == NX_OK) {
        return (PyObject *)call->result;
    }
    Py_XDECREF(call->result);
    return ready ? nx_py_raise(&error) : NULL;
}

/* ---- By several columns ---- */

static nx_status
order_by(order_call *call, const nx_wait *wait, nx_error *error)
{
    uint8_t *begins = call->begins == NULL ? NULL : PyArray_DATA(call->begins);
    return nx_order_rows(call->columns.columns, call->columns.count, call->lanes,
                         call->rows, PyArray_DATA(call->result), begins, call->threads,
                         wait, error);
}

PyObject *
nx_py_order_by(NX_ARGS)
{
    order_call call;
    if (!begin_call(&call, "order_by", args, nargs)) {
        return NULL;
    }
    call.result = new_array(call.lanes * call.rows, NPY_INT64);
    if (call.result != NULL && call.extra != 0) {
        call.begins = new_array(call.lanes * call.rows, NPY_BOOL);
    }
    PyObject *order = run_call(&call, order_by);
    PyObject *begins = call.begins == NULL ? Py_None : (PyObject *)call.begins;
    PyObject *result = order == NULL ? NULL : PyTuple_Pack(2, order, begins);
    Py_XDECREF(order);
    Py_XDECREF(call.begins);
    return result;
}

/* ---- By a single one ---- */

static bool
is_single(order_call *call)
{
    if (call->columns.count != 1) {
        PyErr_SetString(PyExc_ValueError, "there must be one column");
        nx_py_order_columns_clear(&call->columns);
        return false;
    }
    return true;
}

static nx_status
rank(order_call *call, const nx_wait *wait, nx_error *error)
{
    const nx_order_column *column = call->columns.columns;
    const nx_rank_method method = (nx_rank_method)call->extra;
    const size_t n = call->lanes * call->rows;
    double *averages = method == NX_RANK_AVERAGE ? PyArray_DATA(call->result) : NULL;
    int64_t *ranks = method == NX_RANK_AVERAGE ? NULL : PyArray_DATA(call->result);
    int64_t *order = nx_alloc(n, sizeof *order);
    uint8_t *begins = nx_alloc(n, 1);
    nx_status status;
    if (order == NULL || begins == NULL) {
        status =
            nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to rank %zu items", n);
    }
    else {
        status = nx_order_rows(column, 1, call->lanes, call->rows, order, begins,
                               call->threads, wait, error);
    }
    if (status == NX_OK) {
        status = nx_rank(order, begins, column->missing, call->lanes, call->rows,
                         method, averages, ranks, call->threads, wait, error);
    }
    nx_free(order);
    nx_free(begins);
    return status;
}

PyObject *
nx_py_rank(NX_ARGS)
{
    order_call call;
    if (!begin_call(&call, "rank", args, nargs) || !is_single(&call)) {
        return NULL;
    }
    if (call.extra > NX_RANK_ORDINAL) {
        PyErr_SetString(PyExc_ValueError, "no such method");
    }
    else {
        call.result = new_array(call.lanes * call.rows,
                                call.extra == NX_RANK_AVERAGE ? NPY_DOUBLE : NPY_INT64);
    }
    return run_call(&call, rank);
}

static nx_status
top_k(order_call *call, const nx_wait *wait, nx_error *error)
{
    const nx_order_column *column = call->columns.columns;
    int64_t *places = PyArray_DATA(call->result);
    return column->texts == NULL
               ? nx_top_k_numbers(column, call->lanes, call->rows, call->extra, places,
                                  call->threads, wait, error)
               : nx_top_k_texts(column, call->lanes, call->rows, call->extra, places,
                                call->threads, wait, error);
}

PyObject *
nx_py_top_k(NX_ARGS)
{
    order_call call;
    if (!begin_call(&call, "top_k", args, nargs) || !is_single(&call)) {
        return NULL;
    }
    if (call.extra > call.rows) {
        PyErr_SetString(PyExc_ValueError, "k is more than there are rows");
    }
    else {
        call.result = new_array(call.lanes * call.extra, NPY_INT64);
    }
    return run_call(&call, top_k);
}
