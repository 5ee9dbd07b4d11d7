#include "binding/py_csv_survey.h"

#include "binding/py_array.h"
#include "binding/py_csv_source.h"
#include "binding/py_error.h"
#include "csv/csv_survey.h"

static PyObject *
survey_tuple(const nx_csv_survey *survey)
{
    const size_t records = survey->records, cells = survey->cells;
    nx_buffer *const buffers[] = {survey->fields, survey->starts, survey->begins,
                                  survey->ends, survey->looks};
    PyObject *result = PyTuple_New(7);
    for (Py_ssize_t i = 0; result != NULL && i < 5; i++) {
        PyObject *array = nx_py_array(buffers[i], i < 2 ? records : cells, "uint32");
        if (array == NULL || PyTuple_SetItem(result, i, array) < 0) {
            Py_CLEAR(result);
        }
    }
    if (result == NULL) {
        return NULL;
    }
    PyObject *consumed = PyLong_FromSize_t(survey->consumed);
    if (consumed == NULL || PyTuple_SetItem(result, 5, consumed) < 0 ||
        PyTuple_SetItem(result, 6, PyBool_FromLong(survey->open)) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
nx_py_csv_survey(NX_ARGS)
{
    nx_csv_dialect dialect;
    nx_py_csv_source held;
    if (!nx_py_arity("csv_survey", nargs, 3) || !nx_py_csv_dialect(args[1], &dialect)) {
        return NULL;
    }
    const int at_end = PyObject_IsTrue(args[2]);
    if (at_end < 0 || PyLong_Check(args[0]) ||
        !nx_py_csv_hold(&held, args[0], args[0])) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "a text is looked at, not a file");
        }
        return NULL;
    }
    nx_csv_survey survey;
    nx_error error;
    nx_status status;
    Py_BEGIN_ALLOW_THREADS
    status = nx_csv_survey_make(&survey, &held.source, at_end, &dialect, &error);
    Py_END_ALLOW_THREADS
    nx_py_csv_let_go(&held);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *result = survey_tuple(&survey);
    nx_csv_survey_clear(&survey);
    return result;
}
