#include "binding/py_search.h"

#include "binding/py_error.h"
#include "binding/py_order_column.h"
#include "binding/py_wait.h"
#include "sort/search.h"

typedef struct search_call {
    nx_py_order_columns both; /* the items and the needles */
    PyArrayObject *sorter;    /* NULL if there is none */
    PyArrayObject *found;
    bool right, handle_signals;
    unsigned threads;
} search_call;

static bool
take_sorter(search_call *call, PyObject *object)
{
    if (object == Py_None) {
        return true;
    }
    call->sorter = (PyArrayObject *)object;
    if (!PyArray_Check(object) || PyArray_TYPE(call->sorter) != NPY_INT64 ||
        PyArray_NDIM(call->sorter) != 1 || !PyArray_ISCARRAY_RO(call->sorter) ||
        (size_t)PyArray_SIZE(call->sorter) != call->both.own[0].length) {
        PyErr_SetString(PyExc_TypeError, "sorter must have an int64 for every item");
        return false;
    }
    return true;
}

/* Whether needles are of a kind that items are compared with. */
static bool
fit_together(const search_call *call)
{
    const nx_order_column *items = &call->both.columns[0];
    const nx_order_column *needles = &call->both.columns[1];
    bool fit;
    if (items->texts != NULL || needles->texts != NULL) {
        fit = items->texts != NULL && needles->texts != NULL &&
              items->texts->order == needles->texts->order;
    }
    else {
        fit = (items->numbers->kind == NX_SORT_TIME) ==
                  (needles->numbers->kind == NX_SORT_TIME) &&
              !items->numbers->swapped;
    }
    if (!fit) {
        PyErr_SetString(PyExc_TypeError, "items and needles do not fit together");
    }
    return fit;
}

/* Takes the arguments; false with an exception set. */
static bool
begin_call(search_call *call, PyObject *const *args)
{
    *call = (search_call){
        .right = args[3] == Py_True,
        .threads = (unsigned)PyLong_AsUnsignedLong(args[4]),
        .handle_signals = args[5] == Py_True,
    };
    if (PyErr_Occurred()) {
        return false;
    }
    PyObject *list = Py_BuildValue("((OOO)(OOO))", args[0], Py_None, Py_False, args[2],
                                   Py_None, Py_False);
    const bool taken = list != NULL && nx_py_order_columns_take(&call->both, list);
    Py_XDECREF(list);
    if (!taken || !take_sorter(call, args[1]) || !fit_together(call)) {
        return false;
    }
    npy_intp length = (npy_intp)call->both.own[1].length;
    call->found = (PyArrayObject *)PyArray_SimpleNew(1, &length, NPY_INT64);
    return call->found != NULL;
}

/* Looks at all places at once: whether there is an error does not depend on needles. */
static nx_status
check_sorter(const search_call *call, nx_error *error)
{
    const size_t n = call->both.own[0].length;
    const int64_t *places = call->sorter == NULL ? NULL : PyArray_DATA(call->sorter);
    for (size_t i = 0; i < n && places != NULL; i++) {
        if ((uint64_t)places[i] >= n) {
            return nx_error_set(error, NX_ERR_VALUE, 0,
                                "sorter[%zu] is %lld, and there are %zu items", i,
                                (long long)places[i], n);
        }
    }
    return NX_OK;
}

static nx_status
search(search_call *call, const nx_wait *wait, nx_error *error)
{
    nx_py_order_column *own = call->both.own;
    const nx_order_column *needles = &call->both.columns[1];
    const int64_t *sorter = call->sorter == NULL ? NULL : PyArray_DATA(call->sorter);
    const nx_sorted_items items = {&call->both.columns[0], own[0].length, sorter};
    int64_t *found = PyArray_DATA(call->found);
    if (needles->texts == NULL) {
        return nx_search_numbers(&items, needles->numbers, own[1].length, call->right,
                                 found, call->threads, wait, error);
    }
    /* Words of both are to have the same characters in them. */
    const unsigned bits = own[0].sort.point_bits > own[1].sort.point_bits
                              ? own[0].sort.point_bits
                              : own[1].sort.point_bits;
    own[0].sort.point_bits = own[1].sort.point_bits = bits;
    return nx_search_texts(&items, needles, own[1].length, call->right, found,
                           call->threads, wait, error);
}

static nx_status
search_detached(search_call *call, nx_error *error)
{
    nx_py_detached detached;
    /* Who holds strings must not wait for the interpreter, nor take signals. */
    nx_py_detach(&detached, call->handle_signals && call->both.strings == 0);
    nx_status status = check_sorter(call, error);
    if (status == NX_OK) {
        status = nx_py_order_columns_begin(&call->both, error);
        status = status == NX_OK ? search(call, &detached.wait, error) : status;
        nx_py_order_columns_end(&call->both);
    }
    nx_py_attach(&detached);
    return status;
}

PyObject *
nx_py_search(NX_ARGS)
{
    search_call call;
    nx_error error;
    if (!nx_py_arity("search", nargs, 6)) {
        return NULL;
    }
    if (begin_call(&call, args)) {
        const nx_status status = search_detached(&call, &error);
        if (status != NX_OK) {
            Py_CLEAR(call.found);
            if (status == NX_ERR_VALUE) {
                PyErr_SetString(PyExc_ValueError, error.msg);
            }
            else {
                nx_py_raise(&error);
            }
        }
    }
    nx_py_order_columns_clear(&call.both);
    return (PyObject *)call.found;
}
