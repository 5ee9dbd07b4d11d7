/* The words of a text are kept in a capsule with a reference to the text, which they
 * point into: a str or bytes, which nobody can change. */
#include <string.h>

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_group.h"
#include "binding/py_wait.h"
#include "group/group_order.h"
#include "group/group_words.h"

static const char CAPSULE_NAME[] = "numpy_ext.word_groups";

typedef struct held_words {
    nx_word_groups groups;
    PyObject *text;
} held_words;

static void
release_words(PyObject *capsule)
{
    held_words *held = PyCapsule_GetPointer(capsule, CAPSULE_NAME);
    nx_word_groups_clear(&held->groups);
    Py_DECREF(held->text);
    nx_free(held);
}

/* The bytes of a str, in UTF-8, or of bytes; false with an exception set. */
static bool
take_text(PyObject *object, nx_span *text)
{
    Py_ssize_t size = 0;
    if (PyBytes_Check(object)) {
        *text = (nx_span){(const uint8_t *)PyBytes_AS_STRING(object),
                          (size_t)PyBytes_GET_SIZE(object)};
        return true;
    }
    text->text = (const uint8_t *)PyUnicode_AsUTF8AndSize(object, &size);
    text->length = (size_t)size;
    return text->text != NULL;
}

PyObject *
nx_py_word_groups(NX_ARGS)
{
    nx_span text;
    nx_error error;
    if (!nx_py_arity("word_groups", nargs, 4)) {
        return NULL;
    }
    const nx_word_rule rule = args[1] == Py_True ? NX_WORDS_STR : NX_WORDS_BYTES;
    const unsigned threads = (unsigned)PyLong_AsUnsignedLong(args[2]);
    if (PyErr_Occurred() || !take_text(args[0], &text)) {
        return NULL;
    }
    held_words *held = nx_alloc_zeroed(1, sizeof *held);
    if (held == NULL) {
        return PyErr_NoMemory();
    }
    nx_py_detached detached;
    nx_py_detach(&detached, args[3] == Py_True);
    const nx_status status = nx_group_words(text.text, text.length, rule, threads,
                                            &detached.wait, &held->groups, &error);
    nx_py_attach(&detached);
    if (status != NX_OK) {
        nx_free(held);
        return nx_py_raise_of_groups(&error);
    }
    PyObject *capsule = PyCapsule_New(held, CAPSULE_NAME, release_words);
    if (capsule == NULL) {
        nx_word_groups_clear(&held->groups);
        nx_free(held);
        return NULL;
    }
    held->text = Py_NewRef(args[0]);
    return capsule;
}

/* ---- Words as Python objects ---- */

/* A word in the kind of its text: bytes, or str of UTF-8 in which surrogates may stand
 * by themselves. */
static PyObject *
word_object(nx_span word, bool as_bytes)
{
    const char *text = (const char *)word.text;
    return as_bytes
               ? PyBytes_FromStringAndSize(text, (Py_ssize_t)word.length)
               : PyUnicode_DecodeUTF8(text, (Py_ssize_t)word.length, "surrogatepass");
}

/* The groups of `order`, all in turn if it is NULL, as a list of (word, count). */
static PyObject *
pair_list(const held_words *held, const int64_t *order, size_t n, bool as_bytes)
{
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list != NULL && i < n; i++) {
        const size_t group = order == NULL ? i : (size_t)order[i];
        PyObject *word = word_object(held->groups.words.texts[group], as_bytes);
        PyObject *pair =
            word == NULL ? NULL
                         : Py_BuildValue("NL", word,
                                         (long long)held->groups.groups.counts[group]);
        if (pair == NULL || PyList_SetItem(list, (Py_ssize_t)i, pair) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

PyObject *
nx_py_word_groups_top(NX_ARGS)
{
    if (!nx_py_arity("word_groups_top", nargs, 3)) {
        return NULL;
    }
    const held_words *held = PyCapsule_GetPointer(args[0], CAPSULE_NAME);
    size_t limit = held == NULL ? 0 : PyLong_AsSize_t(args[1]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    const nx_groups *groups = &held->groups.groups;
    limit = limit > groups->count ? groups->count : limit;
    int64_t *order = nx_alloc(limit, sizeof *order);
    if (order == NULL) {
        return PyErr_NoMemory();
    }
    nx_error error;
    nx_py_detached detached;
    nx_py_detach(&detached, false);
    const nx_status status =
        nx_group_order(groups->counts, groups->count, limit, order, &error);
    nx_py_attach(&detached);
    PyObject *list = status == NX_OK ? pair_list(held, order, limit, args[2] == Py_True)
                                     : nx_py_raise(&error);
    nx_free(order);
    return list;
}
