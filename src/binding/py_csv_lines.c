#include "binding/py_csv_lines.h"

#include "binding/py_csv_source.h"
#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "csv/csv_footer.h"
#include "csv/csv_lines.h"
#include "csv/csv_read.h"

PyObject *
nx_py_csv_line_count(NX_ARGS)
{
    nx_csv_dialect dialect;
    nx_py_csv_source held;
    if (!nx_py_arity("csv_line_count", nargs, 3) ||
        !nx_py_csv_dialect(args[2], &dialect) ||
        !nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    uint64_t end, lines;
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status =
        nx_csv_skip_lines(&held.source, 0, UINT64_MAX, dialect.terminator, &end, &lines,
                          &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    return status != NX_OK ? nx_py_raise(&error) : PyLong_FromUnsignedLongLong(lines);
}

/* (pieces, count), or the error; ends the pieces. */
static PyObject *
text_tuple(nx_status status, const nx_error *error, nx_csv_pieces *text, uint64_t count)
{
    if (status != NX_OK) {
        return nx_py_raise(error);
    }
    PyObject *result =
        Py_BuildValue("y#K", (const char *)text->pieces,
                      (Py_ssize_t)((text->count + 1) * sizeof text->pieces[0]),
                      (unsigned long long)count);
    nx_csv_pieces_clear(text);
    return result;
}

PyObject *
nx_py_csv_leave_out(NX_ARGS)
{
    nx_csv_dialect dialect;
    nx_py_csv_source held;
    Py_buffer numbers;
    if (!nx_py_arity("csv_leave_out", nargs, 4) ||
        !nx_py_csv_dialect(args[2], &dialect) ||
        PyObject_GetBuffer(args[3], &numbers, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    if (!nx_py_csv_hold(&held, args[0], args[1])) {
        PyBuffer_Release(&numbers);
        return NULL;
    }
    nx_csv_pieces text = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status = nx_csv_leave_out(
        &text, &held.source, numbers.buf, (size_t)numbers.len / sizeof(uint64_t),
        dialect.terminator, &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    PyBuffer_Release(&numbers);
    return text_tuple(status, &error, &text, text.lines);
}

/* Finds the last records and cuts them off. */
static nx_status
drop_footer(const nx_csv_source *source, const nx_csv_options *options, uint64_t wanted,
            nx_csv_pieces *text, nx_csv_footer *footer, const nx_wait *wait,
            nx_error *error)
{
    const nx_csv_shape shape = {
        .dialect = &options->dialect,
        .scanner = nx_csv_scanner_in_use(),
        .columns = options->fields,
        .skip_blank = options->skip_blank,
    };
    size_t cell_bytes;
    nx_status status =
        nx_csv_cell_bytes(source, shape.scanner, options, &cell_bytes, error);
    if (status == NX_OK) {
        status = nx_csv_footer_find(footer, source, &shape, options->start, wanted,
                                    cell_bytes, options->threads, wait, error);
    }
    if (status != NX_OK) {
        nx_csv_locate(source, wait, error);
        return status;
    }
    return nx_csv_cut_off(text, source, footer->start, error);
}

PyObject *
nx_py_csv_drop_footer(NX_ARGS)
{
    nx_csv_options options = {0};
    nx_py_csv_source held;
    if (!nx_py_arity("csv_drop_footer", nargs, 10) ||
        !nx_py_csv_dialect(args[2], &options.dialect)) {
        return NULL;
    }
    options.start = PyLong_AsUnsignedLongLong(args[3]);
    options.fields = PyLong_AsSize_t(args[4]);
    const int skip_blank = PyObject_IsTrue(args[5]);
    const uint64_t wanted = PyLong_AsUnsignedLongLong(args[6]);
    options.block_bytes = PyLong_AsSize_t(args[7]);
    options.threads = (unsigned)PyLong_AsUnsignedLong(args[8]);
    const int handle_signals = PyObject_IsTrue(args[9]);
    if (PyErr_Occurred() || !nx_py_csv_hold(&held, args[0], args[1])) {
        return NULL;
    }
    options.skip_blank = skip_blank;
    nx_csv_pieces text = {0};
    nx_csv_footer footer = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, handle_signals);
    const nx_status status = drop_footer(&held.source, &options, wanted, &text, &footer,
                                         &detached.wait, &error);
    nx_py_attach(&detached);
    nx_py_csv_let_go(&held);
    return text_tuple(status, &error, &text, footer.records);
}
