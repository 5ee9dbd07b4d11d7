#include "binding/py_reduce.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

#include "binding/py_error.h"
#include "binding/py_reduce_view.h"
#include "binding/py_wait.h"
#include "reduce/reduce_floats.h"

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

/* ---- Floats ---- */

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

static bool
run_floats(const nx_float_request *request, unsigned threads, bool handle_signals)
{
    nx_error error = {0};
    int flags = 0;
    nx_status status;
    if (request->view->outputs == 0 || request->view->length == 0) {
        fill_results(request);
        return true;
    }
    if (threads == 0) { /* short: the interpreter is not let go of */
        status = nx_reduce_floats(request, 1, NULL, &flags, &error);
    }
    else {
        nx_py_detached detached;
        nx_py_detach(&detached, handle_signals);
        status = nx_reduce_floats(request, threads, &detached.wait, &flags, &error);
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
    if (!nx_py_arity("reduce_floats", nargs, 12)) {
        return NULL;
    }
    const unsigned long op = PyLong_AsUnsignedLong(args[0]);
    const unsigned long threads = PyLong_AsUnsignedLong(args[10]);
    const double ddof = PyFloat_AsDouble(args[7]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (op > NX_FLOAT_DEVIATION) {
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
    PyObject *made = NULL;
    if (results != NULL && (taken != NULL || !want_taken)) {
        const nx_float_request request = {
            .view = &reduced.view,
            .op = (nx_float_op)op,
            .ddof = ddof,
            .narrow = narrow,
            .results = PyArray_DATA(results),
            .taken = want_taken ? PyArray_DATA(taken) : NULL,
        };
        if (run_floats(&request, (unsigned)threads, args[11] == Py_True)) {
            made = want_taken ? PyTuple_Pack(2, results, taken)
                              : PyArray_Return((PyArrayObject *)Py_NewRef(results));
        }
    }
    Py_XDECREF(results);
    Py_XDECREF(taken);
    return made;
}
