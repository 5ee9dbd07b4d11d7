/* Several columns may share an allocator of strings, whose lock is taken once then. Two
 * calls that hold the same allocators must not wait for each other: all take them in
 * the order of their addresses. */
#include "binding/py_json_source.h"

#include "binding/py_string_entry.h"
#include "binding/py_text_item.h"

/* ---- Strings ---- */

static nx_json_form
load_bytes(const void *context, const char *item, nx_span *text)
{
    const nx_py_json_strings *const source = context;
    const uint8_t *const bytes = (const uint8_t *)item;
    *text = (nx_span){bytes, nx_py_without_nuls(bytes, source->item_size)};
    return NX_JSON_BYTES;
}

static nx_json_form
load_points(const void *context, const char *item, nx_span *text)
{
    const nx_py_json_strings *const source = context;
    const uint32_t *const points = (const uint32_t *)(const void *)item;
    *text = (nx_span){(const uint8_t *)item,
                      nx_py_points_without_nuls(points, source->item_size / 4)};
    return NX_JSON_POINTS;
}

static nx_json_form
load_string(const void *context, const char *item, nx_span *text)
{
    const nx_py_json_strings *const source = context;
    const nx_py_strings held = {source->allocator, source->strings};
    /* Fails for broken entries alone. */
    return nx_py_load_string(&held, item, text) == NX_PY_TEXT ? NX_JSON_UTF8
                                                              : NX_JSON_NOTHING;
}

/* The allocator that comes next in the order of addresses, behind `last`; NULL if there
 * is none. */
static const PyArray_StringDTypeObject *
next_strings(const nx_py_json_strings *columns, size_t n, const void *last)
{
    const PyArray_StringDTypeObject *next = NULL;
    for (size_t i = 0; i < n; i++) {
        const PyArray_StringDTypeObject *const strings = columns[i].strings;
        if (strings != NULL && (uintptr_t)strings->allocator > (uintptr_t)last &&
            (next == NULL ||
             (uintptr_t)strings->allocator < (uintptr_t)next->allocator)) {
            next = strings;
        }
    }
    return next;
}

bool
nx_py_json_hold(nx_py_json_strings *columns, size_t n)
{
    const PyArray_StringDTypeObject *next = next_strings(columns, n, NULL);
    const bool any = next != NULL;
    for (; next != NULL; next = next_strings(columns, n, next->allocator)) {
        npy_string_allocator *const held = NpyString_acquire_allocator(next);
        for (size_t i = 0; i < n; i++) {
            if (columns[i].strings != NULL &&
                columns[i].strings->allocator == next->allocator) {
                columns[i].allocator = held;
            }
        }
    }
    return any;
}

void
nx_py_json_let_go(nx_py_json_strings *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        npy_string_allocator *const held = columns[i].allocator;
        if (held == NULL) {
            continue;
        }
        for (size_t j = i; j < n; j++) {
            if (columns[j].allocator == held) {
                columns[j].allocator = NULL;
            }
        }
        NpyString_release_allocator(held);
    }
}

/* ---- Kinds ---- */

static bool
unit_of(PyArrayObject *array, nx_datetime_unit *unit)
{
    const PyArray_DatetimeDTypeMetaData *const data =
        (const PyArray_DatetimeDTypeMetaData *)(const void *)PyDataType_C_METADATA(
            PyArray_DESCR(array));
    if (data == NULL || data->meta.num != 1) {
        return false;
    }
    switch (data->meta.base) {
        case NPY_FR_D:
            *unit = NX_UNIT_D;
            return true;
        case NPY_FR_h:
            *unit = NX_UNIT_HOUR;
            return true;
        case NPY_FR_m:
            *unit = NX_UNIT_MINUTE;
            return true;
        case NPY_FR_s:
            *unit = NX_UNIT_S;
            return true;
        case NPY_FR_ms:
            *unit = NX_UNIT_MS;
            return true;
        case NPY_FR_us:
            *unit = NX_UNIT_US;
            return true;
        case NPY_FR_ns:
            *unit = NX_UNIT_NS;
            return true;
        default:
            return false;
    }
}

static bool
take_integers(PyArrayObject *array, nx_json_column *column)
{
    static const nx_json_kind with_sign[] = {[1] = NX_JSON_INT8,
                                             [2] = NX_JSON_INT16,
                                             [4] = NX_JSON_INT32,
                                             [8] = NX_JSON_INT64};
    static const nx_json_kind without[] = {[1] = NX_JSON_UINT8,
                                           [2] = NX_JSON_UINT16,
                                           [4] = NX_JSON_UINT32,
                                           [8] = NX_JSON_UINT64};
    const npy_intp size = PyArray_ITEMSIZE(array);
    column->kind =
        PyTypeNum_ISSIGNED(PyArray_TYPE(array)) ? with_sign[size] : without[size];
    return true;
}

static bool
take_strings(PyArrayObject *array, nx_py_json_use use, nx_json_column *column,
             nx_py_json_strings *strings)
{
    const int type = PyArray_TYPE(array);
    if (!PyArray_ISALIGNED(array)) {
        return false;
    }
    column->kind = use == NX_PY_JSON_RAW ? NX_JSON_RAW : NX_JSON_TEXT;
    column->load = type == NPY_STRING    ? load_bytes
                   : type == NPY_UNICODE ? load_points
                                         : load_string;
    column->context = strings;
    *strings = (nx_py_json_strings){.item_size = (size_t)PyArray_ITEMSIZE(array)};
    if (type == NPY_VSTRING) {
        strings->strings =
            (const PyArray_StringDTypeObject *)(const void *)PyArray_DESCR(array);
    }
    return true;
}

bool
nx_py_json_take_values(PyArrayObject *array, nx_py_json_use use, nx_json_column *column,
                       nx_py_json_strings *strings)
{
    const int type = PyArray_TYPE(array);
    column->data = PyArray_BYTES(array);
    column->item_size = (size_t)PyArray_ITEMSIZE(array);
    if (!PyArray_ISNOTSWAPPED(array)) {
        return false;
    }
    if (PyTypeNum_ISINTEGER(type)) {
        return take_integers(array, column);
    }
    switch (type) {
        case NPY_BOOL:
            column->kind = NX_JSON_BOOL;
            return true;
        case NPY_HALF:
            column->kind = NX_JSON_FLOAT16;
            return true;
        case NPY_FLOAT:
            column->kind = NX_JSON_FLOAT32;
            return true;
        case NPY_DOUBLE:
            column->kind = NX_JSON_FLOAT64;
            return true;
        case NPY_DATETIME:
            column->kind = use == NX_PY_JSON_COUNTS ? NX_JSON_COUNT : NX_JSON_TIME;
            return unit_of(array, &column->unit);
        case NPY_TIMEDELTA:
            column->kind = NX_JSON_COUNT;
            return unit_of(array, &column->unit);
        case NPY_STRING:
        case NPY_UNICODE:
        case NPY_VSTRING:
            return take_strings(array, use, column, strings);
        default:
            return false;
    }
}
