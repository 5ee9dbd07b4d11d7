#include "binding/py_words.h"

#include "binding/py_error.h"
#include "binding/py_text_loop.h"
#include "binding/py_wait.h"
#include "text/words.h"
#include "text/words_parallel.h"

/* ---- The ufunc ---- */

static void
count_texts(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
            const npy_intp *steps)
{
    if (form != NX_TEXT_UCS4) {
        nx_words_count_many(texts, n,
                            form == NX_TEXT_UTF8 ? NX_WORDS_STR : NX_WORDS_BYTES,
                            (uint8_t *)args[1], steps[1]);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *points = (const uint32_t *)(const void *)texts[i].text;
        *(npy_int64 *)(void *)(args[1] + (npy_intp)i * steps[1]) =
            (npy_int64)nx_words_count_ucs4(points, texts[i].length / sizeof *points);
    }
}

static int
word_count_loop(PyArrayMethod_Context *context, char *const *data,
                const npy_intp *dimensions, const npy_intp *steps,
                NpyAuxData *Py_UNUSED(auxiliary))
{
    static const nx_text_kernel kernel = {
        .operands = 2, .code_points = true, .run = count_texts};
    return nx_py_text_loop(context, data, dimensions, steps, &kernel);
}

const nx_py_ufunc nx_py_ufunc_word_count = {
    .name = "word_count",
    .doc =
        "The number of words of every text, as ``len(text.split())``.\n\n"
        "Texts as for `numpy_ext.word_count`, which takes single texts and masked\n"
        "arrays too.",
    .inputs = 1,
    .other_types = {NPY_INT64},
    .loops = {{nx_py_text_types, word_count_loop}},
};

/* ---- One text ---- */

static PyObject *
count(nx_span text, nx_word_rule rule, unsigned threads, bool handle_signals)
{
    if (threads == 0) {
        return PyLong_FromSize_t(nx_words_count(text.text, text.length, rule));
    }
    nx_error error = {0};
    size_t words = 0;
    nx_py_detached detached;
    nx_py_detach(&detached, handle_signals);
    const nx_status status = nx_words_count_parallel(
        text.text, text.length, rule, threads, &detached.wait, &words, &error);
    nx_py_attach(&detached);
    return status == NX_OK ? PyLong_FromSize_t(words) : nx_py_raise(&error);
}

static PyObject *
count_in_buffer(PyObject *object, nx_word_rule rule, unsigned threads,
                bool handle_signals)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    const nx_span text = {view.buf, (size_t)view.len};
    PyObject *words = count(text, rule, threads, handle_signals);
    PyBuffer_Release(&view);
    return words;
}

PyObject *
nx_py_word_count(NX_ARGS)
{
    if (!nx_py_arity("word_count", nargs, 3)) {
        return NULL;
    }
    const unsigned long threads = PyLong_AsUnsignedLong(args[1]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    const bool handle_signals = args[2] == Py_True;
    if (!PyUnicode_Check(args[0])) {
        return count_in_buffer(args[0], NX_WORDS_BYTES, (unsigned)threads,
                               handle_signals);
    }
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(args[0], &size);
    if (utf8 != NULL) {
        const nx_span text = {(const uint8_t *)utf8, (size_t)size};
        return count(text, NX_WORDS_STR, (unsigned)threads, handle_signals);
    }
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        return NULL;
    }
    /* Surrogates are text to str.split: they are encoded as if they were characters. */
    PyErr_Clear();
    PyObject *encoded = PyUnicode_AsEncodedString(args[0], "utf-8", "surrogatepass");
    if (encoded == NULL) {
        return NULL;
    }
    PyObject *words =
        count_in_buffer(encoded, NX_WORDS_STR, (unsigned)threads, handle_signals);
    Py_DECREF(encoded);
    return words;
}
