/* The kernels through Python's C API, by hand: vector calls and the buffer protocol. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#include "kernel.h"

/* Gets contiguous items of 8 bytes with one of these format letters. */
static int
get_items(PyObject *object, Py_buffer *view, int flags, const char *letters)
{
    if (PyObject_GetBuffer(object, view, flags | PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) <
        0) {
        return -1;
    }
    if (view->itemsize == 8 && view->format != NULL && strlen(view->format) == 1 &&
        strchr(letters, view->format[0]) != NULL) {
        return 0;
    }
    PyBuffer_Release(view);
    PyErr_Format(PyExc_TypeError, "items of 8 bytes in a format of '%s' are wanted",
                 letters);
    return -1;
}

static int
wants(Py_ssize_t given, Py_ssize_t wanted)
{
    if (given != wanted) {
        PyErr_Format(PyExc_TypeError, "%zd arguments are wanted, got %zd", wanted,
                     given);
    }
    return given == wanted;
}

/* hash_one(number, seed) -> int */
static PyObject *
py_hash_one(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n)
{
    if (!wants(n, 2)) {
        return NULL;
    }
    const uint64_t number = PyLong_AsUnsignedLongLong(args[0]);
    const uint64_t seed = PyErr_Occurred() ? 0 : PyLong_AsUnsignedLongLong(args[1]);
    return PyErr_Occurred() ? NULL
                            : PyLong_FromUnsignedLongLong(hash_one(number, seed));
}

/* hash_fill(numbers, seed, hashes): both are buffers of as many uint64. */
static PyObject *
py_hash_fill(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n)
{
    if (!wants(n, 3)) {
        return NULL;
    }
    const uint64_t seed = PyLong_AsUnsignedLongLong(args[1]);
    Py_buffer numbers, hashes;
    if (PyErr_Occurred() || get_items(args[0], &numbers, PyBUF_SIMPLE, "LQ") < 0) {
        return NULL;
    }
    if (get_items(args[2], &hashes, PyBUF_WRITABLE, "LQ") < 0) {
        PyBuffer_Release(&numbers);
        return NULL;
    }
    const int fits = numbers.len == hashes.len;
    if (fits) {
        hash_fill(numbers.buf, (size_t)numbers.len / 8, seed, hashes.buf);
    }
    else {
        PyErr_SetString(PyExc_ValueError, "there must be as many hashes as numbers");
    }
    PyBuffer_Release(&numbers);
    PyBuffer_Release(&hashes);
    return fits ? Py_NewRef(Py_None) : NULL;
}

/* square(x) -> float */
static PyObject *
py_square(PyObject *Py_UNUSED(module), PyObject *number)
{
    const double x = PyFloat_AsDouble(number);
    return x == -1 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(square(x));
}

/* sum_of_squares(numbers) -> float: a buffer of float64. */
static PyObject *
py_sum_of_squares(PyObject *Py_UNUSED(module), PyObject *numbers)
{
    Py_buffer view;
    if (get_items(numbers, &view, PyBUF_SIMPLE, "d") < 0) {
        return NULL;
    }
    const double sum = sum_of_squares(view.buf, (size_t)view.len / 8);
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(sum);
}

/* sum_of_list(numbers) -> float: the same of a list, without a copy of it. */
static PyObject *
py_sum_of_list(PyObject *Py_UNUSED(module), PyObject *numbers)
{
    if (!PyList_Check(numbers)) {
        PyErr_SetString(PyExc_TypeError, "a list is wanted");
        return NULL;
    }
    double sum = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(numbers); i++) {
        /* Held, for __float__ of an item can change the list. */
        PyObject *item = Py_NewRef(PyList_GET_ITEM(numbers, i));
        const double x = PyFloat_AsDouble(item);
        Py_DECREF(item);
        if (x == -1 && PyErr_Occurred()) {
            return NULL;
        }
        sum += square(x);
    }
    return PyFloat_FromDouble(sum);
}

static PyMethodDef methods[] = {
    {"hash_one", (PyCFunction)(void (*)(void))py_hash_one, METH_FASTCALL, NULL},
    {"hash_fill", (PyCFunction)(void (*)(void))py_hash_fill, METH_FASTCALL, NULL},
    {"square", py_square, METH_O, NULL},
    {"sum_of_squares", py_sum_of_squares, METH_O, NULL},
    {"sum_of_list", py_sum_of_list, METH_O, NULL},
    {0},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "through_c",
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit_through_c(void)
{
    return PyModuleDef_Init(&definition);
}
