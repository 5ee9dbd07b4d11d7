#include "json/json_explain.h"

#include <string.h>

#include "base/alloc.h"
#include "base/span.h"
#include "json/json_check.h"

enum {
    STEP_BYTES = 64 << 10
};

/* Where the line begins that has a byte. */
static nx_status
find_line(const nx_csv_source *source, uint64_t start, uint64_t byte, uint64_t *line)
{
    nx_csv_window window = {0};
    nx_status status = NX_OK;
    uint64_t end = byte;
    *line = start;
    while (status == NX_OK && end > start) {
        const uint64_t from = end - start < STEP_BYTES ? start : end - STEP_BYTES;
        status = nx_csv_window_load(&window, source, from, (size_t)(end - from), NULL);
        size_t n = status == NX_OK ? (size_t)(end - from) : 0;
        while (n > 0 && window.base[n - 1] != '\n') {
            n--;
        }
        end = n > 0 ? start : from;
        *line = n > 0 ? from + n : start;
    }
    nx_csv_window_clear(&window);
    return status;
}

/* Shows the line that begins at `line` and has `byte`, without its line feed. */
static nx_status
load_line(nx_csv_window *window, const nx_csv_source *source, uint64_t line,
          uint64_t byte, size_t *n)
{
    size_t bytes = (size_t)(byte - line) + STEP_BYTES;
    for (;; bytes *= 2) {
        const nx_status status = nx_csv_window_load(window, source, line, bytes, NULL);
        if (status != NX_OK) {
            return status;
        }
        const uint8_t *end = memchr(window->base, '\n', window->n);
        if (end != NULL || window->at_end) {
            *n = end == NULL ? window->n : (size_t)(end - window->base);
            return NX_OK;
        }
    }
}

/* Loads the line that has a byte. Zero-initialised windows are ended by the caller. */
static nx_status
load_line_of(nx_csv_window *window, const nx_csv_source *source, uint64_t start,
             uint64_t byte, uint64_t *line, size_t *n)
{
    const nx_status status = find_line(source, start, byte, line);
    return status == NX_OK ? load_line(window, source, *line, byte, n) : status;
}

void
nx_json_explain(const nx_csv_source *source, uint64_t start, nx_error *error)
{
    const bool of_record =
        error->status == NX_ERR_SYNTAX || error->status == NX_ERR_VALUE;
    nx_csv_window window = {0};
    nx_json_fault fault;
    uint64_t line;
    size_t n;
    if (of_record && error->byte != NX_NOWHERE &&
        load_line_of(&window, source, start, error->byte, &line, &n) == NX_OK &&
        !nx_json_check_record(window.base, n, &fault) &&
        (error->code != 717 || line + fault.at <= error->byte)) {
        const uint64_t record = error->record;
        nx_error_set(error, NX_ERR_SYNTAX, fault.code, "%s", fault.message);
        error->record = record;
        error->byte = line + fault.at;
    }
    if (error->status == NX_ERR_SYNTAX) {
        error->column = NX_NOWHERE;
    }
    nx_csv_window_clear(&window);
}

/* Where the key stands, quotes included, that byte `at` of a record belongs to: the key
 * that begins there, or the last one before it. */
static nx_span
spelling_around(const uint8_t *text, size_t n, size_t at)
{
    nx_json_fault fault;
    bool escaped;
    if (nx_json_check_record(text, n, &fault) && at < n && text[at] == '"') {
        const size_t size = nx_json_string_size(text + at, n - at, &escaped);
        const uint8_t *next = text + at + size;
        while (nx_json_is_blank(*next)) {
            next++;
        }
        if (*next == ':') {
            return (nx_span){text + at, size};
        }
    }
    /* Behind a whole record there is no key to belong to. */
    return nx_json_check_record(text, at, &fault)
               ? (nx_span){text, 0}
               : (nx_span){text + fault.key, fault.key_size};
}

uint8_t *
nx_json_key_around(const nx_csv_source *source, uint64_t start, uint64_t byte,
                   size_t *length)
{
    nx_csv_window window = {0};
    uint8_t *key = NULL;
    uint64_t line;
    size_t n;
    if (load_line_of(&window, source, start, byte, &line, &n) == NX_OK) {
        const nx_span spelling = spelling_around(window.base, n, (size_t)(byte - line));
        key = spelling.length < 2 ? NULL : nx_alloc(spelling.length, 1);
        if (key != NULL) {
            *length = nx_json_unescape(spelling.text + 1, spelling.length - 2, key);
        }
    }
    nx_csv_window_clear(&window);
    return key;
}
