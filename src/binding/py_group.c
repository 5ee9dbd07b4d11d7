#include "binding/py_group.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_wait.h"
#include "group/group_numbers.h"
#include "group/group_order.h"
#include "group/group_texts.h"

static const struct {
    const char *name;
    nx_key_kind kind;
    npy_intp width;
} kinds[] = {
    {"bool", NX_KEY_BOOL, 1},       {"8", NX_KEY_8, 1},
    {"16", NX_KEY_16, 2},           {"32", NX_KEY_32, 4},
    {"64", NX_KEY_64, 8},           {"float16", NX_KEY_FLOAT16, 2},
    {"float32", NX_KEY_FLOAT32, 4}, {"float64", NX_KEY_FLOAT64, 8},
    {"time", NX_KEY_TIME, 8},
};

/* What is asked for, and what comes back. */
typedef struct group_call {
    PyArrayObject *codes; /* NULL if not wanted */
    bool want_counts;
    unsigned threads;
    bool handle_signals;
    nx_groups groups;
    nx_error error;
} group_call;

/* Takes want_codes, want_counts, threads and handle_signals. */
static bool
begin_call(group_call *call, PyObject *const *args, npy_intp length)
{
    memset(call, 0, sizeof *call);
    call->want_counts = args[1] == Py_True;
    call->threads = (unsigned)PyLong_AsUnsignedLong(args[2]);
    call->handle_signals = args[3] == Py_True;
    if (PyErr_Occurred()) {
        return false;
    }
    if (args[0] == Py_True) {
        call->codes = (PyArrayObject *)PyArray_SimpleNew(1, &length, NPY_INT64);
        return call->codes != NULL;
    }
    return true;
}

static int64_t *
codes_of(const group_call *call)
{
    return call->codes == NULL ? NULL : PyArray_DATA(call->codes);
}

static PyObject *
int64_array(const int64_t *values, size_t n)
{
    npy_intp length = (npy_intp)n;
    PyObject *array = PyArray_SimpleNew(1, &length, NPY_INT64);
    if (array != NULL && n > 0) {
        memcpy(PyArray_DATA((PyArrayObject *)array), values, n * sizeof *values);
    }
    return array;
}

/* The result of a call, or NULL with an exception set; ends the call. */
static PyObject *
end_call(group_call *call, nx_status status)
{
    PyObject *result = NULL;
    const nx_groups *groups = &call->groups;
    if (status != NX_OK) {
        nx_py_raise(&call->error);
    }
    else {
        PyObject *first = int64_array(groups->first, groups->count);
        PyObject *counts = call->want_counts
                               ? int64_array(groups->counts, groups->count)
                               : Py_NewRef(Py_None);
        PyObject *codes = call->codes == NULL ? Py_None : (PyObject *)call->codes;
        if (first != NULL && counts != NULL) {
            result =
                Py_BuildValue("OOOLL", codes, first, counts, (long long)groups->missing,
                              (long long)groups->first_missing);
        }
        Py_XDECREF(first);
        Py_XDECREF(counts);
    }
    nx_groups_clear(&call->groups);
    Py_XDECREF(call->codes);
    return result;
}

/* ---- Numbers ---- */

static bool
take_numbers(PyObject *object, PyObject *name, nx_number_items *items)
{
    PyArrayObject *values = (PyArrayObject *)object;
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(text, kinds[i].name) == 0 && PyArray_Check(object) &&
            PyArray_NDIM(values) == 1 && PyArray_ISCARRAY_RO(values) &&
            PyArray_ITEMSIZE(values) == kinds[i].width) {
            items->kind = kinds[i].kind;
            items->values = PyArray_DATA(values);
            items->length = (size_t)PyArray_SIZE(values);
            return true;
        }
    }
    PyErr_Format(PyExc_ValueError, "values must be a contiguous array for keys of %R",
                 name);
    return false;
}

PyObject *
nx_py_group_numbers(NX_ARGS)
{
    group_call call;
    nx_number_items items = {0};
    const npy_bool *missing;
    if (!nx_py_arity("group_numbers", nargs, 8) ||
        !take_numbers(args[0], args[1], &items) ||
        !nx_py_take_mask(args[2], items.length, &missing) ||
        !begin_call(&call, args + 4, (npy_intp)items.length)) {
        return NULL;
    }
    items.missing = (const uint8_t *)missing;
    items.skip_nan = args[3] == Py_True;
    nx_py_detached detached;
    nx_py_detach(&detached, call.handle_signals);
    const nx_status status =
        nx_group_numbers(&items, codes_of(&call), call.want_counts, call.threads,
                         &detached.wait, &call.groups, &call.error);
    nx_py_attach(&detached);
    return end_call(&call, status);
}

/* ---- Texts ---- */

/* An array whose items are asked for as spans. */
typedef struct text_array {
    const char *data;
    npy_intp step;
    size_t item_size;
    int type;
    const npy_bool *missing;
    npy_string_allocator *allocator; /* of a StringDType array */
    nx_span *objects;                /* of an object array; text is NULL if missing */
} text_array;

/* n bytes without the NULs at their end, in steps of 1 or 4. */
static size_t
without_nuls(const char *text, size_t n, size_t unit)
{
    static const char nuls[4] = {0};
    while (n > 0 && memcmp(text + n - unit, nuls, unit) == 0) {
        n -= unit;
    }
    return n;
}

static nx_status
load_string(const text_array *array, const char *item, nx_span *text, uint8_t *missing,
            nx_error *error)
{
    npy_static_string loaded = {0, NULL};
    const int null =
        NpyString_load(array->allocator,
                       (const npy_packed_static_string *)(const void *)item, &loaded);
    if (null < 0) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
    }
    *missing = null > 0;
    *text = (nx_span){(const uint8_t *)loaded.buf, null > 0 ? 0 : loaded.size};
    return NX_OK;
}

static nx_status
load_texts(const void *context, size_t first, size_t n, nx_span *texts,
           uint8_t *missing, nx_error *error)
{
    const text_array *array = context;
    const char *item = array->data + (npy_intp)first * array->step;
    nx_status status = NX_OK;
    for (size_t i = 0; i < n && status == NX_OK; i++, item += array->step) {
        size_t size = array->item_size;
        missing[i] = 0;
        switch (array->type) {
            case NPY_STRING:
                size = without_nuls(item, size, 1);
                break;
            case NPY_UNICODE:
                size = without_nuls(item, size, 4);
                break;
            default:
                break;
        }
        texts[i] = (nx_span){(const uint8_t *)item, size};
        if (array->type == NPY_VSTRING) {
            status = load_string(array, item, &texts[i], &missing[i], error);
        }
        else if (array->type == NPY_OBJECT) {
            texts[i] = array->objects[first + i];
            missing[i] = texts[i].text == NULL;
        }
        if (array->missing != NULL && array->missing[first + i]) {
            missing[i] = 1;
        }
    }
    return status;
}

/* The text of an object that the array holds; false with an exception set. All of an
 * array are of one kind: "a" and b"a" are not equal. */
static bool
span_of_object(PyObject *object, PyTypeObject **kind, nx_span *span)
{
    *span = (nx_span){NULL, 0};
    if (object == NULL || object == Py_None) {
        return true;
    }
    if (!PyUnicode_Check(object) && !PyBytes_Check(object)) {
        PyErr_Format(PyExc_TypeError, "items must be str or bytes, found %s",
                     Py_TYPE(object)->tp_name);
        return false;
    }
    PyTypeObject *own = PyUnicode_Check(object) ? &PyUnicode_Type : &PyBytes_Type;
    if (*kind != NULL && *kind != own) {
        PyErr_SetString(PyExc_TypeError,
                        "items must be all str or all bytes, found both: decode or "
                        "encode some");
        return false;
    }
    *kind = own;
    Py_ssize_t size = 0;
    const char *text;
    if (own == &PyUnicode_Type) {
        text = PyUnicode_AsUTF8AndSize(object, &size);
    }
    else {
        text = PyBytes_AS_STRING(object);
        size = PyBytes_GET_SIZE(object);
    }
    *span = (nx_span){(const uint8_t *)text, (size_t)size};
    return text != NULL;
}

/* Looks at all objects of an array that nobody else has. */
static bool
look_at_objects(text_array *array, size_t length)
{
    PyTypeObject *kind = NULL;
    array->objects = nx_alloc(length, sizeof *array->objects);
    if (array->objects == NULL) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        PyObject *object;
        memcpy(&object, array->data + (npy_intp)i * array->step, sizeof object);
        if (array->missing != NULL && array->missing[i]) {
            array->objects[i] = (nx_span){NULL, 0};
        }
        else if (!span_of_object(object, &kind, &array->objects[i])) {
            return false;
        }
    }
    return true;
}

static bool
take_texts(PyObject *object, PyObject *mask, text_array *array, nx_text_items *items)
{
    PyArrayObject *values = (PyArrayObject *)object;
    memset(array, 0, sizeof *array);
    if (!PyArray_Check(object) || PyArray_NDIM(values) != 1) {
        PyErr_SetString(PyExc_ValueError, "items must be an array of one dimension");
        return false;
    }
    const size_t length = (size_t)PyArray_SIZE(values);
    array->data = PyArray_BYTES(values);
    array->step = PyArray_STRIDE(values, 0);
    array->item_size = (size_t)PyArray_ITEMSIZE(values);
    array->type = PyArray_TYPE(values);
    *items = (nx_text_items){load_texts, array, NULL, length};
    if (!nx_py_take_mask(mask, length, &array->missing)) {
        return false;
    }
    switch (array->type) {
        case NPY_STRING:
        case NPY_UNICODE:
        case NPY_VOID:
            if (array->step == (npy_intp)array->item_size) {
                items->end = (const uint8_t *)array->data + length * array->item_size;
            }
            return true;
        case NPY_VSTRING:
            return true;
        case NPY_OBJECT:
            return look_at_objects(array, length);
        default:
            PyErr_SetString(PyExc_ValueError, "items must be texts");
            return false;
    }
}

PyObject *
nx_py_group_texts(NX_ARGS)
{
    group_call call;
    text_array array;
    nx_text_items items;
    if (!nx_py_arity("group_texts", nargs, 6)) {
        return NULL;
    }
    if (!take_texts(args[0], args[1], &array, &items) ||
        !begin_call(&call, args + 2, (npy_intp)items.length)) {
        nx_free(array.objects);
        return NULL;
    }
    nx_py_detached detached;
    nx_py_detach(&detached, call.handle_signals && array.type != NPY_VSTRING);
    if (array.type == NPY_VSTRING) {
        array.allocator = NpyString_acquire_allocator(
            (const PyArray_StringDTypeObject *)(const void *)PyArray_DESCR(
                (PyArrayObject *)args[0]));
    }
    const nx_status status =
        nx_group_texts(&items, codes_of(&call), call.want_counts, call.threads,
                       &detached.wait, &call.groups, &call.error);
    if (array.allocator != NULL) {
        NpyString_release_allocator(array.allocator);
    }
    nx_py_attach(&detached);
    nx_free(array.objects);
    return end_call(&call, status);
}

/* ---- Order ---- */

PyObject *
nx_py_group_order(NX_ARGS)
{
    if (!nx_py_arity("group_order", nargs, 2)) {
        return NULL;
    }
    PyArrayObject *counts = (PyArrayObject *)args[0];
    const Py_ssize_t limit = PyLong_AsSsize_t(args[1]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (!PyArray_Check(args[0]) || PyArray_TYPE(counts) != NPY_INT64 ||
        PyArray_NDIM(counts) != 1 || !PyArray_ISCARRAY_RO(counts) || limit < 0 ||
        limit > PyArray_SIZE(counts)) {
        PyErr_SetString(PyExc_ValueError,
                        "counts must be int64, limit no more than "
                        "there are");
        return NULL;
    }
    npy_intp length = limit;
    PyObject *order = PyArray_SimpleNew(1, &length, NPY_INT64);
    if (order == NULL) {
        return NULL;
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status =
        nx_group_order(PyArray_DATA(counts), (size_t)PyArray_SIZE(counts),
                       (size_t)limit, PyArray_DATA((PyArrayObject *)order), &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        Py_DECREF(order);
        return nx_py_raise(&error);
    }
    return order;
}
