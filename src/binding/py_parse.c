/* Texts go to the kernel in batches, each short text copied to a slot with room around
 * it, since the kernel loads whole vectors. Long ones stay where they are.
 *
 * The strings of a StringDType array are held while workers load them, and whoever
 * holds them must not wait for the interpreter (py_text_loop.c says why). So the array
 * is done in stretches, and between two of them signals are looked for. */
#include "binding/py_parse.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_item.h"
#include "binding/py_wait.h"
#include "column/column_values.h"
#include "thread/parallel.h"

enum {
    STRETCH_ITEMS = 1 << 20,
    PIECE_ITEMS = 1 << 13,
    BATCH_ITEMS = 256,
    FEW_ITEMS = 64, /* are parsed sooner than one lets go of the interpreter */
    AROUND = 64,    /* readable bytes on both sides of a short text */
    SLOT = NX_VALUE_NEAR,
    UCS4 = 4
};

/* Texts that are no value of any type. */
static const uint8_t NO_TEXT[] = "?";

/* What is parsed, and to where. */
typedef struct parse_job {
    PyArrayObject *items;
    int type; /* of the items */
    size_t item_size;
    size_t n;
    const npy_bool *skip;  /* NULL: no item is */
    nx_py_strings strings; /* for NPY_VSTRING */
    nx_type value_type;
    size_t width;
    nx_value_bounds bounds;
    PyObject *result; /* an array, of ... */
    char *values;
    uint8_t *notes;
    bool stop;
    size_t stretch; /* where the stretch at hand begins */
    size_t end;     /* and ends */
} parse_job;

/* Room for the texts of a batch. `far_text` holds one long text of a U array. */
typedef struct batch {
    nx_span spans[BATCH_ITEMS];
    uint8_t before[AROUND];
    uint8_t slots[BATCH_ITEMS][SLOT];
    uint8_t behind[AROUND];
    uint8_t *far_text;
    bool far_taken;
} batch;

/* ---- Where items are ---- */

/* Walks over an array of any shape in C order. */
typedef struct walk {
    char *item;
    int last; /* the last dimension, -1 if there is none */
    const npy_intp *shape, *strides;
    npy_intp at[NPY_MAXDIMS];
} walk;

static void
walk_to(walk *w, PyArrayObject *array, size_t index)
{
    npy_intp rest = (npy_intp)index;
    w->shape = PyArray_DIMS(array);
    w->strides = PyArray_STRIDES(array);
    w->last = PyArray_NDIM(array) - 1;
    w->item = PyArray_DATA(array);
    for (int i = w->last; i >= 0; i--) {
        w->at[i] = rest % w->shape[i];
        rest /= w->shape[i];
        w->item += w->at[i] * w->strides[i];
    }
}

static NX_NOINLINE void
walk_carry(walk *w)
{
    for (int i = w->last; i >= 0 && w->at[i] == w->shape[i]; i--) {
        w->item -= w->at[i] * w->strides[i];
        w->at[i] = 0;
        if (i > 0) {
            w->at[i - 1]++;
            w->item += w->strides[i - 1];
        }
    }
}

NX_INLINE void
walk_on(walk *w)
{
    if (w->last >= 0) {
        w->item += w->strides[w->last];
        if (++w->at[w->last] == w->shape[w->last]) {
            walk_carry(w);
        }
    }
}

/* ---- One item ---- */

/* A span of n bytes that somebody else keeps; short ones in the slot. */
NX_INLINE nx_span
keep_text(const uint8_t *text, size_t n, uint8_t *slot)
{
    if (n > SLOT) {
        return (nx_span){text, n};
    }
    if (n >= 16) {
        memcpy(slot, text, 16);
        memcpy(slot + n - 16, text + n - 16, 16);
    }
    else if (n > 0) {
        memcpy(slot, text, n);
    }
    return (nx_span){slot, n};
}

static nx_status
take_string(const parse_job *job, const char *item, uint8_t *slot, nx_span *span,
            nx_error *error)
{
    const nx_py_loaded loaded = nx_py_load_string(&job->strings, item, span);
    if (loaded == NX_PY_NOT_LOADED) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
    }
    const size_t inside = (size_t)((uintptr_t)span->text - (uintptr_t)item);
    if (loaded != NX_PY_TEXT) { /* missing, also where that is a str: no value */
        *span = (nx_span){NULL, 0};
    }
    else if (job->item_size == NX_PY_ENTRY && inside < NX_PY_ENTRY &&
             span->length <= NX_PY_ENTRY - inside) {
        memcpy(slot, item, NX_PY_ENTRY); /* whatever its length */
        span->text = slot + inside;
    }
    else {
        *span = keep_text(span->text, span->length, slot);
    }
    return NX_OK;
}

static nx_span
take_bytes(const parse_job *job, const char *item, uint8_t *slot)
{
    const uint8_t *text = (const uint8_t *)item;
    const size_t n = nx_py_without_nuls(text, job->item_size);
    if (n > SLOT) {
        return (nx_span){text, n};
    }
    memcpy(slot, text, job->item_size < SLOT ? job->item_size : SLOT);
    return (nx_span){slot, n};
}

/* The ASCII of a U item; no value has other characters. False, and nothing done, if the
 * room for long texts is taken. */
static bool
take_ucs4(const parse_job *job, const char *item, batch *b, uint8_t *slot,
          nx_span *span)
{
    const uint32_t *points = (const uint32_t *)(const void *)item;
    uint32_t all = 0;
    size_t n = job->item_size / UCS4;
    while (n > 0 && points[n - 1] == 0) {
        n--;
    }
    uint8_t *const text = n > SLOT ? b->far_text : slot;
    if (n > SLOT && b->far_taken) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        all |= points[i];
        text[i] = (uint8_t)points[i];
    }
    b->far_taken |= n > SLOT;
    *span = (nx_span){text, n};
    if (all > 0x7F) {
        *span = keep_text(NO_TEXT, 1, slot);
    }
    return true;
}

/* ---- One piece ---- */

/* Makes spans of up to `limit` items; *count says of how many. */
static nx_status
take_batch(const parse_job *job, walk *w, size_t first, size_t limit, batch *b,
           size_t *count, nx_error *error)
{
    size_t i = 0;
    b->far_taken = false;
    for (nx_status status = NX_OK; i < limit; i++, walk_on(w)) {
        nx_span *const span = &b->spans[i];
        if (job->skip != NULL && job->skip[first + i]) {
            *span = (nx_span){NULL, 0};
        }
        else if (job->type == NPY_VSTRING) {
            status = take_string(job, w->item, b->slots[i], span, error);
        }
        else if (job->type == NPY_STRING) {
            *span = take_bytes(job, w->item, b->slots[i]);
        }
        else if (!take_ucs4(job, w->item, b, b->slots[i], span)) {
            break;
        }
        if (status != NX_OK) {
            return status;
        }
    }
    *count = i;
    return NX_OK;
}

/* Parses a batch; NX_ERR_VALUE and the index as `record` if a text is at fault and that
 * ends the call. */
static nx_status
parse_batch(const parse_job *job, const batch *b, size_t first, size_t count,
            nx_error *error)
{
    uint8_t *notes = job->notes + first;
    if (nx_values_of_texts(job->value_type, &job->bounds, b->spans, count,
                           job->values + first * job->width, notes) == 0 ||
        !job->stop) {
        return NX_OK;
    }
    while (*notes < NX_VALUE_KIND) {
        notes++;
    }
    (void)nx_error_set(error, NX_ERR_VALUE, 0, "a text is no value");
    error->record = (uint64_t)(notes - job->notes);
    return NX_ERR_VALUE;
}

static nx_status
parse_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const parse_job *job = context;
    const size_t start = job->stretch + piece * PIECE_ITEMS;
    const size_t end = job->end - start < PIECE_ITEMS ? job->end : start + PIECE_ITEMS;
    batch b;
    walk w;
    nx_status status = NX_OK;
    (void)worker;
    b.far_text = NULL;
    if (job->type == NPY_UNICODE && job->item_size / UCS4 > SLOT) {
        b.far_text = nx_alloc(job->item_size / UCS4, 1);
        if (b.far_text == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a text");
        }
    }
    walk_to(&w, job->items, start);
    for (size_t first = start, count; first < end && status == NX_OK; first += count) {
        const size_t limit = end - first < BATCH_ITEMS ? end - first : BATCH_ITEMS;
        status = take_batch(job, &w, first, limit, &b, &count, error);
        if (status == NX_OK) {
            status = parse_batch(job, &b, first, count, error);
        }
    }
    nx_free(b.far_text);
    return status;
}

/* One stretch, without the interpreter if it is long. */
static nx_status
parse_stretch(parse_job *job, unsigned threads, nx_error *error)
{
    const size_t pieces = (job->end - job->stretch - 1) / PIECE_ITEMS + 1;
    nx_py_detached detached;
    nx_py_detach_if(&detached, job->n > FEW_ITEMS, false);
    if (job->type == NPY_VSTRING) {
        job->strings = nx_py_acquire_strings(PyArray_DESCR(job->items));
    }
    const nx_status status =
        nx_parallel_for(pieces, threads, parse_piece, job, NULL, error);
    if (job->type == NPY_VSTRING) {
        nx_py_release_strings(&job->strings);
    }
    nx_py_attach(&detached);
    return status;
}

/* ---- Objects ---- */

/* The text of an object that is held; false if it is none, or if there is no memory for
 * it, with an exception set. */
static bool
take_object(PyObject *object, uint8_t *slot, nx_span *span)
{
    Py_ssize_t size = 0;
    *span = (nx_span){NULL, 0};
    if (object == NULL || object == Py_None) {
        return true;
    }
    if (PyBytes_Check(object)) {
        *span = keep_text((const uint8_t *)PyBytes_AS_STRING(object),
                          (size_t)PyBytes_GET_SIZE(object), slot);
        return true;
    }
    if (PyUnicode_Check(object)) {
        const char *text = PyUnicode_AsUTF8AndSize(object, &size);
        if (text == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
                return false;
            }
            PyErr_Clear(); /* a lone surrogate */
            text = (const char *)NO_TEXT;
            size = 1;
        }
        *span = keep_text((const uint8_t *)text, (size_t)size, slot);
        return true;
    }
    if (PyFloat_Check(object)) {
        const double value = PyFloat_AS_DOUBLE(object);
        return value != value;
    }
    return false;
}

/* A batch of objects, each held until it is parsed: another thread may replace it in
 * the array meanwhile. NX_ERR_TYPE and the index as `record` for what is no text;
 * NX_ERR_MEMORY with an exception set. */
static nx_status
parse_objects(const parse_job *job, walk *w, size_t first, size_t count,
              nx_error *error)
{
    PyObject *held[BATCH_ITEMS];
    batch b;
    size_t taken = 0;
    bool good = true;
    for (; taken < count && good; taken++, walk_on(w)) {
        b.spans[taken] = (nx_span){NULL, 0};
        memcpy(&held[taken], w->item, sizeof held[0]);
        Py_XINCREF(held[taken]);
        if (job->skip == NULL || !job->skip[first + taken]) {
            good = take_object(held[taken], b.slots[taken], &b.spans[taken]);
        }
    }
    /* A text at fault before what is no text comes first. */
    const size_t texts = good ? taken : taken - 1;
    nx_status status = parse_batch(job, &b, first, texts, error);
    if (PyErr_Occurred()) {
        status = nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a text");
    }
    else if (status == NX_OK && !good) {
        status = nx_error_set(error, NX_ERR_TYPE, 0, "an item is no text");
        error->record = first + texts;
    }
    while (taken-- > 0) {
        Py_XDECREF(held[taken]);
    }
    return status;
}

static nx_status
parse_object_stretch(parse_job *job, nx_error *error)
{
    walk w;
    nx_status status = NX_OK;
    walk_to(&w, job->items, job->stretch);
    for (size_t first = job->stretch; first < job->end && status == NX_OK;
         first += BATCH_ITEMS) {
        const size_t left = job->end - first;
        status = parse_objects(job, &w, first, left < BATCH_ITEMS ? left : BATCH_ITEMS,
                               error);
    }
    return status;
}

/* ---- The call ---- */

/* Parses everything; *result is what the function of the module returns. False with an
 * exception set. */
static bool
parse_all(parse_job *job, unsigned threads, bool handle_signals, Py_ssize_t *result)
{
    nx_error error = {0};
    nx_status status = NX_OK;
    *result = -1;
    for (job->stretch = 0; job->stretch < job->n && status == NX_OK;
         job->stretch = job->end) {
        const size_t left = job->n - job->stretch;
        job->end = left < STRETCH_ITEMS ? job->n : job->stretch + STRETCH_ITEMS;
        status = job->type == NPY_OBJECT ? parse_object_stretch(job, &error)
                                         : parse_stretch(job, threads, &error);
        if (status == NX_OK && handle_signals && PyErr_CheckSignals() < 0) {
            return false;
        }
    }
    if (status == NX_ERR_VALUE) {
        *result = (Py_ssize_t)error.record;
    }
    else if (status == NX_ERR_TYPE) {
        *result = -2 - (Py_ssize_t)error.record;
    }
    else if (status != NX_OK) {
        (void)nx_py_raise(&error);
        return false;
    }
    return true;
}

/* Takes the items; false with an exception set. */
static bool
take_items(parse_job *job, PyObject *object)
{
    job->items = (PyArrayObject *)object;
    job->type = PyArray_Check(object) ? PyArray_TYPE(job->items) : NPY_NOTYPE;
    const bool is_text = job->type == NPY_STRING || job->type == NPY_UNICODE ||
                         job->type == NPY_VSTRING || job->type == NPY_OBJECT;
    if (!is_text || !PyArray_ISNOTSWAPPED(job->items) ||
        (job->type == NPY_UNICODE && !PyArray_ISALIGNED(job->items))) {
        PyErr_SetString(PyExc_ValueError,
                        "items must be an array of S, U, StringDType or objects in the "
                        "byte order of the machine");
        return false;
    }
    job->item_size = (size_t)PyArray_ITEMSIZE(job->items);
    job->n = (size_t)PyArray_SIZE(job->items);
    return true;
}

/* Makes the arrays that results go to: of the dtype, and in the shape of the items; the
 * notes are no array yet. False with an exception set. */
static bool
make_results(parse_job *job, PyObject *dtype)
{
    PyArray_Descr *descr = (PyArray_Descr *)dtype;
    job->value_type =
        PyArray_DescrCheck(dtype) ? nx_py_value_type(descr) : NX_TYPE_NONE;
    if (job->value_type == NX_TYPE_NONE || !PyArray_ISNBO(descr->byteorder)) {
        PyErr_SetString(PyExc_TypeError,
                        "dtype must be one of numbers or times in the byte order of "
                        "the machine");
        return false;
    }
    job->width = nx_type_width(job->value_type);
    Py_INCREF(descr);
    job->result = PyArray_NewFromDescr(&PyArray_Type, descr, PyArray_NDIM(job->items),
                                       PyArray_DIMS(job->items), NULL, NULL, 0, NULL);
    job->notes = job->result == NULL ? NULL : nx_alloc_zeroed(job->n, 1);
    if (job->notes == NULL) {
        if (job->result != NULL) {
            PyErr_NoMemory();
        }
        return false;
    }
    job->values = PyArray_DATA((PyArrayObject *)job->result);
    return true;
}

/* The notes as an array, None if there are none. */
static PyObject *
notes_array(const parse_job *job)
{
    uint8_t all = 0;
    npy_intp length = (npy_intp)job->n;
    for (size_t i = 0; i < job->n; i++) {
        all |= job->notes[i];
    }
    if (all == 0) {
        Py_RETURN_NONE;
    }
    PyObject *array = PyArray_SimpleNew(1, &length, NPY_UINT8);
    if (array != NULL) {
        memcpy(PyArray_DATA((PyArrayObject *)array), job->notes, job->n);
    }
    return array;
}

/* Takes (low, high, all_below, all_above); false with an exception set. */
static bool
take_bounds(parse_job *job, PyObject *object)
{
    nx_value_bounds *bounds = &job->bounds;
    const bool is_float = job->value_type == NX_TYPE_FLOAT16 ||
                          job->value_type == NX_TYPE_FLOAT32 ||
                          job->value_type == NX_TYPE_FLOAT64;
    *bounds = (nx_value_bounds){.given = object != Py_None};
    if (!bounds->given) {
        return true;
    }
    if (!PyTuple_Check(object) || PyTuple_Size(object) != 4) {
        PyErr_SetString(PyExc_TypeError, "bounds must be None or a tuple of four");
        return false;
    }
    PyObject *low = PyTuple_GetItem(object, 0), *high = PyTuple_GetItem(object, 1);
    if (is_float) {
        bounds->least = PyFloat_AsDouble(low);
        bounds->largest = PyErr_Occurred() ? 0 : PyFloat_AsDouble(high);
    }
    else {
        bounds->low = PyLong_AsUnsignedLongLong(low);
        bounds->high = PyErr_Occurred() ? 0 : PyLong_AsUnsignedLongLong(high);
    }
    bounds->all_below = PyTuple_GetItem(object, 2) == Py_True;
    bounds->all_above = PyTuple_GetItem(object, 3) == Py_True;
    return !PyErr_Occurred();
}

PyObject *
nx_py_parse_values(NX_ARGS)
{
    parse_job job = {.items = NULL};
    Py_ssize_t place;
    PyObject *result = NULL;
    if (!nx_py_arity("parse_values", nargs, 7) || !take_items(&job, args[0]) ||
        !nx_py_take_mask(args[2], job.n, &job.skip)) {
        return NULL;
    }
    job.stop = args[4] == Py_True;
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[5]);
    if (!PyErr_Occurred() && make_results(&job, args[1]) &&
        take_bounds(&job, args[3]) &&
        parse_all(&job, threads, args[6] == Py_True, &place)) {
        PyObject *notes = notes_array(&job);
        result = notes == NULL ? NULL : Py_BuildValue("ONn", job.result, notes, place);
    }
    nx_free(job.notes);
    Py_XDECREF(job.result);
    return result;
}
