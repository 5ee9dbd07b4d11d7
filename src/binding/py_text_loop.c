/* Loops over texts, in pieces that workers take.
 *
 * Three locks meet here: that of the interpreter, which NumPy may or may not have let
 * go of; that of the strings of a StringDType array, which is held from the first
 * string to the last; and that of the worker pool. A thread that holds the strings
 * never waits for the interpreter: somebody else may hold that and wait for the
 * strings.
 */
#include "binding/py_text_loop.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "base/status.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_item.h"
#include "binding/py_ufuncs.h"
#include "text/utf8.h"
#include "thread/parallel.h"

enum {
    LARGE = 1 << 18,       /* bytes of text from which threads are worth their start */
    PIECE_BYTES = 1 << 16, /* of work that a thread takes at a time */
    ITEM_BYTES = 64,       /* what an item costs beside its text */
    SAMPLE = 32,           /* strings whose lengths speak for the others */
    FEW = 64,              /* items that may be done at once, without ado */
    FEW_BYTES = 1 << 14,   /* of work that they may be then */
    FEW_SCRATCH = 1 << 11, /* of UTF-8 that they may need */
    SCRATCH_BYTES = 1 << 16, /* of UTF-8 made of U arrays at a time */
    UCS4 = 4
};

/* What the loop runs over. */
typedef struct text_loop {
    const nx_text_kernel *kernel;
    char *const *data;
    const npy_intp *steps;
    size_t n;
    size_t piece_items; /* two at least */
    unsigned threads;   /* 0: nobody has asked yet */
    int type; /* type number, or NPY_NOTYPE for spans that are there already */
    nx_text_form form;
    size_t item_size;
    const nx_span *spans; /* for NPY_NOTYPE */
    const PyArray_Descr *descr;
    nx_py_strings strings; /* for NPY_VSTRING, while they are held */
} text_loop;

/* Room for the UTF-8 of a batch of U items. */
typedef struct utf8_scratch {
    uint8_t *bytes;
    size_t size, used;
} utf8_scratch;

/* ---- One item ---- */

/* A U item as UTF-8 in the scratch, which has room for it. */
static nx_status
encode_item(const char *item, size_t size, utf8_scratch *scratch, nx_span *span,
            nx_error *error)
{
    const uint32_t *points = (const uint32_t *)(const void *)item;
    const size_t n = nx_py_points_without_nuls(points, size / UCS4);
    span->text = scratch->bytes + scratch->used;
    span->length = nx_utf8_encode(points, n, scratch->bytes + scratch->used);
    if (span->length == SIZE_MAX) {
        return nx_error_set(error, NX_ERR_VALUE, 0,
                            "text with a surrogate or a number above U+10FFFF has no "
                            "UTF-8 form");
    }
    scratch->used += span->length;
    return NX_OK;
}

static nx_status
load_string(const text_loop *loop, const char *item, nx_span *span, nx_error *error)
{
    switch (nx_py_load_string(&loop->strings, item, span)) {
        case NX_PY_NOT_LOADED:
            return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
        case NX_PY_NA:
            return nx_error_set(error, NX_ERR_VALUE, 0,
                                "a missing value (NA) has no text: mask it or fill it");
        default:
            return NX_OK;
    }
}

/* ---- One piece ---- */

/* Makes spans of items from `first` on: `limit` of them, or as many as the scratch has
 * room for, but at least one. */
static nx_status
make_spans(const text_loop *loop, size_t first, size_t limit, utf8_scratch *scratch,
           nx_span *spans, size_t *count, nx_error *error)
{
    const char *item = loop->data[0] + (npy_intp)first * loop->steps[0];
    nx_status status = NX_OK;
    size_t i = 0;
    scratch->used = 0;
    for (; i < limit && status == NX_OK; i++, item += loop->steps[0]) {
        const uint8_t *const text = (const uint8_t *)item;
        switch (loop->type) {
            case NPY_STRING:
                spans[i] = (nx_span){text, nx_py_without_nuls(text, loop->item_size)};
                break;
            case NPY_VOID:
                spans[i] = (nx_span){text, loop->item_size};
                break;
            case NPY_VSTRING:
                status = load_string(loop, item, &spans[i], error);
                break;
            default:
                if (loop->form == NX_TEXT_UCS4) {
                    const uint32_t *points = (const uint32_t *)(const void *)item;
                    const size_t n =
                        nx_py_points_without_nuls(points, loop->item_size / UCS4);
                    spans[i] = (nx_span){text, UCS4 * n};
                    break;
                }
                if (scratch->size - scratch->used < loop->item_size) {
                    *count = i;
                    return NX_OK;
                }
                status = encode_item(item, loop->item_size, scratch, &spans[i], error);
        }
    }
    *count = i;
    return status;
}

static nx_status
run_range(const text_loop *loop, size_t first, size_t end, utf8_scratch *scratch,
          nx_error *error)
{
    nx_span made[NX_TEXT_BATCH];
    while (first < end) {
        const nx_span *spans = made;
        const size_t left = end - first;
        size_t count = left < NX_TEXT_BATCH ? left : NX_TEXT_BATCH;
        if (loop->type == NPY_NOTYPE) {
            spans = loop->spans + first;
        }
        else {
            const nx_status status =
                make_spans(loop, first, count, scratch, made, &count, error);
            if (status != NX_OK) {
                return status;
            }
        }
        char *args[NX_UFUNC_OPERANDS];
        for (int i = 0; i < loop->kernel->operands; i++) {
            args[i] = loop->data[i] + (npy_intp)first * loop->steps[i];
        }
        loop->kernel->run(spans, count, loop->form, args, loop->steps);
        first += count;
    }
    return NX_OK;
}

static nx_status
run_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const text_loop *loop = context;
    const size_t first = piece * loop->piece_items, left = loop->n - first;
    const size_t count = left < loop->piece_items ? left : loop->piece_items;
    utf8_scratch scratch = {NULL, 0, 0};
    (void)worker;
    if (loop->type == NPY_UNICODE && loop->form == NX_TEXT_UTF8) {
        /* No character takes more bytes in UTF-8 than in UCS-4. */
        scratch.size =
            loop->item_size < SCRATCH_BYTES ? SCRATCH_BYTES : loop->item_size;
        if (loop->item_size < SCRATCH_BYTES / count) {
            scratch.size = loop->item_size * count;
        }
        scratch.bytes = nx_alloc(scratch.size, 1);
        if (scratch.bytes == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for UTF-8");
        }
    }
    const nx_status status = run_range(loop, first, first + count, &scratch, error);
    nx_free(scratch.bytes);
    return status;
}

/* ---- The whole loop ---- */

unsigned
nx_py_thread_count(void)
{
    unsigned long count = 0;
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *module = PyImport_ImportModule("numpy_ext._threads");
    PyObject *result = module == NULL
                           ? NULL
                           : PyObject_CallMethod(module, "thread_count", "O", Py_None);
    if (result != NULL) {
        count = PyLong_AsUnsignedLong(result);
        count = PyErr_Occurred() ? 0 : count;
    }
    Py_XDECREF(result);
    Py_XDECREF(module);
    PyGILState_Release(state);
    return (unsigned)count;
}

static void
acquire(text_loop *loop)
{
    if (loop->type == NPY_VSTRING) {
        loop->strings = nx_py_acquire_strings(loop->descr);
    }
}

static void
release(text_loop *loop)
{
    if (loop->type == NPY_VSTRING) {
        nx_py_release_strings(&loop->strings);
    }
}

/* About how many bytes of work an item is. */
static size_t
item_bytes(text_loop *loop)
{
    size_t bytes = 0;
    if (loop->type == NPY_NOTYPE) {
        for (size_t i = 0; i < loop->n; i++) {
            bytes += loop->spans[i].length;
        }
        return bytes / loop->n + ITEM_BYTES;
    }
    if (loop->type != NPY_VSTRING) {
        return loop->item_size + ITEM_BYTES;
    }
    const size_t sample = loop->n < SAMPLE ? loop->n : SAMPLE;
    acquire(loop);
    for (size_t i = 0; i < sample; i++) {
        nx_span span = {NULL, 0};
        const char *item = loop->data[0] + (npy_intp)i * loop->steps[0];
        if (load_string(loop, item, &span, NULL) == NX_OK) {
            bytes += span.length;
        }
    }
    release(loop);
    return bytes / (sample + (sample == 0)) + ITEM_BYTES;
}

static int
set_exception(nx_status status, const nx_error *error)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    PyErr_SetString(status == NX_ERR_MEMORY ? PyExc_MemoryError : PyExc_ValueError,
                    error->msg);
    PyGILState_Release(state);
    return -1;
}

/* Runs the loop here and now if it is about a few short texts, for which all else takes
 * longer than they do. True if it was; *status says how that went. */
static bool
run_few(text_loop *loop, nx_status *status, nx_error *error)
{
    uint8_t bytes[FEW_SCRATCH];
    nx_span made[FEW];
    const nx_span *const spans = loop->type == NPY_NOTYPE ? loop->spans : made;
    utf8_scratch scratch = {bytes, sizeof bytes, 0};
    size_t count = loop->n, work = loop->n * ITEM_BYTES;
    if (loop->n > FEW ||
        (loop->type != NPY_VSTRING && loop->n * loop->item_size > FEW_BYTES)) {
        return false;
    }
    acquire(loop);
    *status = loop->type == NPY_NOTYPE
                  ? NX_OK
                  : make_spans(loop, 0, loop->n, &scratch, made, &count, error);
    for (size_t i = 0; i < count && *status == NX_OK; i++) {
        work += spans[i].length;
    }
    const bool fits = *status != NX_OK || (count == loop->n && work <= FEW_BYTES);
    if (*status == NX_OK && fits && count > 0) {
        loop->kernel->run(spans, count, loop->form, loop->data, loop->steps);
    }
    release(loop);
    return fits;
}

/* Runs the loop on one thread or more, the interpreter let go if it is large. */
static int
run_loop(text_loop *loop)
{
    nx_error error;
    nx_status status;
    if (run_few(loop, &status, &error)) {
        return status == NX_OK ? 0 : set_exception(status, &error);
    }
    const size_t bytes_of_item = item_bytes(loop);
    const size_t fitting = PIECE_BYTES / bytes_of_item;
    const bool large = loop->n > 1 && loop->n >= LARGE / bytes_of_item;
    PyThreadState *thread = NULL;
    loop->piece_items = fitting < 2 ? 2 : fitting;
    if (large && loop->threads == 0 && (loop->threads = nx_py_thread_count()) == 0) {
        return -1;
    }
    /* For few items NumPy keeps the interpreter, however long they are. */
    if (loop->n >= fitting && PyGILState_Check()) {
        thread = PyEval_SaveThread();
    }
    acquire(loop);
    const size_t pieces =
        loop->n / loop->piece_items + (loop->n % loop->piece_items != 0);
    status = nx_parallel_for(pieces, large ? loop->threads : 1, run_piece, loop, NULL,
                             &error);
    release(loop);
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
    return status == NX_OK ? 0 : set_exception(status, &error);
}

/* ---- Objects ---- */

/* The text of *object, a reference of the caller's, which may become one to what keeps
 * the text; false with an exception set. */
static bool
span_of_object(PyObject **object, bool surrogates, nx_span *span, nx_text_form *form)
{
    if (*object != NULL && PyUnicode_Check(*object)) {
        Py_ssize_t size = 0;
        const char *text = PyUnicode_AsUTF8AndSize(*object, &size);
        *span = (nx_span){(const uint8_t *)text, (size_t)size};
        *form = NX_TEXT_UTF8;
        if (text != NULL) {
            return true;
        }
        if (!surrogates || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return false;
        }
        PyErr_Clear();
        PyObject *bytes = PyUnicode_AsEncodedString(*object, "utf-8", "surrogatepass");
        Py_SETREF(*object, bytes);
        if (bytes == NULL) {
            return false;
        }
    }
    else {
        *form = NX_TEXT_BYTES;
    }
    if (*object != NULL && PyBytes_Check(*object)) {
        *span = (nx_span){(const uint8_t *)PyBytes_AS_STRING(*object),
                          (size_t)PyBytes_GET_SIZE(*object)};
        return true;
    }
    PyErr_Format(PyExc_TypeError, "items must be str or bytes, found %s",
                 *object == NULL ? "nothing" : Py_TYPE(*object)->tp_name);
    return false;
}

/* Some items of `loop` from *first on: as many as are of one form, `count` at most.
 * Each is held until the kernel is done with it: another thread may replace it in the
 * array meanwhile. Moves *first behind them. */
static int
run_objects(text_loop *loop, size_t *first, size_t count)
{
    PyObject *held[NX_TEXT_BATCH];
    nx_span spans[NX_TEXT_BATCH];
    char *data[NX_UFUNC_OPERANDS] = {NULL};
    size_t taken = 0, fitting = 0;
    text_loop batch = *loop;
    bool good = true, alike = true;
    for (int i = 0; i < loop->kernel->operands; i++) {
        data[i] = loop->data[i] + (npy_intp)*first * loop->steps[i];
    }
    const char *item = data[0];
    for (; taken < count && good && alike; taken++, item += loop->steps[0]) {
        nx_text_form form;
        memcpy(&held[taken], item, sizeof held[0]);
        Py_XINCREF(held[taken]);
        good = span_of_object(&held[taken], loop->kernel->code_points, &spans[taken],
                              &form);
        batch.form = taken == 0 ? form : batch.form;
        alike = form == batch.form;
        fitting += good && alike;
    }
    int failed = -1;
    if (good) {
        batch.data = data;
        batch.n = fitting;
        batch.type = NPY_NOTYPE;
        batch.spans = spans;
        failed = run_loop(&batch);
        loop->threads = batch.threads;
        *first += fitting;
    }
    while (taken-- > 0) {
        Py_XDECREF(held[taken]);
    }
    return failed;
}

static nx_text_form
form_of(int type, const nx_text_kernel *kernel)
{
    if (type == NPY_UNICODE) {
        return kernel->code_points ? NX_TEXT_UCS4 : NX_TEXT_UTF8;
    }
    return type == NPY_VSTRING ? NX_TEXT_UTF8 : NX_TEXT_BYTES;
}

bool
nx_py_is_text(const PyArray_Descr *descr)
{
    switch (descr->type_num) {
        case NPY_STRING:
        case NPY_UNICODE:
        case NPY_VSTRING:
        case NPY_OBJECT:
            return true;
        case NPY_VOID:
            return !PyDataType_HASFIELDS(descr) && !PyDataType_REFCHK(descr);
        default:
            return false;
    }
}

int
nx_py_text_loop(const PyArrayMethod_Context *context, char *const *data,
                const npy_intp *dimensions, const npy_intp *steps,
                const nx_text_kernel *kernel)
{
    const PyArray_Descr *descr = context->descriptors[0];
    text_loop loop = {
        .kernel = kernel,
        .data = data,
        .steps = steps,
        .n = (size_t)dimensions[0],
        .type = descr->type_num,
        .form = form_of(descr->type_num, kernel),
        .item_size = (size_t)PyDataType_ELSIZE(descr),
        .descr = descr,
    };
    if (loop.type != NPY_OBJECT) {
        return run_loop(&loop);
    }
    int failed = 0;
    for (size_t first = 0; first < loop.n && failed == 0;) {
        const size_t left = loop.n - first;
        failed =
            run_objects(&loop, &first, left < NX_TEXT_BATCH ? left : NX_TEXT_BATCH);
    }
    return failed;
}
