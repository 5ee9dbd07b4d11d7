#include "binding/py_reduce.h"

#include <fenv.h>
#include <inttypes.h>
#include <math.h>

#include "binding/py_error.h"
#include "binding/py_reduce_view.h"
#include "binding/py_wait.h"
#include "reduce/reduce_extremes.h"
#include "reduce/reduce_floats.h"
#include "reduce/reduce_ints.h"
#include "reduce/reduce_precise.h"

/* ---- Floating-point errors ---- */

/* Tells of flags as NumPy does, by a warning, an exception or whatever numpy.errstate
 * asks for. False if that raises. */
static bool
tell_flags(const char *name, int flags)
{
    const int errors = (flags & FE_DIVBYZERO ? NPY_FPE_DIVIDEBYZERO : 0) |
                       (flags & FE_OVERFLOW ? NPY_FPE_OVERFLOW : 0) |
                       (flags & FE_UNDERFLOW ? NPY_FPE_UNDERFLOW : 0) |
                       (flags & FE_INVALID ? NPY_FPE_INVALID : 0);
    return errors == 0 || PyUFunc_GiveFloatingpointErrors(name, errors) == 0;
}

static void *
data_of(PyArrayObject *array)
{
    return array == NULL ? NULL : PyArray_DATA(array);
}

/* ---- Floats ---- */

/* Accuracies by number. */
enum {
    PAIRWISE,
    COMPENSATED,
    EXACT
};

/* In the order of nx_float_op. */
static const char *const float_names[] = {
    "sum", "sqrt_sum", "sum_of_squares", "dot", "norm", "norm", "mean", "var", "std"};

/* The results where there are no items. */
static void
fill_results(const nx_float_request *request)
{
    const bool is_mean = request->op >= NX_FLOAT_MEAN;
    for (size_t i = 0; i < request->view->outputs; i++) {
        if (request->narrow) {
            ((float *)request->results)[i] = is_mean ? NAN : 0;
        }
        else {
            ((double *)request->results)[i] = is_mean ? (double)NAN : 0;
        }
        if (request->taken != NULL) {
            request->taken[i] = 0;
        }
    }
}

static nx_status
reduce_floats(const nx_float_request *request, long accuracy, unsigned threads,
              const nx_wait *wait, int *flags, nx_error *error)
{
    return accuracy == PAIRWISE ? nx_reduce_floats(request, threads, wait, flags, error)
                                : nx_reduce_precisely(request, accuracy == EXACT,
                                                      threads, wait, flags, error);
}

static bool
run_floats(const nx_float_request *request, long accuracy, unsigned threads,
           bool handle_signals)
{
    nx_error error = {0};
    int flags = 0;
    nx_status status;
    if (request->view->outputs == 0 || request->view->length == 0) {
        fill_results(request);
        return true;
    }
    if (threads == 0) { /* short: the interpreter is not let go of */
        status = reduce_floats(request, accuracy, 1, NULL, &flags, &error);
    }
    else {
        nx_py_detached detached;
        nx_py_detach(&detached, handle_signals);
        status =
            reduce_floats(request, accuracy, threads, &detached.wait, &flags, &error);
        nx_py_attach(&detached);
    }
    if (status != NX_OK) {
        nx_py_raise(&error);
        return false;
    }
    return tell_flags(float_names[request->op], flags);
}

PyObject *
nx_py_reduce_floats(NX_ARGS)
{
    nx_py_reduced reduced;
    if (!nx_py_arity("reduce_floats", nargs, 13)) {
        return NULL;
    }
    const long op = PyLong_AsLong(args[0]), accuracy = PyLong_AsLong(args[10]);
    const unsigned long threads = PyLong_AsUnsignedLong(args[11]);
    const double ddof = PyFloat_AsDouble(args[7]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (op < 0 || op > NX_FLOAT_DEVIATION || accuracy < PAIRWISE || accuracy > EXACT ||
        (op > NX_FLOAT_MEAN && accuracy != PAIRWISE)) {
        PyErr_SetString(PyExc_ValueError, "no such reduction");
        return NULL;
    }
    if (!nx_py_reduce_view(&reduced, args[1], args[2], args[3], args[4],
                           args[5] == Py_True, args[6] == Py_True)) {
        return NULL;
    }
    const bool narrow = args[8] == Py_True, want_taken = args[9] == Py_True;
    PyArrayObject *results =
        nx_py_reduce_results(&reduced, narrow ? NPY_FLOAT : NPY_DOUBLE);
    PyArrayObject *taken =
        want_taken ? nx_py_reduce_results(&reduced, NPY_INT64) : NULL;
    if (results != NULL && (taken != NULL || !want_taken)) {
        const nx_float_request request = {
            .view = &reduced.view,
            .op = (nx_float_op)op,
            .ddof = ddof,
            .narrow = narrow,
            .results = PyArray_DATA(results),
            .taken = data_of(taken),
        };
        if (run_floats(&request, accuracy, (unsigned)threads, args[12] == Py_True)) {
            return nx_py_reduce_return(results, taken);
        }
    }
    Py_XDECREF(results);
    Py_XDECREF(taken);
    return NULL;
}

/* ---- Integers ---- */

static const char *const int_names[] = {"sum", "sum_of_squares", "dot", "mean"};

/* An OverflowError with the index of the output. */
static void
raise_overflow(const nx_py_reduced *reduced, const char *name, const nx_error *error)
{
    char index[NPY_MAXDIMS * 24] = "";
    size_t used = 0;
    uint64_t outputs = reduced->view.outputs, number = error->record;
    for (int i = 0; i < reduced->dimensions; i++) {
        outputs /= (uint64_t)reduced->shape[i];
        const int written = snprintf(index + used, sizeof index - used, "%s%" PRIu64,
                                     i > 0 ? ", " : "", (uint64_t)(number / outputs));
        used += written > 0 ? (size_t)written : 0;
        number %= outputs;
    }
    PyErr_Format(PyExc_OverflowError,
                 reduced->dimensions == 0   ? "%s%s is %s"
                 : reduced->dimensions == 1 ? "%s of output %s is %s"
                                            : "%s of output (%s) is %s",
                 name, index, error->msg);
}

static bool
run_ints(const nx_py_reduced *reduced, const nx_int_request *request, unsigned threads,
         bool handle_signals)
{
    nx_error error = {0};
    nx_status status;
    const size_t outputs = request->view->outputs;
    if (outputs == 0 || request->view->length == 0) {
        for (size_t i = 0; i < outputs; i++) {
            ((double *)request->results)[i] =
                request->op == NX_INT_MEAN ? (double)NAN : 0; /* an integer 0 as well */
            if (request->taken != NULL) {
                request->taken[i] = 0;
            }
        }
        return true;
    }
    if (threads == 0) {
        status = nx_reduce_ints(request, 1, NULL, &error);
    }
    else {
        nx_py_detached detached;
        nx_py_detach(&detached, handle_signals);
        status = nx_reduce_ints(request, threads, &detached.wait, &error);
        nx_py_attach(&detached);
    }
    if (status == NX_ERR_OVERFLOW && !PyErr_Occurred()) {
        raise_overflow(reduced, int_names[request->op], &error);
    }
    else if (status != NX_OK) {
        nx_py_raise(&error);
    }
    return status == NX_OK;
}

PyObject *
nx_py_reduce_ints(NX_ARGS)
{
    nx_py_reduced reduced;
    if (!nx_py_arity("reduce_ints", nargs, 10)) {
        return NULL;
    }
    const unsigned long op = PyLong_AsUnsignedLong(args[0]);
    const unsigned long threads = PyLong_AsUnsignedLong(args[8]);
    if (PyErr_Occurred() ||
        !nx_py_reduce_view(&reduced, args[1], args[2], args[3], args[4],
                           args[5] == Py_True, args[6] == Py_True)) {
        return NULL;
    }
    if (op > NX_INT_MEAN || reduced.view.type >= NX_ITEM_FLOAT16) {
        PyErr_SetString(PyExc_ValueError, "no such reduction");
        return NULL;
    }
    const bool want_taken = args[7] == Py_True;
    const int type = op == NX_INT_MEAN                        ? NPY_DOUBLE
                     : nx_item_is_unsigned(reduced.view.type) ? NPY_UINT64
                                                              : NPY_INT64;
    PyArrayObject *results = nx_py_reduce_results(&reduced, type);
    PyArrayObject *taken =
        want_taken ? nx_py_reduce_results(&reduced, NPY_INT64) : NULL;
    if (results != NULL && (taken != NULL || !want_taken)) {
        const nx_int_request request = {
            .view = &reduced.view,
            .op = (nx_int_op)op,
            .results = PyArray_DATA(results),
            .taken = data_of(taken),
        };
        if (run_ints(&reduced, &request, (unsigned)threads, args[9] == Py_True)) {
            return nx_py_reduce_return(results, taken);
        }
    }
    Py_XDECREF(results);
    Py_XDECREF(taken);
    return NULL;
}

/* ---- Extremes ---- */

enum {
    LEAST = 1,
    MOST = 2
};

/* Results of no items, of which there are outputs: what the library says of none. */
static bool
run_extremes(const nx_extremes_request *request, unsigned threads, bool handle_signals)
{
    nx_error error = {0};
    nx_status status;
    if (request->view->outputs == 0 || request->view->length == 0) {
        for (size_t i = 0; i < request->view->outputs && request->taken != NULL; i++) {
            request->taken[i] = 0;
        }
        return true;
    }
    if (threads == 0) {
        status = nx_reduce_extremes(request, 1, NULL, &error);
    }
    else {
        nx_py_detached detached;
        nx_py_detach(&detached, handle_signals);
        status = nx_reduce_extremes(request, threads, &detached.wait, &error);
        nx_py_attach(&detached);
    }
    if (status != NX_OK) {
        nx_py_raise(&error);
    }
    return status == NX_OK;
}

/* The results that were asked for, as they are returned. */
static PyObject *
return_extremes(PyArrayObject *const *results)
{
    PyObject *made[3] = {NULL, NULL, NULL}, *all = NULL;
    Py_ssize_t count = 0;
    bool failed = false;
    for (int i = 0; i < 3 && !failed; i++) {
        if (results[i] != NULL) {
            made[count] = PyArray_Return((PyArrayObject *)Py_NewRef(results[i]));
            failed = made[count++] == NULL;
        }
    }
    if (!failed && count == 1) {
        return made[0];
    }
    if (!failed) {
        all = count == 2 ? PyTuple_Pack(2, made[0], made[1])
                         : PyTuple_Pack(3, made[0], made[1], made[2]);
    }
    for (int i = 0; i < 3; i++) {
        Py_XDECREF(made[i]);
    }
    return all;
}

PyObject *
nx_py_reduce_extremes(NX_ARGS)
{
    nx_py_reduced reduced;
    PyObject *made = NULL;
    if (!nx_py_arity("reduce_extremes", nargs, 9)) {
        return NULL;
    }
    const long which = PyLong_AsLong(args[0]);
    const unsigned long threads = PyLong_AsUnsignedLong(args[7]);
    if (PyErr_Occurred() ||
        !nx_py_reduce_view(&reduced, args[1], Py_None, args[2], args[3],
                           args[4] == Py_True, args[5] == Py_True)) {
        return NULL;
    }
    PyArray_Descr *const descr = PyArray_DESCR((PyArrayObject *)args[1]);
    const bool wanted[3] = {which & LEAST, which & MOST, args[6] == Py_True};
    PyArrayObject *results[3] = {NULL, NULL, NULL};
    bool failed = false;
    for (int i = 0; i < 3 && !failed; i++) {
        if (wanted[i]) {
            results[i] = i < 2 ? nx_py_reduce_results_like(&reduced, descr)
                               : nx_py_reduce_results(&reduced, NPY_INT64);
            failed = results[i] == NULL;
        }
    }
    const nx_extremes_request request = {
        .view = &reduced.view,
        .least = data_of(results[0]),
        .most = data_of(results[1]),
        .taken = data_of(results[2]),
    };
    if (!failed && run_extremes(&request, (unsigned)threads, args[8] == Py_True)) {
        made = return_extremes(results);
    }
    for (int i = 0; i < 3; i++) {
        Py_XDECREF(results[i]);
    }
    return made;
}
