#include "binding/py_csv_dirt.h"

#include "binding/py_array.h"
#include "binding/py_string.h"

bool
nx_py_csv_dirt_parse(PyObject *dirt, nx_csv_options *options, Py_buffer *left_out)
{
    int pad, truncate, collect, tell_out;
    long long most, limit;
    PyObject *out;
    if (dirt == Py_None) {
        return true;
    }
    if (!PyTuple_Check(dirt)) {
        PyErr_SetString(PyExc_TypeError, "what to do about bad records is a tuple");
        return false;
    }
    if (!PyArg_ParseTuple(dirt, "pppLLOp", &pad, &truncate, &collect, &most, &limit,
                          &out, &tell_out)) {
        return false;
    }
    if (out != Py_None) {
        if (PyObject_GetBuffer(out, left_out, PyBUF_SIMPLE) < 0) {
            return false;
        }
        options->left_out = left_out->buf;
        options->left_out_count = (size_t)left_out->len / sizeof(uint64_t);
    }
    options->pad = pad;
    options->truncate = truncate;
    options->collect = collect;
    options->most_rejects = most < 0 ? SIZE_MAX : (size_t)most;
    options->max_rejects = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    options->tell_out = tell_out;
    return true;
}

static PyObject *
rejects_tuple(nx_csv_reject_table *rejects)
{
    const size_t length = rejects->length;
    if (rejects->record == NULL) {
        Py_RETURN_NONE;
    }
    /* "N" releases what was made, should another part be NULL. */
    return Py_BuildValue("NNNNNNN", nx_py_array(rejects->record, length, "int64"),
                         nx_py_array(rejects->line, length, "int64"),
                         nx_py_array(rejects->byte, length, "int64"),
                         nx_py_array(rejects->field, length, "int64"),
                         nx_py_array(rejects->code, length, "int64"),
                         nx_py_string_capsule(&rejects->text),
                         nx_py_string_capsule(&rejects->message));
}

PyObject *
nx_py_csv_dirt(nx_csv_table *table)
{
    PyObject *out = Py_NewRef(Py_None);
    if (table->out != NULL) {
        Py_DECREF(out);
        out = nx_py_array(table->out, nx_buffer_size(table->out) / sizeof(uint64_t),
                          "uint64");
    }
    return Py_BuildValue(
        "KKKNNN", (unsigned long long)table->blanks,
        (unsigned long long)table->comments, (unsigned long long)table->rejected,
        PyBool_FromLong(table->exceeded), rejects_tuple(&table->rejects), out);
}
