/* Values become texts a batch at a time, on the stack, and from there they go into the
 * entries of the array: short ones by the form of entries that NumPy's own have
 * (py_string_entry.h), long ones by NumPy. Its allocator takes one string at a time, so
 * that workers take turns with their long texts, a batch each; which of them is first
 * cannot be seen in the array. */
#include "binding/py_format.h"

#include "binding/py_array.h"
#include "binding/py_error.h"
#include "binding/py_string.h"
#include "binding/py_string_entry.h"
#include "binding/py_wait.h"
#include "column/column_text.h"
#include "thread/thread.h"

enum {
    PIECE_ROWS = 1 << 14,
    BATCH_ROWS = 256,
    FEW_ROWS = 64 /* are written sooner than one lets go of the interpreter */
};

/* Values on their way into the entries of an array. */
typedef struct format_job {
    nx_type type;
    const char *values;
    const uint8_t *missing; /* NULL: no value is */
    size_t length;
    char *entries; /* zeroed: empty strings */
    size_t step;
    npy_string_allocator *allocator;
    nx_mutex allocating;
} format_job;

/* A batch of texts. */
typedef struct text_batch {
    uint32_t ends[BATCH_ROWS];
    uint8_t text[BATCH_ROWS * NX_TEXT_LONGEST + NX_TEXT_SPARE];
} text_batch;

/* Packs the texts that no entry is made for without NumPy; false without memory. */
static bool
pack_texts(format_job *job, const text_batch *batch, size_t first, size_t rows)
{
    size_t begin = 0;
    int failed = 0;
    nx_mutex_lock(&job->allocating);
    for (size_t i = 0; i < rows && failed == 0; i++) {
        const size_t end = batch->ends[i], n = end - begin;
        if (n > NX_PY_SHORT_STRING || (n > 0 && !nx_py_entries.is_learned)) {
            npy_packed_static_string *entry =
                (npy_packed_static_string *)(void *)(job->entries +
                                                     (first + i) * job->step);
            failed = NpyString_pack(job->allocator, entry,
                                    (const char *)batch->text + begin, n);
        }
        begin = end;
    }
    nx_mutex_unlock(&job->allocating);
    return failed == 0;
}

/* Makes the entries of the short texts of a batch; true if there are long ones. */
static bool
put_entries(const format_job *job, const text_batch *batch, size_t first, size_t rows)
{
    size_t begin = 0;
    bool any_long = false;
    for (size_t i = 0; i < rows; i++) {
        const size_t end = batch->ends[i], n = end - begin;
        if (n <= NX_PY_SHORT_STRING) {
            nx_py_put_text_entry(job->entries + (first + i) * job->step,
                                 batch->text + begin, n);
        }
        any_long |= n > NX_PY_SHORT_STRING;
        begin = end;
    }
    return any_long;
}

static nx_status
format_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    format_job *job = context;
    text_batch batch;
    const size_t start = item * PIECE_ROWS, left = job->length - start;
    const size_t end = start + (left < PIECE_ROWS ? left : PIECE_ROWS);
    const size_t width = nx_type_width(job->type);
    (void)worker;
    for (size_t first = start; first < end; first += BATCH_ROWS) {
        const size_t rows = end - first < BATCH_ROWS ? end - first : BATCH_ROWS;
        nx_text_of_values(job->type, job->values + first * width,
                          job->missing == NULL ? NULL : job->missing + first, rows,
                          batch.text, batch.ends);
        const bool to_pack =
            !nx_py_entries.is_learned || put_entries(job, &batch, first, rows);
        if (to_pack && !pack_texts(job, &batch, first, rows)) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for strings");
        }
    }
    return NX_OK;
}

/* Fills the array that the job describes. The array is new: nobody else waits for its
 * allocator, which is held here also while the interpreter is taken to look for
 * signals. */
static nx_status
format_all(format_job *job, PyArrayObject *array, unsigned threads, const nx_wait *wait,
           nx_error *error)
{
    const size_t pieces = job->length / PIECE_ROWS + (job->length % PIECE_ROWS != 0);
    job->entries = PyArray_DATA(array);
    job->step = (size_t)PyArray_ITEMSIZE(array);
    /* The descriptor of the array, which is not always the one it was made with. */
    job->allocator = NpyString_acquire_allocator(
        (const PyArray_StringDTypeObject *)PyArray_DESCR(array));
    nx_mutex_init(&job->allocating);
    const nx_status status =
        nx_parallel_for(pieces, threads, format_piece, job, wait, error);
    nx_mutex_destroy(&job->allocating);
    NpyString_release_allocator(job->allocator);
    return status;
}

PyObject *
nx_py_format_values(NX_ARGS)
{
    nx_error error;
    const npy_bool *missing;
    if (!nx_py_arity("format_values", nargs, 4)) {
        return NULL;
    }
    PyArrayObject *values = (PyArrayObject *)args[0];
    const nx_type type =
        PyArray_Check(args[0]) ? nx_py_value_type(PyArray_DESCR(values)) : NX_TYPE_NONE;
    if (type == NX_TYPE_NONE) {
        PyErr_SetString(PyExc_TypeError, "values must be an array of numbers or times");
        return NULL;
    }
    if (!PyArray_ISCARRAY_RO(values)) {
        Py_RETURN_NONE;
    }
    const size_t length = (size_t)PyArray_SIZE(values);
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[2]);
    if (PyErr_Occurred() || !nx_py_take_mask(args[1], length, &missing)) {
        return NULL;
    }
    PyArrayObject *array =
        nx_py_string_new(PyArray_NDIM(values), PyArray_DIMS(values), Py_None);
    if (array == NULL) {
        return NULL;
    }
    format_job job = {.type = type,
                      .values = PyArray_DATA(values),
                      .missing = (const uint8_t *)missing,
                      .length = length};
    nx_py_detached detached;
    nx_py_detach_if(&detached, length > FEW_ROWS, args[3] == Py_True);
    const nx_status status = format_all(&job, array, threads, &detached.wait, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        Py_DECREF(array);
        return nx_py_raise(&error);
    }
    return (PyObject *)array;
}
