#include "binding/py_arrow.h"

#include <string.h>

#include "arrow/arrow_import.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_reference.h"
#include "binding/py_string.h"
#include "binding/py_wait.h"

/* The values of a column: an array, or a capsule that takes the strings over. */
static PyObject *
values_of(nx_arrow_imported *imported)
{
    nx_column *column = &imported->column;
    if (nx_arrow_type_is_string(imported->type)) {
        return nx_py_string_capsule(column);
    }
    return nx_py_array(column->values, column->length, imported->type->name);
}

static PyObject *
column_tuple(nx_arrow_imported *imported)
{
    const nx_column *column = &imported->column;
    const Py_ssize_t missing = (Py_ssize_t)column->missing;
    PyObject *mask = column->mask == NULL
                         ? Py_NewRef(Py_None)
                         : nx_py_array(column->mask, column->length, "bool");
    PyObject *values = mask == NULL ? NULL : values_of(imported);
    if (values == NULL) {
        Py_XDECREF(mask);
        return NULL;
    }
    return Py_BuildValue("ssNNnO", imported->name, imported->type->name, values, mask,
                         missing, imported->zoned ? Py_True : Py_False);
}

static PyObject *
table_tuple(nx_arrow_table *table)
{
    PyObject *columns = PyList_New((Py_ssize_t)table->count);
    for (size_t i = 0; columns != NULL && i < table->count; i++) {
        PyObject *column = column_tuple(&table->columns[i]);
        if (column == NULL || PyList_SetItem(columns, (Py_ssize_t)i, column) < 0) {
            Py_CLEAR(columns);
        }
    }
    return columns == NULL ? NULL
                           : Py_BuildValue("nN", (Py_ssize_t)table->rows, columns);
}

/* What the capsules held: taken out with the interpreter, so that of two threads that
 * are given the same capsule one finds it released. */
typedef struct producer {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
} producer;

static bool
take_producer(PyObject *const *capsules, bool is_stream, producer *taken)
{
    memset(taken, 0, sizeof *taken);
    if (is_stream) {
        struct ArrowArrayStream *stream =
            PyCapsule_GetPointer(capsules[0], "arrow_array_stream");
        if (stream == NULL) {
            return false;
        }
        taken->stream = *stream;
        stream->release = NULL;
        return true;
    }
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsules[0], "arrow_schema");
    struct ArrowArray *array =
        schema == NULL ? NULL : PyCapsule_GetPointer(capsules[1], "arrow_array");
    if (array == NULL) {
        return false;
    }
    taken->schema = *schema;
    taken->array = *array;
    schema->release = NULL;
    array->release = NULL;
    return true;
}

PyObject *
nx_py_arrow_import(NX_ARGS)
{
    if (nargs != 1 && !nx_py_arity("arrow_import", nargs, 2)) {
        return NULL;
    }
    nx_py_references_drop();
    const bool is_stream = nargs == 1;
    producer own;
    if (!take_producer(args, is_stream, &own)) {
        return NULL;
    }
    nx_arrow_table table = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status =
        is_stream ? nx_arrow_import_stream(&own.stream, &detached.wait, &table, &error)
                  : nx_arrow_import_batch(&own.schema, &own.array, &table, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *result = table_tuple(&table);
    nx_py_aside aside = nx_py_put_aside();
    nx_arrow_table_clear(&table);
    nx_py_bring_back(&aside);
    return result;
}
