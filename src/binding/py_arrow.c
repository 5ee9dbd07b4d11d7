#include "binding/py_arrow.h"

#include <string.h>

#include "arrow/arrow_stream.h"
#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_reference.h"
#include "binding/py_string.h"

static const char SCHEMA[] = "arrow_schema";
static const char STREAM[] = "arrow_array_stream";

/* ---- Capsules: the struct is ours, what it holds is until somebody takes it ---- */

static void
free_schema(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, SCHEMA);
    if (schema->release != NULL) {
        schema->release(schema);
    }
    nx_free(schema);
}

static void
free_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, STREAM);
    /* It may hold memory of another producer, whose release may run Python. */
    nx_py_aside aside = nx_py_put_aside();
    if (stream->release != NULL) {
        stream->release(stream);
    }
    nx_py_bring_back(&aside);
    nx_free(stream);
}

/* ---- Columns out of tuples ---- */

/* Text without NUL, which lives as long as the object; NULL with an exception set. */
static const char *
take_text(PyObject *text)
{
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
    if (utf8 != NULL && strlen(utf8) != (size_t)size) {
        PyErr_Format(PyExc_ValueError,
                     "column %R: names with a NUL cannot be handed on; rename it",
                     text);
        return NULL;
    }
    return utf8;
}

/* (name, type name, values, mask, zoned, strings that the values are numbers of or
 * None)
 */
static bool
take_field(PyObject *tuple, nx_arrow_field *field)
{
    bool zoned;
    if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != 6) {
        PyErr_SetString(PyExc_TypeError, "a column is a tuple of six");
        return false;
    }
    /* Of strings that everybody takes, and that hold any text. */
    field->entries = PyTuple_GetItem(tuple, 5) == Py_None
                         ? NULL
                         : nx_arrow_type_of_format("U", &zoned);
    field->name = take_text(PyTuple_GetItem(tuple, 0));
    const char *type =
        field->name == NULL ? NULL : take_text(PyTuple_GetItem(tuple, 1));
    if (type == NULL) {
        return false;
    }
    field->type = nx_arrow_type_of_name(type);
    if (field->type == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "column %R: Arrow has no type for %s; convert the column first",
                     PyTuple_GetItem(tuple, 0), type);
        return false;
    }
    const int in_zone = PyObject_IsTrue(PyTuple_GetItem(tuple, 4));
    field->zoned = in_zone > 0 && strncmp(field->type->format, "ts", 2) == 0;
    return in_zone >= 0;
}

/* An array of `rows` values of that width as a buffer. */
static nx_buffer *
take_array(PyObject *object, size_t rows, size_t width)
{
    PyArrayObject *array = (PyArrayObject *)object;
    if (!PyArray_Check(object) || PyArray_NDIM(array) != 1 ||
        !PyArray_IS_C_CONTIGUOUS(array) || (size_t)PyArray_SIZE(array) != rows ||
        (size_t)PyArray_ITEMSIZE(array) != width || PyArray_ISBYTESWAPPED(array)) {
        PyErr_SetString(PyExc_ValueError, "values are no array of that type and size");
        return NULL;
    }
    if (PyArray_ISALIGNED(array)) {
        return nx_py_array_buffer(array);
    }
    PyArrayObject *aligned = (PyArrayObject *)PyArray_NewCopy(array, NPY_CORDER);
    nx_buffer *buffer = aligned == NULL ? NULL : nx_py_array_buffer(aligned);
    Py_XDECREF(aligned);
    return buffer;
}

static bool
take_strings(PyObject *capsule, nx_arrow_column *column)
{
    const nx_column *strings = nx_py_string_column(capsule);
    if (strings == NULL) {
        return false;
    }
    if (strings->length != column->length) {
        PyErr_SetString(PyExc_ValueError, "strings of another number of rows");
        return false;
    }
    column->values = nx_buffer_retain(strings->values);
    column->slabs = strings->slabs.buffers;
    column->slab_count = strings->slabs.count;
    return true;
}

/* The strings that an array of int32 has the numbers of; they are let go of by
 * release_column. */
static bool
take_dictionary(PyObject *capsule, nx_arrow_column *column)
{
    const nx_column *strings = nx_py_string_column(capsule);
    if (strings == NULL) {
        return false;
    }
    column->dictionary = nx_alloc_zeroed(1, sizeof *column->dictionary);
    if (column->dictionary == NULL) {
        PyErr_NoMemory();
        return false;
    }
    column->dictionary->field.name = "";
    column->dictionary->field.type = column->field.entries;
    column->dictionary->length = strings->length;
    return take_strings(capsule, column->dictionary);
}

static void
release_column(nx_arrow_column *column)
{
    if (column->dictionary != NULL) {
        nx_buffer_release(column->dictionary->values);
        nx_free(column->dictionary);
    }
    nx_buffer_release(column->values);
    nx_buffer_release(column->mask);
}

static bool
take_column(PyObject *tuple, nx_arrow_column *column)
{
    if (!take_field(tuple, &column->field)) {
        return false;
    }
    if (column->field.entries != NULL &&
        !take_dictionary(PyTuple_GetItem(tuple, 5), column)) {
        return false;
    }
    PyObject *values = PyTuple_GetItem(tuple, 2), *mask = PyTuple_GetItem(tuple, 3);
    if (mask != Py_None) {
        column->mask = take_array(mask, column->length, 1);
        if (column->mask == NULL) {
            return false;
        }
    }
    if (nx_arrow_type_is_string(column->field.type)) {
        return take_strings(values, column);
    }
    column->values = take_array(values, column->length, column->field.type->width);
    return column->values != NULL;
}

/* ---- The functions ---- */

static PyObject *
schema_capsule(const nx_arrow_field *fields, size_t count)
{
    nx_error error;
    struct ArrowSchema *schema = nx_alloc(1, sizeof *schema);
    if (schema == NULL) {
        return PyErr_NoMemory();
    }
    if (nx_arrow_schema_export(schema, fields, count, &error) != NX_OK) {
        nx_free(schema);
        return nx_py_raise(&error);
    }
    PyObject *capsule = PyCapsule_New(schema, SCHEMA, free_schema);
    if (capsule == NULL) {
        schema->release(schema);
        nx_free(schema);
    }
    return capsule;
}

PyObject *
nx_py_arrow_schema(NX_ARGS)
{
    if (!nx_py_arity("arrow_schema", nargs, 1)) {
        return NULL;
    }
    PyObject *tuples = PySequence_Tuple(args[0]);
    if (tuples == NULL) {
        return NULL;
    }
    const size_t count = (size_t)PyTuple_Size(tuples);
    nx_arrow_field *fields = nx_alloc(count, sizeof *fields);
    bool taken = fields != NULL || PyErr_NoMemory() != NULL;
    for (size_t i = 0; taken && i < count; i++) {
        taken = take_field(PyTuple_GetItem(tuples, (Py_ssize_t)i), &fields[i]);
    }
    PyObject *capsule = taken ? schema_capsule(fields, count) : NULL;
    nx_free(fields);
    Py_DECREF(tuples);
    return capsule;
}

static PyObject *
stream_capsule(const nx_arrow_column *columns, size_t count, size_t rows,
               const struct ArrowSchema *requested)
{
    nx_error error;
    struct ArrowArrayStream *stream = nx_alloc(1, sizeof *stream);
    if (stream == NULL) {
        return PyErr_NoMemory();
    }
    if (nx_arrow_stream_export(stream, columns, count, rows, requested, &error) !=
        NX_OK) {
        nx_free(stream);
        return nx_py_raise(&error);
    }
    PyObject *capsule = PyCapsule_New(stream, STREAM, free_stream);
    if (capsule == NULL) {
        stream->release(stream);
        nx_free(stream);
    }
    return capsule;
}

static PyObject *
stream_of_tuples(PyObject *tuples, size_t rows, const struct ArrowSchema *requested)
{
    const size_t count = (size_t)PyTuple_Size(tuples);
    nx_arrow_column *columns = nx_alloc_zeroed(count, sizeof *columns);
    bool taken = columns != NULL || PyErr_NoMemory() != NULL;
    for (size_t i = 0; taken && i < count; i++) {
        columns[i].length = rows;
        taken = take_column(PyTuple_GetItem(tuples, (Py_ssize_t)i), &columns[i]);
    }
    PyObject *capsule = taken ? stream_capsule(columns, count, rows, requested) : NULL;
    for (size_t i = 0; columns != NULL && i < count; i++) {
        release_column(&columns[i]);
    }
    nx_free(columns);
    return capsule;
}

PyObject *
nx_py_arrow_stream(NX_ARGS)
{
    if (!nx_py_arity("arrow_stream", nargs, 3)) {
        return NULL;
    }
    nx_py_references_drop();
    const size_t rows = PyLong_AsSize_t(args[1]);
    const struct ArrowSchema *requested = NULL;
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (args[2] != Py_None) {
        requested = PyCapsule_GetPointer(args[2], SCHEMA);
        if (requested == NULL) {
            return NULL;
        }
    }
    PyObject *tuples = PySequence_Tuple(args[0]);
    if (tuples == NULL) {
        return NULL;
    }
    PyObject *capsule = stream_of_tuples(tuples, rows, requested);
    Py_DECREF(tuples);
    return capsule;
}
