#include "json/json_explain.h"

#include <string.h>

#include "base/alloc.h"
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

/* The number of a key that is spelled in n bytes, quotes included. */
static uint64_t
number_of(const nx_json_keys *keys, const uint8_t *spelling, size_t n)
{
    uint8_t *plain = nx_alloc(n, 1);
    if (plain == NULL || n < 2) {
        nx_free(plain);
        return NX_NOWHERE;
    }
    const size_t length = nx_json_unescape(spelling + 1, n - 2, plain);
    const uint32_t number = nx_json_keys_find(keys, plain, length);
    nx_free(plain);
    return number == NX_JSON_NO_KEY ? NX_NOWHERE : number;
}

/* The number of the key that byte `at` of a record belongs to, as far as that is JSON.
 */
static uint64_t
key_around(const nx_json_keys *keys, const uint8_t *text, size_t n, size_t at)
{
    nx_json_fault fault;
    bool escaped;
    if (at < n && text[at] == '"') {
        const size_t size = nx_json_string_size(text + at, n - at, &escaped);
        const uint64_t number = number_of(keys, text + at, size);
        if (number != NX_NOWHERE) {
            return number;
        }
    }
    (void)nx_json_check_record(text, at, &fault);
    return number_of(keys, text + fault.key, fault.key_size);
}

static void
explain_record(const nx_json_keys *keys, const uint8_t *text, size_t n, uint64_t line,
               nx_error *error)
{
    const size_t at = (size_t)(error->byte - line);
    nx_json_fault fault;
    if (!nx_json_check_record(text, n, &fault) &&
        (error->code != 717 || fault.at <= at)) {
        const uint64_t record = error->record;
        nx_error_set(error, NX_ERR_SYNTAX, fault.code, "%s", fault.message);
        error->record = record;
        error->byte = line + fault.at;
        error->column = number_of(keys, text + fault.key, fault.key_size);
    }
    else if (error->status == NX_ERR_SYNTAX) {
        error->column = key_around(keys, text, n, at);
    }
}

void
nx_json_explain(const nx_csv_source *source, uint64_t start, const size_t *columns,
                const nx_json_keys *keys, nx_error *error)
{
    const bool of_record =
        error->status == NX_ERR_SYNTAX || error->status == NX_ERR_VALUE;
    nx_csv_window window = {0};
    uint64_t line;
    size_t n;
    if (!of_record || error->byte == NX_NOWHERE) {
        return;
    }
    if (error->column != NX_NOWHERE) {
        error->column = columns[error->column];
    }
    if (find_line(source, start, error->byte, &line) == NX_OK &&
        load_line(&window, source, line, error->byte, &n) == NX_OK) {
        explain_record(keys, window.base, n, line, error);
    }
    nx_csv_window_clear(&window);
}
