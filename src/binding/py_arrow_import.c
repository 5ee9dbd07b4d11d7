#include "binding/py_arrow.h"

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

PyObject *
nx_py_arrow_import(NX_ARGS)
{
    if (nargs != 1 && !nx_py_arity("arrow_import", nargs, 2)) {
        return NULL;
    }
    nx_py_references_drop();
    struct ArrowArrayStream *stream = NULL;
    struct ArrowSchema *schema = NULL;
    struct ArrowArray *array = NULL;
    if (nargs == 1) {
        stream = PyCapsule_GetPointer(args[0], "arrow_array_stream");
    }
    else {
        schema = PyCapsule_GetPointer(args[0], "arrow_schema");
        array = schema == NULL ? NULL : PyCapsule_GetPointer(args[1], "arrow_array");
    }
    if (stream == NULL && array == NULL) {
        return NULL;
    }
    nx_arrow_table table = {0};
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, true);
    const nx_status status =
        stream != NULL ? nx_arrow_import_stream(stream, &detached.wait, &table, &error)
                       : nx_arrow_import_batch(schema, array, &table, &error);
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
