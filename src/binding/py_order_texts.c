/* Texts in order. Short ones are sorted as numbers and written from them, which needs
 * no look at the array any more; of others the places are found, and the rest is left
 * to whoever asked. */
#include <string.h>

#include "base/alloc.h"
#include "binding/py_error.h"
#include "binding/py_order.h"
#include "binding/py_order_column.h"
#include "binding/py_wait.h"

enum {
    MOST_INSIDE = 16 /* bytes of an entry */
};

/* An array that sorted texts are written to. */
typedef struct text_output {
    char *items;
    npy_intp item_size;
    npy_string_allocator *allocator; /* of a StringDType array */
} text_output;

static uint64_t
key_at(const nx_sorted_texts *texts, size_t i)
{
    return texts->descending ? ~texts->keys[i] : texts->keys[i];
}

static nx_status
put_bytes(void *context, const nx_sorted_texts *texts, size_t first, size_t n,
          nx_error *error)
{
    const text_output *output = context;
    const size_t size = (size_t)output->item_size;
    const size_t begin = texts->prefix.length, left = size - begin;
    (void)error;
    for (size_t i = first; i < first + n; i++) {
        char *const item = output->items + i * size;
        uint8_t text[NX_ALPHABET_UNITS];
        const size_t count = nx_text_decode(&texts->alphabet, key_at(texts, i), text);
        memcpy(item, texts->prefix.text, begin);
        memset(item + begin, 0, left);
        memcpy(item + begin, text, count);
    }
    return NX_OK;
}

static nx_status
put_points(void *context, const nx_sorted_texts *texts, size_t first, size_t n,
           nx_error *error)
{
    const text_output *output = context;
    const size_t size = (size_t)output->item_size;
    const size_t begin = texts->prefix.length, left = size - begin;
    (void)error;
    for (size_t i = first; i < first + n; i++) {
        char *const item = output->items + i * size;
        uint8_t text[NX_ALPHABET_UNITS];
        uint32_t points[NX_ALPHABET_UNITS];
        const size_t count = nx_text_decode(&texts->alphabet, key_at(texts, i), text);
        for (size_t j = 0; j < count; j++) {
            points[j] = text[j];
        }
        memcpy(item, texts->prefix.text, begin);
        memset(item + begin, 0, left);
        memcpy(item + begin, points, count * sizeof *points);
    }
    return NX_OK;
}

/* Strings that all fit into their entries. */
static nx_status
put_short_strings(const text_output *output, const nx_sorted_texts *texts, size_t first,
                  size_t n)
{
    const size_t begin = texts->prefix.length;
    uint8_t text[MOST_INSIDE + NX_ALPHABET_UNITS] = {0};
    memcpy(text, texts->prefix.text, begin);
    for (size_t i = first; i < first + n; i++) {
        const size_t count =
            nx_text_decode(&texts->alphabet, key_at(texts, i), text + begin);
        if (begin + count > 0) {
            nx_py_put_text_entry(output->items + i * NX_PY_ENTRY, text, begin + count);
        }
    }
    return NX_OK;
}

static nx_status
put_strings(void *context, const nx_sorted_texts *texts, size_t first, size_t n,
            nx_error *error)
{
    const text_output *output = context;
    const size_t begin = texts->prefix.length;
    if (nx_py_entries.is_learned && begin + texts->longest <= NX_PY_SHORT_STRING) {
        return put_short_strings(output, texts, first, n);
    }
    uint8_t *text = nx_alloc(begin + NX_ALPHABET_UNITS, 1);
    int failed = text == NULL;
    for (size_t i = first; i < first + n && !failed; i++) {
        npy_packed_static_string *packed =
            (npy_packed_static_string *)(void *)(output->items +
                                                 (npy_intp)i * output->item_size);
        if (i == first) {
            memcpy(text, texts->prefix.text, begin);
        }
        const size_t count =
            nx_text_decode(&texts->alphabet, key_at(texts, i), text + begin);
        if (begin + count > 0) {
            failed = NpyString_pack(output->allocator, packed, (const char *)text,
                                    begin + count);
        }
    }
    nx_free(text);
    return failed ? nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for strings")
                  : NX_OK;
}

/* ---- For Python ---- */

typedef struct texts_call {
    nx_py_order_columns both; /* the texts; and of StringDType the result */
    PyArrayObject *items, *result, *order;
    bool descending, handle_signals;
    unsigned threads;
} texts_call;

static bool
begin_call(texts_call *call, PyObject *const *args)
{
    *call = (texts_call){
        .items = (PyArrayObject *)args[0],
        .result = (PyArrayObject *)args[1],
        .descending = args[2] == Py_True,
        .threads = (unsigned)PyLong_AsUnsignedLong(args[3]),
        .handle_signals = args[4] == Py_True,
    };
    if (PyErr_Occurred()) {
        return false;
    }
    if (!PyArray_Check(args[0]) || !PyArray_Check(args[1]) ||
        PyArray_NDIM(call->items) != 1 || PyArray_NDIM(call->result) != 1 ||
        PyArray_SIZE(call->items) != PyArray_SIZE(call->result) ||
        PyArray_TYPE(call->items) != PyArray_TYPE(call->result) ||
        PyArray_ITEMSIZE(call->items) != PyArray_ITEMSIZE(call->result) ||
        !PyArray_ISCARRAY(call->result)) {
        PyErr_SetString(PyExc_TypeError, "result does not fit the texts");
        return false;
    }
    PyObject *descending = call->descending ? Py_True : Py_False;
    PyObject *list = Py_BuildValue("((OOO)(OOO))", args[0], Py_None, descending,
                                   args[1], Py_None, Py_False);
    const bool taken = list != NULL && nx_py_order_columns_take(&call->both, list);
    Py_XDECREF(list);
    if (!taken) {
        return false;
    }
    if (call->both.columns[0].texts == NULL) {
        PyErr_SetString(PyExc_TypeError, "items must be texts");
        return false;
    }
    npy_intp length = PyArray_SIZE(call->items);
    call->order = (PyArrayObject *)PyArray_SimpleNew(1, &length, NPY_INT64);
    return call->order != NULL;
}

/* Whatever is missing has no place in sorted texts, only in their order. */
static nx_status
order_texts(texts_call *call, const nx_wait *wait, bool *written, nx_error *error)
{
    const nx_order_column *column = &call->both.columns[0];
    const size_t n = call->both.own[0].length;
    int64_t *order = PyArray_DATA(call->order);
    text_output output = {
        .items = PyArray_BYTES(call->result),
        .item_size = PyArray_ITEMSIZE(call->result),
        .allocator = call->both.own[1].texts.strings.allocator,
    };
    const nx_text_sink sink = {
        .put = column->texts->order == NX_TEXT_BY_BYTES ? put_strings
               : column->texts->order == NX_TEXT_PADDED ? put_bytes
                                                        : put_points,
        .context = &output,
        .inside =
            column->texts->order == NX_TEXT_BY_BYTES ? NX_PY_SHORT_STRING : SIZE_MAX,
    };
    *written = false;
    if (column->missing != NULL) {
        return nx_order_rows(column, 1, 1, n, order, NULL, call->threads, wait, error);
    }
    return nx_order_or_sort_texts(column, n, &sink, order, written, call->threads, wait,
                                  error);
}

PyObject *
nx_py_sort_texts(NX_ARGS)
{
    texts_call call;
    nx_error error;
    bool written = false;
    PyObject *result = NULL;
    if (!nx_py_arity("sort_texts", nargs, 5)) {
        return NULL;
    }
    if (begin_call(&call, args)) {
        nx_py_detached detached;
        /* Who holds strings must not wait for the interpreter, nor take signals. */
        nx_py_detach(&detached, call.handle_signals && call.both.strings == 0);
        nx_status status = nx_py_order_columns_begin(&call.both, &error);
        if (status == NX_OK) {
            status = order_texts(&call, &detached.wait, &written, &error);
        }
        nx_py_order_columns_end(&call.both);
        nx_py_attach(&detached);
        result = status != NX_OK ? nx_py_raise(&error)
                 : written       ? Py_NewRef(Py_None)
                                 : Py_NewRef(call.order);
    }
    Py_XDECREF(call.order);
    nx_py_order_columns_clear(&call.both);
    return result;
}
