#include "binding/py_pattern.h"

#include <string.h>

#include "binding/py_error.h"
#include "binding/py_string_entry.h"
#include "binding/py_text_loop.h"

static const char CAPSULE_NAME[] = "numpy_ext.pattern";

const nx_pattern *
nx_py_pattern(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, CAPSULE_NAME);
}

bool
nx_py_pattern_texts(PyObject *object)
{
    PyArrayObject *array = (PyArrayObject *)object;
    if (PyArray_Check(object) && PyArray_NDIM(array) == 1 && PyArray_ISALIGNED(array) &&
        PyArray_ISNOTSWAPPED(array)) {
        switch (PyArray_TYPE(array)) {
            case NPY_STRING:
            case NPY_UNICODE:
            case NPY_VSTRING:
            case NPY_OBJECT:
                return true;
        }
    }
    PyErr_SetString(PyExc_ValueError,
                    "texts must be an aligned 1-d array of S, U, StringDType or "
                    "objects in native byte order");
    return false;
}

/* ---- Making ---- */

static void
release_pattern(PyObject *capsule)
{
    nx_pattern_free(PyCapsule_GetPointer(capsule, CAPSULE_NAME));
}

/* A part of (literal,) or (set, least, most). The literal is that of the tuple. */
static bool
take_part(PyObject *object, nx_pattern_part *part)
{
    memset(part, 0, sizeof *part);
    if (PyTuple_Check(object) && PyTuple_GET_SIZE(object) == 1 &&
        PyBytes_Check(PyTuple_GET_ITEM(object, 0))) {
        PyObject *literal = PyTuple_GET_ITEM(object, 0);
        part->literal = (nx_span){(const uint8_t *)PyBytes_AS_STRING(literal),
                                  (size_t)PyBytes_GET_SIZE(literal)};
        return true;
    }
    if (PyTuple_Check(object) && PyTuple_GET_SIZE(object) == 3) {
        PyObject *most = PyTuple_GET_ITEM(object, 2);
        part->set = PyLong_AsSize_t(PyTuple_GET_ITEM(object, 0));
        part->least =
            PyErr_Occurred() ? 0 : PyLong_AsSize_t(PyTuple_GET_ITEM(object, 1));
        part->most = NX_UNBOUNDED;
        if (!PyErr_Occurred() && most != Py_None) {
            part->most = PyLong_AsSize_t(most);
        }
        return !PyErr_Occurred();
    }
    PyErr_SetString(PyExc_TypeError, "a part must be a literal, or a set and a range");
    return false;
}

static bool
take_parts(PyObject *tuple, nx_pattern_part *parts, size_t *count)
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) > NX_PATTERN_PARTS) {
        PyErr_SetString(PyExc_TypeError, "parts must be a tuple, and few");
        return false;
    }
    *count = (size_t)PyTuple_GET_SIZE(tuple);
    for (size_t i = 0; i < *count; i++) {
        if (!take_part(PyTuple_GET_ITEM(tuple, (Py_ssize_t)i), &parts[i])) {
            return false;
        }
    }
    return true;
}

static bool
take_sets(PyObject *tuple, nx_span *sets, size_t *count)
{
    bool good = PyTuple_Check(tuple) && PyTuple_GET_SIZE(tuple) <= NX_PATTERN_PARTS;
    *count = good ? (size_t)PyTuple_GET_SIZE(tuple) : 0;
    for (size_t i = 0; i < *count && good; i++) {
        PyObject *bits = PyTuple_GET_ITEM(tuple, (Py_ssize_t)i);
        good = PyBytes_Check(bits);
        if (good) {
            sets[i] = (nx_span){(const uint8_t *)PyBytes_AS_STRING(bits),
                                (size_t)PyBytes_GET_SIZE(bits)};
        }
    }
    if (!good) {
        PyErr_SetString(PyExc_TypeError, "sets must be a tuple of bytes, and few");
    }
    return good;
}

PyObject *
nx_py_pattern_compile(NX_ARGS)
{
    nx_pattern_part parts[NX_PATTERN_PARTS];
    nx_span sets[NX_PATTERN_PARTS];
    nx_pattern *pattern;
    nx_error error = {0};
    if (!nx_py_arity("pattern_compile", nargs, 5)) {
        return NULL;
    }
    nx_pattern_spec spec = {
        .utf8 = args[0] == Py_True,
        .at_start = args[1] == Py_True,
        .parts = parts,
        .sets = sets,
    };
    const long end = PyLong_AsLong(args[2]);
    if (PyErr_Occurred() || !take_parts(args[3], parts, &spec.part_count) ||
        !take_sets(args[4], sets, &spec.set_count)) {
        return NULL;
    }
    if (end < NX_END_ANYWHERE || end > NX_END_OF_TEXT) {
        PyErr_Format(PyExc_ValueError, "end must be 0, 1 or 2, got %ld", end);
        return NULL;
    }
    spec.end = (nx_pattern_end)end;
    if (nx_pattern_new(&spec, &pattern, &error) != NX_OK) {
        return nx_py_raise(&error);
    }
    PyObject *capsule = PyCapsule_New(pattern, CAPSULE_NAME, release_pattern);
    if (capsule == NULL) {
        nx_pattern_free(pattern);
    }
    return capsule;
}

/* ---- Bools and counts ---- */

/* What every text is asked: the second operand of the loop, with a stride of 0. */
typedef struct question {
    const nx_pattern *pattern;
    nx_pattern_how how;
} question;

static void
test_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
           const npy_intp *steps)
{
    (void)form;
    const question *const asked = (const question *)(const void *)args[1];
    char *answer = args[2];
    for (size_t i = 0; i < n; i++, answer += steps[2]) {
        *answer = (char)nx_pattern_test(asked->pattern, asked->how, texts[i]);
    }
}

static void
count_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
            const npy_intp *steps)
{
    (void)form;
    const question *const asked = (const question *)(const void *)args[1];
    char *answer = args[2];
    for (size_t i = 0; i < n; i++, answer += steps[2]) {
        const npy_int64 count = (npy_int64)nx_pattern_count(asked->pattern, texts[i]);
        memcpy(answer, &count, sizeof count);
    }
}

/* An array of the answers of all texts. */
static PyObject *
answers(PyObject *object, question *asked, int type, const nx_text_kernel *kernel)
{
    PyArrayObject *texts = (PyArrayObject *)object;
    PyArrayObject *result =
        (PyArrayObject *)PyArray_SimpleNew(1, PyArray_DIMS(texts), type);
    if (result == NULL) {
        return NULL;
    }
    char *const data[] = {PyArray_BYTES(texts), (char *)asked, PyArray_BYTES(result)};
    const npy_intp steps[] = {PyArray_STRIDE(texts, 0), 0, PyArray_STRIDE(result, 0)};
    PyArray_Descr *const descrs[] = {PyArray_DESCR(texts)};
    const PyArrayMethod_Context context = {.descriptors = descrs};
    if (nx_py_text_loop(&context, data, PyArray_DIMS(texts), steps, kernel) < 0) {
        Py_CLEAR(result);
    }
    return (PyObject *)result;
}

PyObject *
nx_py_pattern_test(NX_ARGS)
{
    if (!nx_py_arity("pattern_test", nargs, 3)) {
        return NULL;
    }
    question asked = {.pattern = nx_py_pattern(args[0])};
    const long how = asked.pattern == NULL ? 0 : PyLong_AsLong(args[2]);
    if (PyErr_Occurred() || !nx_py_pattern_texts(args[1])) {
        return NULL;
    }
    if (how < NX_SEARCH || how > NX_FULLMATCH) {
        PyErr_Format(PyExc_ValueError, "how must be 0, 1 or 2, got %ld", how);
        return NULL;
    }
    asked.how = (nx_pattern_how)how;
    static const nx_text_kernel kernel = {.operands = 3, .run = test_texts};
    return answers(args[1], &asked, NPY_BOOL, &kernel);
}

PyObject *
nx_py_pattern_count(NX_ARGS)
{
    if (!nx_py_arity("pattern_count", nargs, 2)) {
        return NULL;
    }
    question asked = {.pattern = nx_py_pattern(args[0])};
    if (asked.pattern == NULL || !nx_py_pattern_texts(args[1])) {
        return NULL;
    }
    static const nx_text_kernel kernel = {.operands = 3, .run = count_texts};
    return answers(args[1], &asked, NPY_INT64, &kernel);
}

/* ---- What the items are ---- */

/* Whether missing strings of a dtype have no text. */
static bool
has_missing(const PyArray_Descr *descr)
{
    const PyArray_StringDTypeObject *strings =
        (const PyArray_StringDTypeObject *)(const void *)descr;
    return strings->na_object != NULL && !strings->has_string_na;
}

PyObject *
nx_py_pattern_takes(NX_ARGS)
{
    if (!nx_py_arity("pattern_takes", nargs, 2)) {
        return NULL;
    }
    const nx_pattern *pattern = nx_py_pattern(args[0]);
    if (pattern == NULL) {
        return NULL;
    }
    PyArrayObject *array = (PyArrayObject *)args[1];
    if (!PyArray_CheckExact(args[1]) || PyArray_NDIM(array) != 1 ||
        !PyArray_ISALIGNED(array) || !PyArray_ISNOTSWAPPED(array)) {
        Py_RETURN_FALSE;
    }
    switch (PyArray_TYPE(array)) {
        case NPY_STRING:
            return PyBool_FromLong(!nx_pattern_is_utf8(pattern));
        case NPY_UNICODE:
            return PyBool_FromLong(nx_pattern_is_utf8(pattern));
        case NPY_VSTRING:
            return PyBool_FromLong(nx_pattern_is_utf8(pattern) &&
                                   !has_missing(PyArray_DESCR(array)));
        default:
            Py_RETURN_FALSE;
    }
}

PyObject *
nx_py_first_stray(NX_ARGS)
{
    if (!nx_py_arity("first_stray", nargs, 2) || !nx_py_pattern_texts(args[0])) {
        return NULL;
    }
    PyArrayObject *objects = (PyArrayObject *)args[0];
    if (PyArray_TYPE(objects) != NPY_OBJECT) {
        PyErr_SetString(PyExc_ValueError, "objects must be an array of objects");
        return NULL;
    }
    const char *item = PyArray_BYTES(objects);
    for (npy_intp i = 0; i < PyArray_DIM(objects, 0); i++) {
        PyObject *object;
        memcpy(&object, item, sizeof object);
        if (object == NULL ||
            !(args[1] == Py_True ? PyBytes_Check(object) : PyUnicode_Check(object))) {
            return PyLong_FromSsize_t(i);
        }
        item += PyArray_STRIDE(objects, 0);
    }
    Py_RETURN_NONE;
}

PyObject *
nx_py_string_missing(NX_ARGS)
{
    if (!nx_py_arity("string_missing", nargs, 1) || !nx_py_pattern_texts(args[0])) {
        return NULL;
    }
    PyArrayObject *strings = (PyArrayObject *)args[0];
    if (PyArray_TYPE(strings) != NPY_VSTRING) {
        PyErr_SetString(PyExc_ValueError, "strings must be an array of StringDType");
        return NULL;
    }
    PyObject *mask = PyArray_ZEROS(1, PyArray_DIMS(strings), NPY_BOOL, 0);
    if (mask == NULL || !has_missing(PyArray_DESCR(strings))) {
        return mask;
    }
    npy_bool *missing = PyArray_DATA((PyArrayObject *)mask);
    const char *item = PyArray_BYTES(strings);
    nx_py_loaded loaded = NX_PY_TEXT;
    Py_BEGIN_ALLOW_THREADS
    const nx_py_strings held = nx_py_acquire_strings(PyArray_DESCR(strings));
    const npy_intp length = PyArray_DIM(strings, 0);
    for (npy_intp i = 0; i < length && loaded != NX_PY_NOT_LOADED; i++) {
        nx_span text;
        loaded = nx_py_load_string(&held, item, &text);
        missing[i] = loaded == NX_PY_NA;
        item += PyArray_STRIDE(strings, 0);
    }
    nx_py_release_strings(&held);
    Py_END_ALLOW_THREADS
    if (loaded == NX_PY_NOT_LOADED) {
        Py_DECREF(mask);
        return PyErr_NoMemory();
    }
    return mask;
}
