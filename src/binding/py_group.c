#include "binding/py_group.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_item.h"
#include "binding/py_wait.h"
#include "group/group_numbers.h"
#include "group/group_order.h"
#include "group/group_texts.h"

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
begin_call(group_call *call, PyObject *const *args, PyArrayObject *items)
{
    memset(call, 0, sizeof *call);
    call->want_counts = args[1] == Py_True;
    call->threads = (unsigned)PyLong_AsUnsignedLong(args[2]);
    call->handle_signals = args[3] == Py_True;
    if (PyErr_Occurred()) {
        return false;
    }
    if (args[0] == Py_True) {
        call->codes = (PyArrayObject *)PyArray_SimpleNew(
            PyArray_NDIM(items), PyArray_DIMS(items), NPY_INT64);
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

PyObject *
nx_py_raise_of_groups(const nx_error *error)
{
    if (error->status == NX_ERR_OVERFLOW && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_OverflowError, error->msg);
        return NULL;
    }
    return nx_py_raise(error);
}

/* The result of a call, or NULL with an exception set; ends the call. */
static PyObject *
end_call(group_call *call, nx_status status)
{
    PyObject *result = NULL;
    const nx_groups *groups = &call->groups;
    if (status != NX_OK) {
        nx_py_raise_of_groups(&call->error);
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

/* How items of a type are compared; false if they are no numbers. */
static bool
kind_of(PyArrayObject *items, nx_key_kind *kind)
{
    static const nx_key_kind integers[] = {
        [1] = NX_KEY_8, [2] = NX_KEY_16, [4] = NX_KEY_32, [8] = NX_KEY_64};
    const int type = PyArray_TYPE(items);
    if (PyTypeNum_ISINTEGER(type)) {
        *kind = integers[PyArray_ITEMSIZE(items)];
        return true;
    }
    switch (type) {
        case NPY_BOOL:
            *kind = NX_KEY_BOOL;
            return true;
        case NPY_HALF:
            *kind = NX_KEY_FLOAT16;
            return true;
        case NPY_FLOAT:
            *kind = NX_KEY_FLOAT32;
            return true;
        case NPY_DOUBLE:
            *kind = NX_KEY_FLOAT64;
            return true;
        case NPY_DATETIME:
        case NPY_TIMEDELTA:
            *kind = NX_KEY_TIME;
            return true;
        default:
            return false;
    }
}

static PyObject *
group_numbers(PyArrayObject *array, nx_key_kind kind, const npy_bool *missing,
              bool skip_nan, group_call *call)
{
    const nx_number_items items = {
        .kind = kind,
        .values = PyArray_DATA(array),
        .missing = (const uint8_t *)missing,
        .skip_nan = skip_nan,
        .length = (size_t)PyArray_SIZE(array),
    };
    nx_py_detached detached;
    nx_py_detach(&detached, call->handle_signals);
    const nx_status status =
        nx_group_numbers(&items, codes_of(call), call->want_counts, call->threads,
                         &detached.wait, &call->groups, &call->error);
    nx_py_attach(&detached);
    return end_call(call, status);
}

/* ---- Texts ---- */

enum {
    MANY_STRINGS = 1 << 10, /* for which learning what entries look like pays */
    NOT_INSIDE = 0xFF,
    PADDED = 16 /* bytes that may be read at a shorter text, see nx_text_table_put */
};

/* An array whose items are asked for as spans. */
typedef struct text_array {
    const char *data;
    size_t length;
    npy_intp step;
    size_t item_size;
    int type;
    const npy_bool *missing;
    const PyArray_StringDTypeObject *strings; /* of a StringDType array, ... */
    npy_string_allocator *allocator;          /* ... and what holds its strings */
    bool knows_sizes;   /* `sizes` tells of strings that are all in their entry ... */
    uint8_t sizes[256]; /* ... how long they are, by the last byte; else NOT_INSIDE */
    PyObject **held;    /* of an object array, with references ... */
    nx_span *objects;   /* ... and their texts; NULL if missing */
} text_array;

/* Learns which last bytes of an entry go with strings inside of it. One that is filled
 * by a text has no other byte to say so with; an empty one has, and is not asked for
 * here. */
static void
learn_sizes(text_array *array)
{
    nx_py_entry_form form;
    if (array->length < MANY_STRINGS) {
        return;
    }
    nx_py_learn_entry(&form, array->allocator, (size_t)array->step);
    array->knows_sizes = form.is_learned;
    memset(array->sizes, NOT_INSIDE, sizeof array->sizes);
    for (size_t n = 1; form.is_learned && n <= NX_PY_SHORT_STRING; n++) {
        array->sizes[form.tags[n]] = (uint8_t)n;
    }
}

/* *padded stays true only if the text begins its entry or is that long. */
static nx_status
load_string(const text_array *array, const char *item, nx_span *text, uint8_t *missing,
            bool *padded, nx_error *error)
{
    npy_static_string loaded = {0, NULL};
    const uint8_t last = (uint8_t)item[NX_PY_ENTRY - 1];
    if (array->knows_sizes && array->sizes[last] != NOT_INSIDE) {
        *missing = 0;
        *text = (nx_span){(const uint8_t *)item, array->sizes[last]};
        return NX_OK;
    }
    const int null =
        NpyString_load(array->allocator,
                       (const npy_packed_static_string *)(const void *)item, &loaded);
    if (null < 0) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
    }
    if (null > 0 && array->strings->has_string_na) {
        /* With a str as its NA value, missing is that text, as for NumPy itself. */
        loaded = array->strings->default_string;
    }
    *missing = null > 0 && !array->strings->has_string_na;
    if (*missing || loaded.size == 0) {
        *text = (nx_span){(const uint8_t *)item, 0}; /* no string, but memory to read */
        return NX_OK;
    }
    *text = (nx_span){(const uint8_t *)loaded.buf, loaded.size};
    *padded &= loaded.size >= PADDED || loaded.buf == item;
    return NX_OK;
}

static nx_status
load_texts(const void *context, size_t first, size_t n, nx_span *texts,
           uint8_t *missing, bool *padded, nx_error *error)
{
    const text_array *array = context;
    const char *item = array->data + (npy_intp)first * array->step;
    nx_status status = NX_OK;
    /* Behind items of fixed width are the next ones, but for the last. */
    const size_t behind = array->length - (first + n) + 1;
    *padded =
        array->type != NPY_OBJECT && (array->item_size >= PADDED || behind > PADDED ||
                                      behind * array->item_size >= PADDED);
    for (size_t i = 0; i < n && status == NX_OK; i++, item += array->step) {
        size_t size = array->item_size;
        missing[i] = 0;
        switch (array->type) {
            case NPY_STRING:
                size = nx_py_without_nuls((const uint8_t *)item, size);
                break;
            case NPY_UNICODE:
                size = nx_py_points_without_nuls((const uint32_t *)(const void *)item,
                                                 size / 4) *
                       4;
                break;
            default:
                break;
        }
        texts[i] = (nx_span){(const uint8_t *)item, size};
        if (array->type == NPY_VSTRING) {
            status = load_string(array, item, &texts[i], &missing[i], padded, error);
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

/* The text of an object; false with an exception set. All of an array are of one kind:
 * "a" and b"a" are not equal. */
static bool
span_of_object(PyObject *object, PyTypeObject **kind, nx_span *span)
{
    *span = (nx_span){NULL, 0};
    if (object == NULL || object == Py_None ||
        (PyFloat_Check(object) && isnan(PyFloat_AS_DOUBLE(object)))) {
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

/* Takes all objects of an array: another thread may replace them there meanwhile. */
static bool
take_objects(text_array *array, size_t length)
{
    PyTypeObject *kind = NULL;
    array->held = nx_alloc_zeroed(length, sizeof *array->held);
    array->objects = nx_alloc(length, sizeof *array->objects);
    if (array->held == NULL || array->objects == NULL) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        memcpy(&array->held[i], array->data + (npy_intp)i * array->step,
               sizeof array->held[i]);
        Py_XINCREF(array->held[i]);
        if (array->missing != NULL && array->missing[i]) {
            array->objects[i] = (nx_span){NULL, 0};
        }
        else if (!span_of_object(array->held[i], &kind, &array->objects[i])) {
            return false;
        }
    }
    return true;
}

static void
release_objects(text_array *array, size_t length)
{
    for (size_t i = 0; array->held != NULL && i < length; i++) {
        Py_XDECREF(array->held[i]);
    }
    nx_free(array->held);
    nx_free(array->objects);
}

static nx_status
group_without_lock(PyArrayObject *items, text_array *array, group_call *call)
{
    const nx_text_items texts = {
        .load = load_texts,
        .context = array,
        .length = (size_t)PyArray_SIZE(items),
    };
    /* Who holds strings must not wait for the interpreter, and so takes no signals. */
    nx_py_detached detached;
    nx_py_detach(&detached, call->handle_signals && array->type != NPY_VSTRING);
    if (array->type == NPY_VSTRING) {
        array->strings =
            (const PyArray_StringDTypeObject *)(const void *)PyArray_DESCR(items);
        array->allocator = NpyString_acquire_allocator(array->strings);
        learn_sizes(array);
    }
    const nx_status status =
        nx_group_texts(&texts, codes_of(call), call->want_counts, call->threads,
                       &detached.wait, &call->groups, &call->error);
    if (array->type == NPY_VSTRING) {
        NpyString_release_allocator(array->allocator);
    }
    nx_py_attach(&detached);
    return status;
}

static PyObject *
group_texts(PyArrayObject *items, const npy_bool *missing, group_call *call)
{
    const size_t length = (size_t)PyArray_SIZE(items);
    text_array array = {
        .data = PyArray_BYTES(items),
        .length = length,
        .step = PyArray_ITEMSIZE(items),
        .item_size = (size_t)PyArray_ITEMSIZE(items),
        .type = PyArray_TYPE(items),
        .missing = missing,
    };
    PyObject *result = NULL;
    if (array.type != NPY_OBJECT || take_objects(&array, length)) {
        result = end_call(call, group_without_lock(items, &array, call));
    }
    else {
        Py_XDECREF(call->codes);
    }
    release_objects(&array, length);
    return result;
}

/* ---- Both ---- */

static bool
is_text(PyArrayObject *items)
{
    switch (PyArray_TYPE(items)) {
        case NPY_STRING:
        case NPY_UNICODE:
        case NPY_VSTRING:
        case NPY_OBJECT:
            return true;
        case NPY_VOID: /* records may have bytes that mean nothing */
            return !PyDataType_HASFIELDS(PyArray_DESCR(items)) &&
                   !PyDataType_REFCHK(PyArray_DESCR(items));
        default:
            return false;
    }
}

PyObject *
nx_py_group(NX_ARGS)
{
    group_call call;
    const npy_bool *missing;
    nx_key_kind kind;
    if (!nx_py_arity("group", nargs, 7)) {
        return NULL;
    }
    PyArrayObject *items = (PyArrayObject *)args[0];
    if (!PyArray_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "items must be an array");
        return NULL;
    }
    const bool numbers = kind_of(items, &kind);
    if (!numbers && !is_text(items)) {
        PyErr_Format(PyExc_TypeError, "items of dtype %S cannot be grouped",
                     PyArray_DESCR(items));
        return NULL;
    }
    if (!PyArray_ISCARRAY_RO(items)) {
        Py_RETURN_NONE;
    }
    if (!nx_py_take_mask(args[1], (size_t)PyArray_SIZE(items), &missing) ||
        !begin_call(&call, args + 3, items)) {
        return NULL;
    }
    return numbers ? group_numbers(items, kind, missing, args[2] == Py_True, &call)
                   : group_texts(items, missing, &call);
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
