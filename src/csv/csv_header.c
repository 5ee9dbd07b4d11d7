#include "csv/csv_header.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "csv/csv_field.h"
#include "csv/csv_general.h"
#include "text/utf8.h"

enum {
    FIRST_LOOK = 4 << 10
};

/* Where the first record that is not blank stands in a window. */
typedef struct first_record {
    size_t start;
    size_t end;         /* one behind the byte that ends it */
    size_t first_field; /* index of its first field end */
    size_t fields;
} first_record;

static bool
find_record(const nx_csv_window *window, const uint32_t *ends, const nx_csv_scan *scan,
            first_record *record)
{
    size_t start = 0;
    for (size_t field = 0; field < scan->fields;) {
        size_t next = field;
        uint8_t byte;
        do {
            byte = window->base[ends[next++]];
        } while (!nx_csv_ends_record(byte));
        if (!nx_csv_is_blank(window->base + start, ends[next - 1] - start)) {
            *record =
                (first_record){start, ends[next - 1] + (size_t)1, field, next - field};
            return true;
        }
        start = ends[next - 1] + (size_t)1;
        field = next;
    }
    return false;
}

/* Copies the names out of the window. `ends` has the byte before the window's
 * first field in front of it. */
static nx_status
copy_names(nx_csv_header *header, const nx_csv_window *window, const uint32_t *ends,
           const first_record *record, const nx_csv_dialect *dialect, nx_error *error)
{
    header->text = nx_alloc(record->end - record->start, 1);
    header->ends = nx_alloc(record->fields, sizeof header->ends[0]);
    if (header->text == NULL || header->ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu column names",
                            record->fields);
    }
    const nx_csv_run run = {
        .text = window->base,
        .ends = ends + record->first_field,
        .stride = record->fields,
        .rows = 1,
    };
    size_t used = 0;
    for (size_t i = 0; i < record->fields; i++) {
        const nx_csv_field field = nx_csv_field_at(&run, 0, i);
        size_t n = nx_csv_field_size(field);
        const size_t valid = nx_utf8_valid_prefix(field.start, n);
        if (valid < n) {
            nx_error_set(error, NX_ERR_ENCODING, 401, "byte 0x%02x is not UTF-8",
                         field.start[valid]);
            error->column = i;
            error->byte = (uint64_t)(field.start + valid - window->base);
            return NX_ERR_ENCODING;
        }
        if (nx_csv_field_quoted(field, dialect)) {
            n = nx_csv_unquote(field, dialect, header->text + used);
        }
        else {
            memcpy(header->text + used, field.start, n);
        }
        used += n;
        header->ends[i] = used;
    }
    return NX_OK;
}

/* Looks for the record in a window; *found tells whether it is all there. */
static nx_status
look(nx_csv_header *header, const nx_csv_window *window, const nx_csv_dialect *dialect,
     bool names, bool *found, nx_error *error)
{
    uint32_t *ends = nx_alloc(window->n + 1, sizeof ends[0]);
    if (ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to find the header");
    }
    ends[0] = UINT32_MAX;
    nx_csv_scan scan;
    nx_csv_general_scan(window->base, window->n, dialect, ends + 1, &scan);
    first_record record;
    nx_status status = NX_OK;
    *found = find_record(window, ends + 1, &scan, &record);
    /* An open quote hides the end of its record, but not what stands before it. */
    const size_t end = *found ? record.end : window->at_end ? window->n : 0;
    if ((names || !*found) && nx_csv_misplaced(&scan) < end) {
        status = nx_csv_misplaced_error(&scan, error);
    }
    else if (*found) {
        header->start = header->begin + record.start;
        header->next = header->begin + record.end;
        header->count = record.fields;
        status = names ? copy_names(header, window, ends + 1, &record, dialect, error)
                       : NX_OK;
    }
    else if (window->at_end && scan.open_quote != SIZE_MAX) {
        status = nx_error_set(error, NX_ERR_DIALECT, 202,
                              "a quote is opened and never closed");
        error->byte = scan.open_quote;
    }
    if (status != NX_OK && error->byte != NX_NOWHERE) {
        error->byte += header->begin;
    }
    nx_free(ends);
    return status;
}

static nx_status
skip_bom(nx_csv_window *window, const nx_csv_source *source, uint64_t *begin,
         nx_error *error)
{
    const nx_status status = nx_csv_window_load(window, source, 0, 3, error);
    if (status == NX_OK) {
        *begin = window->n >= 3 && memcmp(window->base, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    }
    return status;
}

nx_status
nx_csv_header_read(nx_csv_header *header, const nx_csv_source *source,
                   const nx_csv_dialect *dialect, uint64_t skip_lines, bool names,
                   const nx_wait *wait, nx_error *error)
{
    nx_csv_window window = {0};
    nx_error ignored;
    error = error == NULL ? &ignored : error;
    nx_status status = nx_csv_dialect_check(dialect, error);
    if (status == NX_OK) {
        status = skip_bom(&window, source, &header->begin, error);
    }
    if (status == NX_OK) {
        status = nx_csv_skip_lines(source, header->begin, skip_lines, &header->begin,
                                   wait, error);
    }
    size_t bytes = FIRST_LOOK;
    bool found = false;
    while (status == NX_OK && !found) {
        status = nx_csv_window_load(&window, source, header->begin, bytes, error);
        if (status == NX_OK) {
            status = look(header, &window, dialect, names, &found, error);
        }
        if (window.at_end) {
            break;
        }
        if (!found && bytes >= NX_CSV_RECORD_MAX) {
            status = nx_error_set(error, NX_ERR_OVERFLOW, 112,
                                  "the first record is longer than 2 GiB");
        }
        bytes = bytes < NX_CSV_RECORD_MAX / 8 ? bytes * 8 : NX_CSV_RECORD_MAX;
    }
    nx_csv_window_clear(&window);
    if (status != NX_OK) {
        nx_csv_locate(source, wait, error);
    }
    else if (!found) {
        header->start = header->next = source->size;
    }
    if (header->next > source->size) {
        header->next = source->size; /* the window added the last LF */
    }
    return status;
}

void
nx_csv_header_clear(nx_csv_header *header)
{
    nx_free(header->text);
    nx_free(header->ends);
    memset(header, 0, sizeof *header);
}
