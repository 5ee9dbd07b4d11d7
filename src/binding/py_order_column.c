#include "binding/py_order_column.h"

#include <string.h>

#include "base/alloc.h"
#include "binding/py_array.h"
#include "binding/py_sort.h"
#include "binding/py_string.h"

enum {
    AHEAD = 8 /* entries whose memory is asked for before they are loaded */
};

/* ---- Loading texts ---- */

static nx_status
load_fixed(const void *context, const int64_t *places, size_t n, nx_span *texts,
           nx_error *error)
{
    const nx_py_texts *source = context;
    (void)error;
    for (size_t i = 0; i < n; i++) {
        const char *item = source->data + (npy_intp)places[i] * source->step;
        texts[i] = (nx_span){(const uint8_t *)item, source->item_size};
    }
    return NX_OK;
}

static nx_status
load_views(const void *context, const int64_t *places, size_t n, nx_span *texts,
           nx_error *error)
{
    const nx_column *column = ((const nx_py_texts *)context)->column;
    const nx_string_view *const views = nx_buffer_data(column->values);
    (void)error;
    for (size_t i = 0; i < n; i++) {
        const nx_string_view *view = &views[places[i]];
        texts[i] =
            (nx_span){nx_view_text(view, column->slabs.buffers), (size_t)view->length};
    }
    return NX_OK;
}

static nx_status
load_strings(const void *context, const int64_t *places, size_t n, nx_span *texts,
             nx_error *error)
{
    const nx_py_texts *source = context;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            nx_prefetch(source->data + (npy_intp)places[i + AHEAD] * source->step);
        }
        const char *item = source->data + (npy_intp)places[i] * source->step;
        if (nx_py_load_string(&source->strings, item, &texts[i]) == NX_PY_NOT_LOADED) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
        }
        nx_prefetch(texts[i].text); /* looked at when all are loaded */
    }
    return NX_OK;
}

/* ---- Taking them ---- */

static bool
take_texts(nx_py_order_column *own, PyArrayObject *items)
{
    const int type = PyArray_TYPE(items);
    own->texts = (nx_py_texts){
        .data = PyArray_BYTES(items),
        .step = PyArray_STRIDE(items, 0),
        .item_size = (size_t)PyArray_ITEMSIZE(items),
        .type = type,
    };
    own->sort = (nx_sort_texts){
        .load = load_fixed, .context = &own->texts, .width = own->texts.item_size};
    switch (type) {
        case NPY_STRING:
            own->sort.order = NX_TEXT_PADDED;
            return true;
        case NPY_UNICODE:
            own->sort.order = NX_TEXT_BY_POINTS;
            return PyArray_ISNOTSWAPPED(items);
        case NPY_VSTRING:
            own->sort.order = NX_TEXT_BY_BYTES;
            own->sort.load = load_strings;
            return true;
        default:
            return false;
    }
}

static bool
take_array(nx_py_order_column *own, nx_order_column *column, PyArrayObject *items)
{
    if (PyArray_NDIM(items) != 1) {
        PyErr_SetString(PyExc_ValueError, "arrays must have one dimension");
        return false;
    }
    own->length = (size_t)PyArray_SIZE(items);
    if (take_texts(own, items)) {
        column->texts = &own->sort;
        return true;
    }
    column->numbers = &own->numbers;
    if (!nx_py_sort_source(items, &own->numbers)) {
        return false;
    }
    own->numbers.step = PyArray_STRIDE(items, 0);
    return true;
}

static bool
take_column(nx_py_order_column *own, nx_order_column *column, PyObject *object)
{
    if (PyArray_Check(object)) {
        return take_array(own, column, (PyArrayObject *)object);
    }
    own->texts.column = nx_py_string_column(object);
    own->texts.type = NPY_NOTYPE;
    own->sort = (nx_sort_texts){
        .load = load_views, .context = &own->texts, .order = NX_TEXT_BY_BYTES};
    column->texts = &own->sort;
    own->length = own->texts.column == NULL ? 0 : own->texts.column->length;
    return own->texts.column != NULL;
}

static bool
take_one(nx_py_order_columns *taken, size_t i)
{
    PyObject *items, *mask, *object = PyTuple_GetItem(taken->held, (Py_ssize_t)i);
    int descending;
    nx_py_order_column *own = &taken->own[i];
    nx_order_column *column = &taken->columns[i];
    if (!PyTuple_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "a column is (items, mask, descending)");
        return false;
    }
    if (!PyArg_ParseTuple(object, "OOp", &items, &mask, &descending) ||
        !take_column(own, column, items) ||
        !nx_py_take_mask(mask, own->length, &own->mask)) {
        return false;
    }
    column->descending = descending != 0;
    column->missing = (const uint8_t *)own->mask;
    if (column->texts != NULL && own->texts.type == NPY_VSTRING) {
        taken->descrs[taken->strings++] = PyArray_DESCR((PyArrayObject *)items);
    }
    return true;
}

bool
nx_py_order_columns_take(nx_py_order_columns *taken, PyObject *list)
{
    *taken = (nx_py_order_columns){.held = PySequence_Tuple(list)};
    if (taken->held == NULL) {
        return false;
    }
    taken->count = (size_t)PyTuple_Size(taken->held);
    taken->own = nx_alloc_zeroed(taken->count, sizeof *taken->own);
    taken->columns = nx_alloc_zeroed(taken->count, sizeof *taken->columns);
    taken->descrs = nx_alloc(taken->count, sizeof *taken->descrs);
    taken->allocators = nx_alloc(taken->count, sizeof *taken->allocators);
    bool good = true;
    if (taken->own == NULL || taken->columns == NULL || taken->descrs == NULL ||
        taken->allocators == NULL) {
        PyErr_NoMemory();
        good = false;
    }
    for (size_t i = 0; i < taken->count && good; i++) {
        good = take_one(taken, i);
    }
    if (!good) {
        nx_py_order_columns_clear(taken);
    }
    return good;
}

bool
nx_py_order_columns_fit(const nx_py_order_columns *taken, size_t length)
{
    for (size_t i = 0; i < taken->count; i++) {
        if (taken->own[i].length != length) {
            PyErr_Format(PyExc_ValueError, "columns must have %zu places, found %zu",
                         length, taken->own[i].length);
            return false;
        }
    }
    return true;
}

void
nx_py_order_columns_clear(nx_py_order_columns *taken)
{
    for (size_t i = 0; i < taken->count && taken->own != NULL; i++) {
        nx_free(taken->own[i].missing);
    }
    nx_free(taken->own);
    nx_free(taken->columns);
    nx_free(taken->descrs);
    nx_free(taken->allocators);
    Py_XDECREF(taken->held);
    *taken = (nx_py_order_columns){.held = NULL};
}

/* ---- Making them ready ---- */

/* Notes the strings that are NA, beside what the mask says. */
static nx_status
find_missing(nx_py_order_column *own, nx_order_column *column, nx_error *error)
{
    const nx_py_texts *source = &own->texts;
    const PyArray_StringDTypeObject *descr = source->strings.descr;
    const size_t length = own->length;
    if (descr->na_object == NULL || descr->has_string_na) {
        return NX_OK;
    }
    own->missing = nx_alloc(length, 1);
    if (own->missing == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a mask");
    }
    const char *item = source->data;
    for (size_t i = 0; i < length; i++, item += source->step) {
        nx_span text;
        const nx_py_loaded loaded = nx_py_load_string(&source->strings, item, &text);
        if (loaded == NX_PY_NOT_LOADED) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "a string cannot be loaded");
        }
        own->missing[i] = loaded == NX_PY_NA || (own->mask != NULL && own->mask[i]);
    }
    column->missing = own->missing;
    return NX_OK;
}

/* How many bits the code points of an array take. */
static unsigned
point_bits(const nx_py_texts *source, size_t length)
{
    const bool dense = source->step == (npy_intp)source->item_size;
    const size_t rows = dense ? 1 : length;
    const size_t points = source->item_size / 4 * (dense ? length : 1);
    uint32_t all = 0;
    for (size_t row = 0; row < rows; row++) {
        const char *item = source->data + (npy_intp)row * source->step;
        for (size_t i = 0; i < points; i++) {
            uint32_t point;
            memcpy(&point, item + 4 * i, sizeof point);
            all |= point;
        }
    }
    return nx_text_point_bits(all);
}

nx_status
nx_py_order_columns_begin(nx_py_order_columns *taken, nx_error *error)
{
    size_t strings = 0;
    nx_status status = NX_OK;
    if (taken->strings > 0) {
        nx_py_acquire_allocators(taken->strings, taken->descrs, taken->allocators);
    }
    for (size_t i = 0; i < taken->count && status == NX_OK; i++) {
        nx_py_order_column *own = &taken->own[i];
        if (own->texts.type == NPY_VSTRING) {
            own->texts.strings =
                nx_py_strings_of(taken->descrs[strings], taken->allocators[strings]);
            strings++;
            status = find_missing(own, &taken->columns[i], error);
        }
        else if (own->texts.type == NPY_UNICODE) {
            own->sort.point_bits = point_bits(&own->texts, own->length);
        }
    }
    return status;
}

void
nx_py_order_columns_end(nx_py_order_columns *taken)
{
    if (taken->strings > 0) {
        NpyString_release_allocators(taken->strings, taken->allocators);
    }
}
