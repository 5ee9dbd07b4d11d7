/* Two loops over the texts. The first one measures what each of them gives; the sums
 * say where that goes in one block of bytes, and the second loop writes it there, on as
 * many threads. Only then strings are made of it. */
#include "binding/py_pattern_gather.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_pattern.h"
#include "binding/py_string.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_loop.h"
#include "binding/py_wait.h"
#include "text/pattern_gather.h"

enum {
    MOST_GROUPS = 101, /* the whole match, and as many as Python's old limit */
    MOST_PIECES = 64,
    FEW_STRINGS = 64 /* that are packed sooner than one lets go of the interpreter */
};

/* The second operand of the loops, with a stride of 0. */
typedef struct gather_job {
    nx_gather gather;
    nx_pattern_group groups[MOST_GROUPS];
    nx_pattern_piece pieces[MOST_PIECES];
    uint8_t *bytes; /* and NX_PY_ENTRY more, that may be read */
    int64_t *lengths;
    atomic_bool changed;
} gather_job;

/* ---- Arguments ---- */

static bool
take_group(PyObject *object, size_t parts, nx_pattern_group *group)
{
    if (PyTuple_Check(object) && PyTuple_GET_SIZE(object) == 2) {
        group->first = PyLong_AsSize_t(PyTuple_GET_ITEM(object, 0));
        group->end =
            PyErr_Occurred() ? 0 : PyLong_AsSize_t(PyTuple_GET_ITEM(object, 1));
        if (PyErr_Occurred()) {
            return false;
        }
        if (group->first <= group->end && group->end <= parts) {
            return true;
        }
    }
    PyErr_SetString(PyExc_ValueError, "a group must be (first part, end part)");
    return false;
}

static bool
take_groups(PyObject *tuple, gather_job *job)
{
    const size_t parts = nx_pattern_part_count(job->gather.pattern);
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) > MOST_GROUPS) {
        PyErr_SetString(PyExc_TypeError, "groups must be a tuple, and few");
        return false;
    }
    job->gather.groups = job->groups;
    job->gather.group_count = (size_t)PyTuple_GET_SIZE(tuple);
    for (size_t i = 0; i < job->gather.group_count; i++) {
        if (!take_group(PyTuple_GET_ITEM(tuple, (Py_ssize_t)i), parts,
                        &job->groups[i])) {
            return false;
        }
    }
    return true;
}

static bool
take_pieces(PyObject *tuple, gather_job *job)
{
    const size_t parts = nx_pattern_part_count(job->gather.pattern);
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) > MOST_PIECES) {
        PyErr_SetString(PyExc_TypeError, "pieces must be a tuple, and few");
        return false;
    }
    job->gather.pieces = job->pieces;
    job->gather.piece_count = (size_t)PyTuple_GET_SIZE(tuple);
    for (size_t i = 0; i < job->gather.piece_count; i++) {
        PyObject *object = PyTuple_GET_ITEM(tuple, (Py_ssize_t)i);
        nx_pattern_piece *const piece = &job->pieces[i];
        piece->is_group = !PyBytes_Check(object);
        if (!piece->is_group) {
            piece->text = (nx_span){(const uint8_t *)PyBytes_AS_STRING(object),
                                    (size_t)PyBytes_GET_SIZE(object)};
        }
        else if (!take_group(object, parts, &piece->group)) {
            return false;
        }
    }
    return true;
}

/* ---- The two loops ---- */

static void
measure_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
              const npy_intp *steps)
{
    (void)form;
    const gather_job *const job = (const void *)args[1];
    char *row = args[2];
    for (size_t i = 0; i < n; i++, row += steps[2]) {
        const nx_gathered size = nx_gather_measure(&job->gather, texts[i]);
        memcpy(row, &size, sizeof size);
    }
}

static void
write_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
            const npy_intp *steps)
{
    (void)form;
    gather_job *const job = (void *)args[1];
    char *row = args[2];
    for (size_t i = 0; i < n; i++, row += steps[2]) {
        nx_gathered places[2]; /* of this text and of the next one */
        memcpy(places, row, sizeof places);
        const nx_gathered room = {places[1].texts - places[0].texts,
                                  places[1].bytes - places[0].bytes};
        if (!nx_gather_write(&job->gather, texts[i], room, job->bytes + places[0].bytes,
                             job->lengths + places[0].texts)) {
            atomic_store(&job->changed, true);
        }
    }
}

static const nx_text_kernel measuring = {.operands = 3, .run = measure_texts};
static const nx_text_kernel writing = {.operands = 3, .run = write_texts};

static int
run(PyArrayObject *texts, gather_job *job, nx_gathered *rows,
    const nx_text_kernel *kernel)
{
    char *const data[] = {PyArray_BYTES(texts), (char *)job, (char *)rows};
    const npy_intp steps[] = {PyArray_STRIDE(texts, 0), 0, sizeof *rows};
    PyArray_Descr *const descrs[] = {PyArray_DESCR(texts)};
    const PyArrayMethod_Context context = {.descriptors = descrs};
    return nx_py_text_loop(&context, data, PyArray_DIMS(texts), steps, kernel);
}

/* Turns sizes into places: row i says where those of text i begin, one row more where
 * all of them end. False if that is more than there can be. */
static bool
sum_up(nx_gathered *rows, size_t n)
{
    nx_gathered sum = {0, 0};
    for (size_t i = 0; i < n; i++) {
        const nx_gathered size = rows[i];
        rows[i] = sum;
        if (!nx_size_add(sum.texts, size.texts, &sum.texts) ||
            !nx_size_add(sum.bytes, size.bytes, &sum.bytes)) {
            return false;
        }
    }
    rows[n] = sum;
    return sum.texts <= NPY_MAX_INTP && sum.bytes <= NPY_MAX_INTP;
}

/* Fills rows, bytes and lengths; false with an exception set. */
static bool
gather_texts(PyArrayObject *texts, gather_job *job, nx_gathered *rows)
{
    const size_t n = (size_t)PyArray_DIM(texts, 0);
    if (run(texts, job, rows, &measuring) < 0) {
        return false;
    }
    if (!sum_up(rows, n)) {
        PyErr_NoMemory();
        return false;
    }
    size_t bytes;
    job->bytes =
        nx_size_add(rows[n].bytes, NX_PY_ENTRY, &bytes) ? nx_alloc(bytes, 1) : NULL;
    job->lengths = nx_alloc(rows[n].texts, sizeof *job->lengths);
    if (job->bytes == NULL || job->lengths == NULL) {
        PyErr_NoMemory();
        return false;
    }
    if (run(texts, job, rows, &writing) < 0) {
        return false;
    }
    if (atomic_load(&job->changed)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the texts were changed by somebody else during the call");
        return false;
    }
    return true;
}

/* ---- Results ---- */

static PyObject *
string_array(const gather_job *job, size_t count)
{
    const npy_intp length_of_all = (npy_intp)count;
    PyArrayObject *array = nx_py_string_new(1, &length_of_all, Py_None);
    if (array == NULL) {
        return NULL;
    }
    const uint8_t *text = job->bytes;
    char *entry = PyArray_BYTES(array);
    int failed = 0;
    nx_py_detached detached;
    nx_py_detach_if(&detached, count > FEW_STRINGS, false);
    npy_string_allocator *allocator = NpyString_acquire_allocator(
        (const PyArray_StringDTypeObject *)(const void *)PyArray_DESCR(array));
    for (size_t i = 0; i < count && failed == 0; i++) {
        const size_t length = job->lengths[i] > 0 ? (size_t)job->lengths[i] : 0;
        if (nx_py_entries.is_learned && length <= NX_PY_SHORT_STRING) {
            nx_py_put_text_entry(entry, text, length);
        }
        else if (length > 0) { /* the array is of empty strings */
            failed =
                NpyString_pack(allocator, (npy_packed_static_string *)(void *)entry,
                               (const char *)text, length);
        }
        text += length;
        entry += PyArray_STRIDE(array, 0);
    }
    NpyString_release_allocator(allocator);
    nx_py_attach(&detached);
    if (failed != 0) {
        Py_DECREF(array);
        return PyErr_NoMemory();
    }
    return (PyObject *)array;
}

/* The width of all texts as S, 1 at least; 0 with an exception set. */
static size_t
bytes_width(const gather_job *job, size_t count)
{
    const uint8_t *end = job->bytes;
    size_t width = 1;
    for (size_t i = 0; i < count; i++) {
        const size_t length = job->lengths[i] > 0 ? (size_t)job->lengths[i] : 0;
        end += length;
        if (length > 0 && end[-1] == 0) {
            PyErr_SetString(PyExc_ValueError,
                            "a result ends in a NUL, which arrays of dtype S do not "
                            "keep: use re on each of the items");
            return 0;
        }
        width = length > width ? length : width;
    }
    if (width > INT_MAX) {
        PyErr_SetString(PyExc_ValueError, "a result is too long for the dtype S");
        return 0;
    }
    return width;
}

static PyObject *
bytes_array(const gather_job *job, size_t count)
{
    npy_intp shape[1] = {(npy_intp)count};
    const size_t width = bytes_width(job, count);
    PyArray_Descr *descr = width == 0 ? NULL : PyArray_DescrNewFromType(NPY_STRING);
    if (descr == NULL) {
        return NULL;
    }
    PyDataType_SET_ELSIZE(descr, (npy_intp)width);
    PyArrayObject *array = (PyArrayObject *)PyArray_Zeros(1, shape, descr, 0);
    if (array == NULL) {
        return NULL;
    }
    const uint8_t *text = job->bytes;
    char *item = PyArray_BYTES(array);
    for (size_t i = 0; i < count; i++, item += width) {
        const size_t length = job->lengths[i] > 0 ? (size_t)job->lengths[i] : 0;
        memcpy(item, text, length);
        text += length;
    }
    return (PyObject *)array;
}

/* The second item of the result. */
static PyObject *
second_result(const gather_job *job, const nx_gathered *rows, npy_intp n)
{
    npy_intp more = n + 1;
    PyArrayObject *array = NULL;
    switch (job->gather.kind) {
        case NX_GATHER_ALL:
            array = (PyArrayObject *)PyArray_SimpleNew(1, &more, NPY_INT64);
            for (npy_intp i = 0; array != NULL && i <= n; i++) {
                ((npy_int64 *)PyArray_DATA(array))[i] = (npy_int64)rows[i].texts;
            }
            return (PyObject *)array;
        case NX_GATHER_FIRST:
            array = (PyArrayObject *)PyArray_SimpleNew(1, &n, NPY_BOOL);
            for (npy_intp i = 0; array != NULL && i < n; i++) {
                ((npy_bool *)PyArray_DATA(array))[i] = job->lengths[i] != NX_NO_TEXT;
            }
            return (PyObject *)array;
        default:
            Py_RETURN_NONE;
    }
}

static bool
take_arguments(PyObject *const *args, gather_job *job)
{
    job->gather.pattern = nx_py_pattern(args[0]);
    if (job->gather.pattern == NULL || !nx_py_pattern_texts(args[1])) {
        return false;
    }
    const long kind = PyLong_AsLong(args[2]);
    if (PyErr_Occurred() || !take_groups(args[3], job) || !take_pieces(args[4], job)) {
        return false;
    }
    job->gather.limit = args[5] == Py_None ? SIZE_MAX : PyLong_AsSize_t(args[5]);
    if (PyErr_Occurred()) {
        return false;
    }
    if (kind < NX_GATHER_ALL || kind > NX_GATHER_REPLACED ||
        (kind == NX_GATHER_FIRST && job->gather.group_count != 1)) {
        PyErr_SetString(PyExc_ValueError, "kind must be 0, 1 with one group, or 2");
        return false;
    }
    job->gather.kind = (nx_gather_kind)kind;
    return true;
}

PyObject *
nx_py_pattern_gather(NX_ARGS)
{
    gather_job job; /* not zeroed: it has room for many groups and pieces */
    job.bytes = NULL;
    job.lengths = NULL;
    atomic_init(&job.changed, false);
    if (!nx_py_arity("pattern_gather", nargs, 6) || !take_arguments(args, &job)) {
        return NULL;
    }
    PyArrayObject *texts = (PyArrayObject *)args[1];
    const npy_intp n = PyArray_DIM(texts, 0);
    PyObject *first = NULL, *second = NULL, *result = NULL;
    nx_gathered *rows = nx_alloc((size_t)n + 1, sizeof *rows);
    if (rows == NULL) {
        return PyErr_NoMemory();
    }
    if (gather_texts(texts, &job, rows)) {
        const size_t count = rows[n].texts;
        first = nx_pattern_is_utf8(job.gather.pattern) ? string_array(&job, count)
                                                       : bytes_array(&job, count);
        second = first == NULL ? NULL : second_result(&job, rows, n);
    }
    if (second != NULL) {
        result = PyTuple_Pack(2, first, second);
    }
    Py_XDECREF(first);
    Py_XDECREF(second);
    nx_free(rows);
    nx_free(job.bytes);
    nx_free(job.lengths);
    return result;
}
