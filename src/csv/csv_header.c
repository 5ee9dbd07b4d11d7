#include "csv/csv_header.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "csv/csv_extended.h"
#include "csv/csv_field.h"
#include "csv/csv_general.h"
#include "csv/csv_lines.h"
#include "csv/csv_record.h"
#include "text/utf8.h"

enum {
    FIRST_LOOK = 4 << 10
};

/* Where the first record that is not blank stands in a window. */
typedef struct first_record {
    size_t first;  /* its first entry in the index */
    size_t blanks; /* records before it */
    size_t next;   /* offset of the record behind it */
    nx_csv_record at;
} first_record;

/* The index of a window; ended by nx_free of `ends`. */
typedef struct header_index {
    uint32_t *ends; /* ends[0] is the byte before the first field */
    nx_csv_scan scan;
} header_index;

static nx_status
make_index(header_index *index, const nx_csv_window *window, uint64_t left,
           const nx_csv_dialect *dialect, nx_error *error)
{
    const bool extended = nx_csv_dialect_extended(dialect);
    /* Without an added LF. */
    const size_t n = extended && left < window->n ? (size_t)left : window->n;
    const size_t room = extended ? 4 * n + 4 : n;
    index->ends = nx_alloc(room + 1, sizeof index->ends[0]);
    if (index->ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to find the header");
    }
    index->ends[0] = UINT32_MAX;
    if (extended) {
        (void)nx_csv_extended_scan(window->base, n, window->at_end, dialect,
                                   index->ends + 1, room, &index->scan);
    }
    else {
        nx_csv_general_scan(window->base, n, dialect, index->ends + 1, &index->scan);
    }
    return NX_OK;
}

static bool
find_record(const nx_csv_window *window, const header_index *index,
            first_record *record)
{
    const nx_csv_scan *scan = &index->scan;
    size_t blanks = 0;
    for (size_t field = 0; field < scan->fields; blanks++) {
        const nx_csv_record at =
            nx_csv_record_at(window->base, index->ends + 1 + field, scan->spans);
        const size_t next = field + at.stride;
        if (!at.blank) {
            *record = (first_record){
                .first = field, .blanks = blanks, .at = at, .next = at.end + 1};
            if (scan->spans) {
                /* Comments have no entries, and belong to what stands before them. */
                record->next =
                    next < scan->fields
                        ? nx_csv_record_at(window->base, index->ends + 1 + next, true)
                              .start
                        : scan->consumed;
            }
            return true;
        }
        field = next;
    }
    return false;
}

/* What is looked for, and where. */
typedef struct header_look {
    nx_csv_header *header;
    const nx_csv_source *source;
    const nx_csv_dialect *dialect;
    const nx_csv_header_ask *ask;
    uint64_t at; /* of the window */
    nx_csv_window window;
} header_look;

/* Bytes of the names so far. */
static size_t
names_size(const nx_csv_header *header)
{
    const size_t count = header->records * header->count;
    return count == 0 ? 0 : header->ends[count - 1];
}

/* Makes room for `count` more names of at most `bytes` in all. */
static nx_status
reserve_names(nx_csv_header *header, size_t count, size_t bytes, nx_error *error)
{
    const size_t used = names_size(header), names = header->records * header->count;
    uint8_t *text = nx_alloc(used + bytes + 1, 1);
    size_t *ends = nx_alloc(names + count, sizeof header->ends[0]);
    if (text == NULL || ends == NULL) {
        nx_free(text);
        nx_free(ends);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu column names",
                            count);
    }
    if (names > 0) {
        memcpy(text, header->text, used);
        memcpy(ends, header->ends, names * sizeof ends[0]);
    }
    nx_free(header->text);
    nx_free(header->ends);
    header->text = text;
    header->ends = ends;
    return NX_OK;
}

/* Copies the names of one more record out of the window. */
static nx_status
copy_names(const header_look *look, const header_index *index,
           const first_record *record, nx_error *error)
{
    nx_csv_header *header = look->header;
    const nx_csv_dialect *dialect = look->dialect;
    const uint8_t *base = look->window.base;
    const bool strip = look->ask->strip;
    const size_t fields = record->at.fields;
    const bool spans = index->scan.spans;
    const nx_status status =
        reserve_names(header, fields, record->at.end - record->at.start, error);
    if (status != NX_OK) {
        return status;
    }
    size_t *ends = header->ends + header->records * header->count;
    const nx_csv_run run = {
        .text = base,
        .ends = index->ends + 1 + record->first,
        .stride = record->at.stride,
        .rows = 1,
    };
    size_t used = names_size(header);
    for (size_t i = 0; i < fields; i++) {
        nx_csv_field field = nx_csv_field_at(&run, 0, nx_csv_record_slot(i, spans));
        /* Before it is stripped: a quote behind blanks is text, if they may begin a
         * delimiter. */
        const bool quoted = nx_csv_field_quoted(field, dialect);
        if (strip && !quoted) {
            field = nx_csv_field_value(field, dialect);
        }
        size_t n = nx_csv_field_size(field);
        const size_t valid = nx_utf8_valid_prefix(field.start, n);
        if (valid < n) {
            nx_error_set(error, NX_ERR_ENCODING, 401, "byte 0x%02x is not UTF-8",
                         field.start[valid]);
            error->column = i;
            error->byte = (uint64_t)(field.start + valid - base);
            return NX_ERR_ENCODING;
        }
        if (quoted || nx_csv_field_escaped(field, dialect)) {
            n = nx_csv_unquote(field, quoted, dialect, header->text + used);
        }
        else {
            memcpy(header->text + used, field.start, n);
        }
        used += n;
        ends[i] = used;
    }
    return NX_OK;
}

/* Counts the lines of comments alone in the bytes before `next`: they leave no entries
 * in an index. */
static nx_status
count_comments(const header_look *look, size_t next, nx_error *error)
{
    if (look->dialect->comment.size == 0) {
        return NX_OK;
    }
    nx_csv_scan scan;
    uint32_t *ends = nx_alloc(4 * next + 4, sizeof ends[0]);
    if (ends == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to find the header");
    }
    (void)nx_csv_extended_scan(look->window.base, next, true, look->dialect, ends,
                               4 * next + 4, &scan);
    look->header->comments += scan.comments;
    nx_free(ends);
    return NX_OK;
}

/* Takes the record that was found into the header. */
static nx_status
take_record(header_look *look, const header_index *index, const first_record *record,
            nx_error *error)
{
    nx_csv_header *header = look->header;
    const uint64_t start = look->at + record->at.start;
    nx_status status = NX_OK;
    if (header->records > 0 && record->at.fields != header->count) {
        status = nx_error_set(error, NX_ERR_RAGGED, 301,
                              "expected %zu fields in every record of the header, "
                              "found %zu",
                              header->count, record->at.fields);
        error->byte = record->at.start;
        return status;
    }
    if (look->ask->names) {
        status = copy_names(look, index, record, error);
    }
    if (status == NX_OK) {
        status = count_comments(look, record->next, error);
    }
    if (status != NX_OK) {
        return status;
    }
    header->start = header->records == 0 ? start : header->start;
    header->next = look->at + record->next;
    header->count = record->at.fields;
    header->blanks += record->blanks;
    header->records++;
    return NX_OK;
}

/* Looks for the next record in the window; *found tells whether it is all there. */
static nx_status
look_for_record(header_look *look, bool *found, nx_error *error)
{
    const nx_csv_window *window = &look->window;
    header_index index;
    nx_status status =
        make_index(&index, window, look->source->size - look->at, look->dialect, error);
    if (status != NX_OK) {
        return status;
    }
    const nx_csv_scan *scan = &index.scan;
    first_record record = {0};
    *found = find_record(window, &index, &record);
    /* An open quote hides the end of its record, but not what stands before it. */
    const size_t end = *found ? record.at.end : window->at_end ? window->n : 0;
    if (*found && look->ask->names &&
        nx_csv_source_torn(look->source, look->at + record.at.start,
                           look->at + record.at.end)) {
        status = nx_csv_torn_error(record.at.start, error);
    }
    else if ((look->ask->names || !*found) && nx_csv_misplaced(scan) < end) {
        status = nx_csv_misplaced_error(scan, error);
    }
    else if (*found) {
        status = take_record(look, &index, &record, error);
    }
    else if (window->at_end && scan->open_quote == SIZE_MAX) {
        look->header->blanks += scan->blanks;
        look->header->comments += scan->comments;
    }
    else if (window->at_end) {
        status = nx_error_set(error, NX_ERR_DIALECT, 202,
                              "a quote is opened and never closed");
        error->byte = scan->open_quote;
    }
    if (status != NX_OK && error->byte != NX_NOWHERE) {
        error->byte += look->at;
    }
    nx_free(index.ends);
    return status;
}

/* Finds the next record behind look->at, if there is one. */
static nx_status
find_next(header_look *look, bool *found, nx_error *error)
{
    nx_status status = NX_OK;
    size_t bytes = FIRST_LOOK;
    *found = false;
    while (status == NX_OK && !*found) {
        status =
            nx_csv_window_load(&look->window, look->source, look->at, bytes, error);
        if (status == NX_OK) {
            status = look_for_record(look, found, error);
        }
        if (look->window.at_end) {
            break;
        }
        if (!*found && bytes >= NX_CSV_RECORD_MAX) {
            status = nx_error_set(error, NX_ERR_OVERFLOW, 112,
                                  "the first record is longer than 2 GiB");
        }
        bytes = bytes < NX_CSV_RECORD_MAX / 8 ? bytes * 8 : NX_CSV_RECORD_MAX;
    }
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
                   const nx_csv_dialect *dialect, const nx_csv_header_ask *ask,
                   const nx_wait *wait, nx_error *error)
{
    header_look look = {
        .header = header, .source = source, .dialect = dialect, .ask = ask};
    nx_error ignored;
    error = error == NULL ? &ignored : error;
    nx_status status = nx_csv_dialect_check(dialect, error);
    if (status == NX_OK) {
        status = skip_bom(&look.window, source, &header->begin, error);
    }
    if (status == NX_OK) {
        status = nx_csv_skip_lines(source, header->begin, ask->skip_lines,
                                   dialect->terminator, &header->begin,
                                   &header->skipped, wait, error);
    }
    bool found = true;
    look.at = header->begin;
    while (status == NX_OK && found && header->records < ask->records) {
        status = find_next(&look, &found, error);
        look.at = header->next < source->size ? header->next : source->size;
    }
    nx_csv_window_clear(&look.window);
    if (status != NX_OK) {
        nx_csv_locate(source, wait, error);
    }
    else if (header->records == 0) {
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
