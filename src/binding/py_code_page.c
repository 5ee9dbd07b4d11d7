#include "binding/py_code_page.h"

#include <string.h>

#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "text/code_page_parallel.h"

/* False with an exception set. */
static bool
take_page(PyObject *tuple, nx_code_page *page)
{
    if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != 256) {
        PyErr_SetString(PyExc_TypeError, "a code page is a tuple of 256 bytes objects");
        return false;
    }
    memset(page, 0, sizeof *page);
    for (Py_ssize_t byte = 0; byte < 256; byte++) {
        PyObject *text = PyTuple_GetItem(tuple, byte);
        const Py_ssize_t length = PyBytes_Check(text) ? PyBytes_Size(text) : 0;
        if (length < 1 || length > NX_CODE_PAGE_LONGEST) {
            PyErr_SetString(PyExc_ValueError,
                            "a code page has one to four bytes for each byte");
            return false;
        }
        memcpy(page->text[byte], PyBytes_AsString(text), (size_t)length);
        page->length[byte] = (uint8_t)length;
    }
    nx_code_page_end(page);
    return true;
}

/* The number of threads; false with an exception set. */
static bool
take_threads(PyObject *object, unsigned *threads)
{
    *threads = (unsigned)PyLong_AsUnsignedLong(object);
    return !PyErr_Occurred();
}

PyObject *
nx_py_code_page_measure(NX_ARGS)
{
    nx_code_page page;
    unsigned threads;
    Py_buffer text;
    if (!nx_py_arity("code_page_measure", nargs, 4) || !take_page(args[0], &page) ||
        !take_threads(args[2], &threads) ||
        PyObject_GetBuffer(args[1], &text, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    nx_error error;
    size_t size = 0;
    nx_py_detached detached;
    nx_py_detach(&detached, args[3] == Py_True);
    const nx_status status = nx_code_page_measure_parallel(
        &page, text.buf, (size_t)text.len, threads, &detached.wait, &size, &error);
    nx_py_attach(&detached);
    PyBuffer_Release(&text);
    return status == NX_OK ? PyLong_FromSize_t(size) : nx_py_raise(&error);
}

PyObject *
nx_py_code_page_write(NX_ARGS)
{
    nx_code_page page;
    unsigned threads;
    Py_buffer text, out;
    if (!nx_py_arity("code_page_write", nargs, 5) || !take_page(args[0], &page) ||
        !take_threads(args[3], &threads) ||
        PyObject_GetBuffer(args[1], &text, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    if (PyObject_GetBuffer(args[2], &out, PyBUF_WRITABLE) < 0) {
        PyBuffer_Release(&text);
        return NULL;
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, args[4] == Py_True);
    /* Only bytes promise that nobody else writes to them. */
    const nx_status status = nx_code_page_write_parallel(
        &page, text.buf, (size_t)text.len, !PyBytes_CheckExact(args[1]), out.buf,
        (size_t)out.len, threads, &detached.wait, &error);
    nx_py_attach(&detached);
    PyBuffer_Release(&out);
    PyBuffer_Release(&text);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    Py_RETURN_NONE;
}
