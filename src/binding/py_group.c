#include "binding/py_group.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_item.h"
#include "binding/py_text_loop.h"
#include "binding/py_wait.h"
#include "group/group_numbers.h"
#include "group/group_order.h"
#include "group/group_texts.h"

enum {
    WANT_CODES = 1,
    WANT_COUNTS = 2,
    WANT_FIRST = 4,
    WANT_SORTED = 8,
    /* So many items are grouped sooner than one lets go of the interpreter, ... */
    FEW_ITEMS = 64,
    FEW_BYTES = 1 << 14 /* ... if they are of fixed size, and have no more bytes */
};

/* What is asked for, and what comes back. */
typedef struct group_call {
    PyArrayObject *items;
    const npy_bool *mask;
    bool skip_missing;
    unsigned long want;
    unsigned threads;
    bool handle_signals;
    PyArrayObject *codes; /* NULL if not wanted */
    nx_groups groups;
    npy_intp missing; /* the place of the group of missing items; -1: there is none */
    nx_error error;
} group_call;

/* Takes mask, skip_missing, want, threads and handle_signals. */
static bool
begin_call(group_call *call, PyObject *const *args, PyArrayObject *items)
{
    call->items = items;
    call->codes = NULL;
    memset(&call->groups, 0, sizeof call->groups);
    call->missing = -1;
    call->skip_missing = PyObject_IsTrue(args[1]) == 1;
    call->want = PyLong_AsUnsignedLong(args[2]);
    call->threads = (unsigned)PyLong_AsUnsignedLong(args[3]);
    call->handle_signals = args[4] == Py_True;
    if (PyErr_Occurred() ||
        !nx_py_take_mask(args[0], (size_t)PyArray_SIZE(items), &call->mask)) {
        return false;
    }
    if (call->want & WANT_CODES) {
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

static bool
wants_counts(const group_call *call)
{
    return (call->want & (WANT_COUNTS | WANT_SORTED)) != 0;
}

/* Lets go of the interpreter if that pays. */
static void
detach(nx_py_detached *detached, const group_call *call, bool handle_signals)
{
    const npy_intp n = PyArray_SIZE(call->items);
    nx_py_detach_if(detached,
                    n > FEW_ITEMS || n * PyArray_ITEMSIZE(call->items) > FEW_BYTES,
                    handle_signals);
}

/* Puts the groups in their order once all items are grouped. */
static nx_status
arrange(group_call *call)
{
    nx_groups *const groups = &call->groups;
    nx_status status = NX_OK;
    size_t missing = 0;
    const bool inserted = !call->skip_missing && groups->missing > 0;
    if (inserted) {
        status = nx_groups_insert_missing(groups, codes_of(call),
                                          (size_t)PyArray_SIZE(call->items), &missing,
                                          &call->error);
    }
    if (status == NX_OK && call->want & WANT_SORTED) {
        status = nx_groups_sort(groups, &call->error);
        for (missing = 0; status == NX_OK && inserted; missing++) {
            if (groups->first[missing] == groups->first_missing) {
                break;
            }
        }
    }
    call->missing = inserted ? (npy_intp)missing : -1;
    return status;
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

/* The numbers as an array, None if they are not wanted. */
static PyObject *
int64_array(const int64_t *values, size_t n, bool wanted)
{
    npy_intp length = (npy_intp)n;
    PyObject *array =
        wanted ? PyArray_SimpleNew(1, &length, NPY_INT64) : Py_NewRef(Py_None);
    if (wanted && array != NULL && n > 0) {
        memcpy(PyArray_DATA((PyArrayObject *)array), values, n * sizeof *values);
    }
    return array;
}

/* The result of a call, or NULL with an exception set; ends the call. */
static PyObject *
end_call(group_call *call, nx_status status)
{
    PyObject *parts[] = {NULL, NULL, NULL, NULL, NULL}, *result = NULL;
    const nx_groups *groups = &call->groups;
    if (status != NX_OK) {
        nx_py_raise_of_groups(&call->error);
    }
    else {
        parts[0] = nx_py_group_values(call->items, groups->first, groups->count);
        parts[1] = Py_NewRef(call->codes == NULL ? Py_None : (PyObject *)call->codes);
        parts[2] = int64_array(groups->counts, groups->count, call->want & WANT_COUNTS);
        parts[3] = int64_array(groups->first, groups->count, call->want & WANT_FIRST);
        parts[4] = PyLong_FromSsize_t(call->missing);
        if (parts[0] != NULL && parts[2] != NULL && parts[3] != NULL &&
            parts[4] != NULL) {
            result = PyTuple_Pack(5, parts[0], parts[1], parts[2], parts[3], parts[4]);
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        Py_XDECREF(parts[i]);
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
group_numbers(group_call *call, nx_key_kind kind)
{
    const nx_number_items items = {
        .kind = kind,
        .values = PyArray_DATA(call->items),
        .missing = (const uint8_t *)call->mask,
        .skip_nan = call->skip_missing,
        .length = (size_t)PyArray_SIZE(call->items),
    };
    nx_py_detached detached;
    detach(&detached, call, call->handle_signals);
    nx_status status =
        nx_group_numbers(&items, codes_of(call), wants_counts(call), call->threads,
                         &detached.wait, &call->groups, &call->error);
    if (status == NX_OK) {
        status = arrange(call);
    }
    nx_py_attach(&detached);
    return end_call(call, status);
}

/* ---- Texts ---- */

enum {
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
    nx_py_strings strings; /* of a StringDType array */
    PyObject **held;       /* of an object array, with references ... */
    nx_span *objects;      /* ... and their texts; NULL if missing */
} text_array;

/* *padded stays true only if the text begins its entry or is that long. */
NX_INLINE nx_status
load_string(const text_array *array, const char *item, nx_span *text, uint8_t *missing,
            bool *padded, nx_error *error)
{
    const nx_py_loaded loaded = nx_py_load_string(&array->strings, item, text);
    if (loaded == NX_PY_NOT_LOADED) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
    }
    *missing = loaded == NX_PY_NA;
    *padded &= text->text == (const uint8_t *)item || text->length >= PADDED;
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
group_without_lock(text_array *array, group_call *call)
{
    const nx_text_items texts = {
        .load = load_texts,
        .context = array,
        .length = array->length,
    };
    const bool of_strings = array->type == NPY_VSTRING;
    /* Who holds strings must not wait for the interpreter, and so takes no signals. */
    nx_py_detached detached;
    detach(&detached, call, call->handle_signals && !of_strings);
    if (of_strings) {
        array->strings = nx_py_acquire_strings(PyArray_DESCR(call->items));
    }
    nx_status status =
        nx_group_texts(&texts, codes_of(call), wants_counts(call), call->threads,
                       &detached.wait, &call->groups, &call->error);
    if (of_strings) {
        nx_py_release_strings(&array->strings);
    }
    if (status == NX_OK) {
        status = arrange(call);
    }
    nx_py_attach(&detached);
    return status;
}

static PyObject *
group_texts(group_call *call)
{
    PyArrayObject *items = call->items;
    const size_t length = (size_t)PyArray_SIZE(items);
    text_array array = {
        .data = PyArray_BYTES(items),
        .length = length,
        .step = PyArray_ITEMSIZE(items),
        .item_size = (size_t)PyArray_ITEMSIZE(items),
        .type = PyArray_TYPE(items),
        .missing = call->mask,
    };
    PyObject *result = NULL;
    if (array.type != NPY_OBJECT || take_objects(&array, length)) {
        result = end_call(call, group_without_lock(&array, call));
    }
    else {
        Py_XDECREF(call->codes);
    }
    release_objects(&array, length);
    return result;
}

/* ---- Both ---- */

PyObject *
nx_py_group(NX_ARGS)
{
    group_call call;
    nx_key_kind kind;
    if (!nx_py_arity("group", nargs, 6)) {
        return NULL;
    }
    PyArrayObject *items = (PyArrayObject *)args[0];
    if (!PyArray_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "items must be an array");
        return NULL;
    }
    const bool numbers = kind_of(items, &kind);
    if (!numbers && !nx_py_is_text(PyArray_DESCR(items))) {
        PyErr_Format(PyExc_TypeError, "items of dtype %S cannot be grouped",
                     PyArray_DESCR(items));
        return NULL;
    }
    if (!PyArray_ISCARRAY_RO(items)) {
        Py_RETURN_NONE;
    }
    if (!begin_call(&call, args + 1, items)) {
        return NULL;
    }
    return numbers ? group_numbers(&call, kind) : group_texts(&call);
}
