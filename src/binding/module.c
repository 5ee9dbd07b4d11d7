/* The module numpy_ext._native: its functions, and what happens at import. */
#define NX_IMPORT_NUMPY
#include "binding/np_api.h"

#include "base/sanitizer.h"
#include "binding/py_array.h"
#include "binding/py_arrow.h"
#include "binding/py_category.h"
#include "binding/py_code_page.h"
#include "binding/py_csv.h"
#include "binding/py_csv_lines.h"
#include "binding/py_csv_place.h"
#include "binding/py_csv_request.h"
#include "binding/py_digest.h"
#include "binding/py_error.h"
#include "binding/py_format.h"
#include "binding/py_group.h"
#include "binding/py_order.h"
#include "binding/py_json.h"
#include "binding/py_ndjson.h"
#include "binding/py_parse.h"
#include "binding/py_pattern.h"
#include "binding/py_pattern_gather.h"
#include "binding/py_reduce.h"
#include "binding/py_reference.h"
#include "binding/py_search.h"
#include "binding/py_sort.h"
#include "binding/py_string.h"
#include "binding/py_string_buffers.h"
#include "binding/py_string_entry.h"
#include "binding/py_string_select.h"
#include "binding/py_take.h"
#include "binding/py_ufuncs.h"
#include "binding/py_words.h"
#include "csv/csv_read.h"
#include "init/init.h"

#if defined(NX_ASAN) || defined(NX_TSAN)
#define NX_SANITIZER Py_True
#else
#define NX_SANITIZER Py_False
#endif

static PyObject *
build_info(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("{s:s,s:s,s:O,s:s}", "version", NX_VERSION, "build_type",
                         NX_BUILD_TYPE, "sanitizer", NX_SANITIZER, "cpu",
                         nx_csv_scanner_name());
}

static PyObject *
disable_cpu(NX_ARGS)
{
    if (!nx_py_arity("disable_cpu", nargs, 1)) {
        return NULL;
    }
    Py_ssize_t size;
    const char *features = PyUnicode_AsUTF8AndSize(args[0], &size);
    if (features == NULL) {
        return NULL;
    }
    nx_init(nx_cpu_detect_without(features));
    Py_RETURN_NONE;
}

/* PyCFunction is the only type of the table; METH_FASTCALL says what it is. */
#define FASTCALL(function) (PyCFunction)(void (*)(void)) function, METH_FASTCALL

static PyMethodDef methods[] = {
    {"arrow_import", FASTCALL(nx_py_arrow_import),
     "arrow_import(stream_or_schema, array=None, /)\n--\n\nWhat a stream or a batch "
     "holds, as rows and columns."},
    {"arrow_schema", FASTCALL(nx_py_arrow_schema),
     "arrow_schema(columns, /)\n--\n\nThe Arrow schema of columns."},
    {"arrow_stream", FASTCALL(nx_py_arrow_stream),
     "arrow_stream(columns, rows, requested, /)\n--\n\nColumns as an Arrow stream."},
    {"argsort_rows", FASTCALL(nx_py_argsort_rows),
     "argsort_rows(values, result, descending, threads, handle_signals, "
     "/)\n--\n\nThe order of the values along the last axis."},
    {"build_info", build_info, METH_NOARGS,
     "build_info()\n--\n\nVersion, build type and instruction set of this build."},
    {"code_page_measure", FASTCALL(nx_py_code_page_measure),
     "code_page_measure(page, text, threads, handle_signals, /)\n--\n\nThe bytes of "
     "UTF-8 for text of one byte a character."},
    {"code_page_write", FASTCALL(nx_py_code_page_write),
     "code_page_write(page, text, out, threads, handle_signals, /)\n--\n\nText of one "
     "byte a character as UTF-8."},
    {"csv_date_unit", FASTCALL(nx_py_csv_date_unit),
     "csv_date_unit(format, /)\n--\n\nThe unit for a layout of dates."},
    {"csv_drop_footer", FASTCALL(nx_py_csv_drop_footer),
     "csv_drop_footer(source, size, dialect, start, fields, skip_blank, wanted, "
     "block_bytes, threads, handle_signals, /)\n--\n\nThe text without its last "
     "records."},
    {"csv_header", FASTCALL(nx_py_csv_header),
     "csv_header(source, size, dialect, skip_lines, records, want_names, "
     "strip, /)\n--\n\nThe first records."},
    {"csv_leave_out", FASTCALL(nx_py_csv_leave_out),
     "csv_leave_out(source, size, dialect, numbers, /)\n--\n\nThe text without some "
     "lines."},
    {"csv_line_count", FASTCALL(nx_py_csv_line_count),
     "csv_line_count(source, size, dialect, /)\n--\n\nThe lines of a source."},
    {"csv_place", FASTCALL(nx_py_csv_place),
     "csv_place(source, size, dialect, start, fields, skip_blank, row, field, "
     "/)\n--\n\nByte and line of one cell."},
    {"csv_read", FASTCALL(nx_py_csv_read),
     "csv_read(source, size, dialect, start, fields, requests, rules, skip_blank, "
     "row_limit, block_bytes, threads, handle_signals, progress, /)\n--\n\nThe records "
     "from `start` on, as columns."},
    {"disable_cpu", FASTCALL(disable_cpu),
     "disable_cpu(features, /)\n--\n\nGo on without these CPU features (tests only)."},
    {"first_stray", FASTCALL(nx_py_first_stray),
     "first_stray(objects, bytes, /)\n--\n\nThe first object that is no str (no "
     "bytes), "
     "or None."},
    {"format_values", FASTCALL(nx_py_format_values),
     "format_values(values, mask, threads, handle_signals, /)\n--\n\nNumbers or times "
     "as text."},
    {"group", FASTCALL(nx_py_group),
     "group(items, mask, skip_missing, want, threads, handle_signals, /)\n--\n\nGroups "
     "of equal items."},
    {"hex_strings", FASTCALL(nx_py_hex_strings),
     "hex_strings(digests, /)\n--\n\nRows of bytes as hexadecimal digits."},
    {"order_by", FASTCALL(nx_py_order_by),
     "order_by(columns, lanes, rows, want_begins, threads, handle_signals, "
     "/)\n--\n\nThe stable order of rows by columns, and where equal ones begin."},
    {"json_array", FASTCALL(nx_py_json_array),
     "json_array(array, threads, handle_signals, /)\n--\n\nAn array as nested lists."},
    {"json_document", FASTCALL(nx_py_json_document),
     "json_document(sections, after, nan, big, threads, handle_signals, "
     "/)\n--\n\nSections of columns as JSON."},
    {"ndjson_key", FASTCALL(nx_py_ndjson_key),
     "ndjson_key(source, size, byte, /)\n--\n\nThe key that an error belongs to."},
    {"ndjson_keys", FASTCALL(nx_py_ndjson_keys),
     "ndjson_keys(source, size, bytes, row_limit, /)\n--\n\nThe keys of the first "
     "records."},
    {"ndjson_place", FASTCALL(nx_py_ndjson_place),
     "ndjson_place(source, size, key, row, /)\n--\n\nByte and line of one value."},
    {"ndjson_read", FASTCALL(nx_py_ndjson_read),
     "ndjson_read(source, size, keys, requests, rules, nested_text, row_limit, "
     "block_bytes, threads, handle_signals, progress, wants_more, /)\n--\n\nRecords "
     "of JSON, as columns."},
    {"parse_values", FASTCALL(nx_py_parse_values),
     "parse_values(items, dtype, skip, bounds, stop, threads, handle_signals, "
     "/)\n--\n\nTexts as numbers or times."},
    {"pattern_compile", FASTCALL(nx_py_pattern_compile),
     "pattern_compile(is_text, at_start, end, parts, sets, /)\n--\n\nA pattern of "
     "literals and classes."},
    {"pattern_count", FASTCALL(nx_py_pattern_count),
     "pattern_count(pattern, texts, /)\n--\n\nHow many matches each text has."},
    {"pattern_gather", FASTCALL(nx_py_pattern_gather),
     "pattern_gather(pattern, texts, kind, groups, pieces, limit, /)\n--\n\nThe texts "
     "that a pattern finds or makes."},
    {"pattern_takes", FASTCALL(nx_py_pattern_takes),
     "pattern_takes(pattern, array, /)\n--\n\nWhether its methods take an array as it "
     "is."},
    {"pattern_test", FASTCALL(nx_py_pattern_test),
     "pattern_test(pattern, texts, how, /)\n--\n\nWhether each text has a match."},
    {"rank", FASTCALL(nx_py_rank),
     "rank(columns, lanes, rows, method, threads, handle_signals, /)\n--\n\nThe rank "
     "of each row by a column."},
    {"search", FASTCALL(nx_py_search),
     "search(items, sorter, needles, right, threads, handle_signals, /)\n--\n\nWhere "
     "needles would stand in sorted items."},
    {"reduce_extremes", FASTCALL(nx_py_reduce_extremes),
     "reduce_extremes(which, items, taken, axes, keepdims, skip_nan, want_taken, "
     "threads, handle_signals, /)\n--\n\nThe smallest and largest items."},
    {"reduce_floats", FASTCALL(nx_py_reduce_floats),
     "reduce_floats(op, items, factors, taken, axes, keepdims, skip_nan, ddof, narrow, "
     "want_taken, accuracy, threads, handle_signals, /)\n--\n\nSums, means, variances, "
     "norms."},
    {"reduce_ints", FASTCALL(nx_py_reduce_ints),
     "reduce_ints(op, items, factors, taken, axes, keepdims, skip_nan, want_taken, "
     "threads, handle_signals, /)\n--\n\nExact sums and means of integers."},
    {"sha256_chunks", FASTCALL(nx_py_sha256_chunks),
     "sha256_chunks(data, size, threads, handle_signals, /)\n--\n\nThe SHA-256 of "
     "every `size` bytes."},
    {"sha256_hex", FASTCALL(nx_py_sha256_hex),
     "sha256_hex(items, /)\n--\n\nThe SHA-256 of items as hexadecimal digits."},
    {"sort_rows", FASTCALL(nx_py_sort_rows),
     "sort_rows(values, result, descending, threads, handle_signals, /)\n--\n\nThe "
     "values along the last axis, in order."},
    {"sort_texts", FASTCALL(nx_py_sort_texts),
     "sort_texts(items, result, descending, threads, handle_signals, /)\n--\n\nTexts "
     "in "
     "order, or their order."},
    {"string_array", FASTCALL(nx_py_string_array),
     "string_array(column, na_object, mask, threads=1, /)\n--\n\nA string column as "
     "a StringDType array."},
    {"string_buffers", FASTCALL(nx_py_string_buffers),
     "string_buffers(column, /)\n--\n\nThe views of a string column, and what they "
     "point into."},
    {"string_capsule", FASTCALL(nx_py_string_from_array),
     "string_capsule(array, mask=None, /)\n--\n\nA StringDType array as a string "
     "column."},
    {"string_categories", FASTCALL(nx_py_string_categories),
     "string_categories(column, mask, threads, handle_signals, /)\n--\n\nThe number of "
     "each row's string, and the different strings."},
    {"string_concat", FASTCALL(nx_py_string_concat),
     "string_concat(columns, /)\n--\n\nThe rows of several string columns."},
    {"string_equal", FASTCALL(nx_py_string_equal),
     "string_equal(a, b, /)\n--\n\nWhich rows of two string columns are equal."},
    {"string_fixed", FASTCALL(nx_py_string_fixed),
     "string_fixed(column, kind, width, threads=1, /)\n--\n\nA string column as an S "
     "or U array."},
    {"string_from_buffers", FASTCALL(nx_py_string_from_buffers),
     "string_from_buffers(views, slabs, length, /)\n--\n\nA string column of what "
     "string_buffers gave."},
    {"string_missing", FASTCALL(nx_py_string_missing),
     "string_missing(strings, /)\n--\n\nWhere a StringDType array is missing."},
    {"string_nul", FASTCALL(nx_py_string_nul),
     "string_nul(column, /)\n--\n\nThe first row that ends in a NUL, or None."},
    {"string_list", FASTCALL(nx_py_string_list),
     "string_list(column, start, stop, /)\n--\n\nSome rows of a string column."},
    {"string_slice", FASTCALL(nx_py_string_slice),
     "string_slice(column, start, stop, /)\n--\n\nRows of a string column, without a "
     "copy."},
    {"string_take", FASTCALL(nx_py_string_take),
     "string_take(column, rows, /)\n--\n\nThe rows of a string column with these "
     "numbers."},
    {"take_rows", FASTCALL(nx_py_take_rows),
     "take_rows(columns, rows, threads, /)\n--\n\nRows of columns, by number."},
    {"take_strings", FASTCALL(nx_py_take_strings),
     "take_strings(items, places, out, threads, /)\n--\n\nStrings of an array at "
     "places, copied to another one."},
    {"top_k", FASTCALL(nx_py_top_k),
     "top_k(columns, lanes, rows, k, threads, handle_signals, /)\n--\n\nThe first k "
     "rows in the order of a column."},
    {"value_dtype", nx_py_value_dtype, METH_O,
     "value_dtype(dtype, /)\n--\n\nThe dtype if it is one of numbers or times, or "
     "None."},
    {"word_count", FASTCALL(nx_py_word_count),
     "word_count(text, threads, handle_signals, /)\n--\n\nThe words of one text."},
    {"word_groups", FASTCALL(nx_py_word_groups),
     "word_groups(text, as_str, threads, handle_signals, /)\n--\n\nThe different "
     "words of a text."},
    {"word_groups_top", FASTCALL(nx_py_word_groups_top),
     "word_groups_top(groups, limit, as_bytes, /)\n--\n\nThe most frequent words."},
    {NULL, NULL, 0, NULL},
};

static int
module_exec(PyObject *module)
{
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0) {
        return -1;
    }
    nx_init(nx_cpu_detect());
    return nx_py_learn_entries() < 0 || nx_py_references_start() < 0
               ? -1
               : nx_py_ufuncs_add(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module_def = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "numpy_ext._native",
    .m_doc = "The kernels of numpy_ext; use the functions of numpy_ext instead.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void);

PyMODINIT_FUNC
PyInit__native(void)
{
    return PyModuleDef_Init(&module_def);
}
