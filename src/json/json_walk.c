#include "json/json_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "json/json_check.h"
#include "text/utf8.h"

/* What a worker keeps from block to block. */
typedef struct walk_room {
    uint32_t *cells; /* the matrix */
    size_t cell_capacity;
    uint64_t *stamps;  /* by key: the last record that had it */
    uint32_t *next;    /* by key: the one that came behind it; then for the start of a
                          record, and behind a key that is not known */
    uint64_t *further; /* as `stamps`, for keys that are not known */
    size_t further_count;
    uint64_t stamp; /* of the record at hand */
    uint8_t *plain; /* a key without its escapes */
    size_t plain_capacity;
} walk_room;

/* One block. */
typedef struct walk {
    nx_json_walk *shared;
    nx_csv_block *block;
    walk_room *room;
    const uint8_t *text;
    const uint32_t *ends; /* commas outside of strings, and line feeds */
    const uint8_t *end;   /* of all records */
    uint64_t first_row;
    size_t field;    /* the next of `ends` */
    size_t bad_byte; /* the first byte that is not UTF-8, or SIZE_MAX */
    nx_error *error;
    nx_status status; /* not NX_OK: no record is at fault */
} walk;

/* ---- Room ---- */

static void
clear_room(void *own)
{
    walk_room *room = own;
    nx_free(room->cells);
    nx_free(room->stamps);
    nx_free(room->next);
    nx_free(room->further);
    nx_free(room->plain);
    nx_free(room);
}

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the records");
}

/* The room of a block, made at the first call. */
static walk_room *
room_of(nx_csv_block *block, const nx_json_keys *keys)
{
    if (block->own != NULL) {
        return block->own;
    }
    walk_room *room = nx_alloc_zeroed(1, sizeof *room);
    if (room == NULL) {
        return NULL;
    }
    room->stamps = nx_alloc_zeroed(keys->count + 1, sizeof room->stamps[0]);
    room->next = nx_alloc(keys->count + 2, sizeof room->next[0]);
    if (room->stamps == NULL || room->next == NULL) {
        clear_room(room);
        return NULL;
    }
    /* At first keys are foreseen in their order. */
    for (size_t i = 0; i < keys->count + 2; i++) {
        room->next[i] = i + 1 < keys->count ? (uint32_t)i + 1 : 0;
    }
    block->own = room;
    block->clear_own = clear_room;
    return room;
}

/* The matrix for so many rows. */
static nx_status
reserve_cells(walk_room *room, size_t rows, size_t slots, nx_error *error)
{
    size_t cells;
    if (!nx_size_mul(rows, 2 * slots, &cells)) {
        return no_memory(error);
    }
    if (cells > room->cell_capacity || room->cells == NULL) {
        nx_free(room->cells);
        room->cells = nx_alloc(cells, sizeof room->cells[0]);
        room->cell_capacity = room->cells == NULL ? 0 : cells;
    }
    return room->cells == NULL ? no_memory(error) : NX_OK;
}

static bool
reserve_plain(walk_room *room, size_t bytes)
{
    if (bytes > room->plain_capacity) {
        nx_free(room->plain);
        room->plain = nx_alloc(bytes, 1);
        room->plain_capacity = room->plain == NULL ? 0 : bytes;
    }
    return room->plain != NULL;
}

/* ---- Records that are not as they should be ---- */

/* Ends the walk without a record at fault. Returns false. */
static bool
stop(walk *w, nx_status status)
{
    w->status = status;
    return false;
}

/* Marks the record at hand, for a byte in it. Returns false. */
static bool
fail_at(walk *w, int code, const uint8_t *at, const char *message)
{
    nx_csv_block *block = w->block;
    nx_error_set(&block->bad, NX_ERR_SYNTAX, code, "%s", message);
    block->bad.byte = (uint64_t)(at - w->text);
    block->bad_status = NX_ERR_SYNTAX;
    return false;
}

/* The same for what is not JSON: json_check.h will find out what it is. */
static bool
fail_syntax(walk *w, const uint8_t *at)
{
    return fail_at(w, 711, at, "not JSON");
}

/* ---- Keys ---- */

NX_INLINE const uint8_t *
skip_blanks(const uint8_t *at)
{
    while (nx_json_is_blank(*at)) {
        at++;
    }
    return at;
}

/* Notes a key that is not known, unless it was met before this record. */
static bool
meet_further(walk *w, const uint8_t *key, size_t length, uint64_t row, size_t place,
             uint32_t *number)
{
    nx_json_keys *further = &w->shared->further;
    nx_mutex_lock(&w->shared->lock);
    const size_t before = further->count;
    const nx_status status = nx_json_keys_add(further, key, length, number, w->error);
    if (status == NX_OK) {
        nx_json_key *met = &further->keys[*number];
        if (further->count > before || row < met->row) {
            met->row = row;
            met->place = place;
        }
    }
    nx_mutex_unlock(&w->shared->lock);
    return status == NX_OK || stop(w, status);
}

/* True if a key that is not known comes for the first time in this record. */
static bool
stamp_further(walk *w, uint32_t number)
{
    walk_room *room = w->room;
    if (number >= room->further_count) {
        const size_t count = 2 * (size_t)number + 64;
        uint64_t *more =
            nx_realloc(room->further, room->further_count, count, sizeof more[0]);
        if (more == NULL) {
            return stop(w, no_memory(w->error));
        }
        memset(more + room->further_count, 0,
               (count - room->further_count) * sizeof more[0]);
        room->further = more;
        room->further_count = count;
    }
    if (room->further[number] == room->stamp) {
        return false;
    }
    room->further[number] = room->stamp;
    return true;
}

/* Reads a key that was not foreseen; *at moves behind its colon. Its number, or
 * NX_JSON_NO_KEY for one that is not known. False if the record is at fault. */
static NX_NOINLINE bool
read_key(walk *w, const uint8_t **at, uint64_t row, size_t place, uint32_t *number)
{
    const uint8_t *const begin = *at;
    bool escaped;
    const size_t size =
        *begin == '"' ? nx_json_string_size(begin, (size_t)(w->end - begin), &escaped)
                      : 0;
    if (size == 0) {
        return fail_syntax(w, begin);
    }
    const uint8_t *colon = skip_blanks(begin + size);
    if (*colon != ':') {
        return fail_syntax(w, begin);
    }
    *at = colon + 1;
    const uint8_t *key = begin + 1;
    size_t length = size - 2;
    if (escaped) {
        if (!reserve_plain(w->room, length)) {
            return stop(w, no_memory(w->error));
        }
        length = nx_json_unescape(key, length, w->room->plain);
        key = w->room->plain;
    }
    *number = nx_json_keys_find(w->shared->keys, key, length);
    if (*number != NX_JSON_NO_KEY) {
        return true;
    }
    uint32_t further;
    if (!meet_further(w, key, length, row, place, &further)) {
        return false;
    }
    return stamp_further(w, further) ||
           (w->status == NX_OK && fail_at(w, 713, begin, "a key stands twice"));
}

/* ---- Members ---- */

/* Passes a nested value, and the commas in it. Returns where it ends; NULL if the
 * record is at fault. */
static NX_NOINLINE const uint8_t *
pass_nested(walk *w, const uint8_t *value)
{
    const size_t size = nx_json_nested_size(value, (size_t)(w->end - value));
    if (size == 0) {
        (void)fail_syntax(w, value);
        return NULL;
    }
    const size_t behind = (size_t)(value - w->text) + size;
    while (w->ends[w->field] < behind) {
        w->field++;
    }
    return value + size;
}

/* Where a value ends whose comma or line feed is at `end`: without blanks, and without
 * the brace that ends its record. NULL if there is none. */
NX_INLINE const uint8_t *
value_end(const uint8_t *value, const uint8_t *end)
{
    if (*end == '\n') {
        while (end > value && nx_json_is_blank(end[-1])) {
            end--;
        }
        if (end <= value || end[-1] != '}') {
            return NULL;
        }
        end--;
    }
    while (end > value && NX_UNLIKELY(nx_json_is_blank(end[-1]))) {
        end--;
    }
    return end > value ? end : NULL;
}

/* What a member of a record is about. */
typedef struct member {
    uint32_t slot;
    const uint8_t *value;
    const uint8_t *end;
} member;

/* Finds the end of a value, and passes it. */
NX_INLINE bool
pass_value(walk *w, member *m)
{
    const uint8_t *nested_end = NULL;
    if (NX_UNLIKELY(*m->value == '{' || *m->value == '[')) {
        nested_end = pass_nested(w, m->value);
        if (nested_end == NULL) {
            return false;
        }
    }
    m->end = value_end(m->value, w->text + w->ends[w->field]);
    if (NX_UNLIKELY(m->end == NULL || (nested_end != NULL && nested_end != m->end))) {
        return fail_syntax(w, m->value);
    }
    if (NX_UNLIKELY(nested_end != NULL && m->slot != NX_JSON_NO_SLOT &&
                    !w->shared->nested_text)) {
        return fail_at(w, 714, m->value,
                       *m->value == '{' ? "a nested object" : "a nested array");
    }
    if (NX_UNLIKELY(m->slot == NX_JSON_NO_SLOT) && !w->shared->keys_only &&
        nx_json_kind_of(m->value, (size_t)(m->end - m->value)) == NX_JSON_INVALID) {
        return fail_syntax(w, m->value);
    }
    return true;
}

/* Reads the members of a record from the first key on, into a row of the matrix; *seen
 * counts the columns that had a value. */
static bool
read_members(walk *w, const uint8_t *at, uint64_t row, uint32_t *cells, size_t *seen)
{
    const nx_json_keys *keys = w->shared->keys;
    walk_room *room = w->room;
    size_t before = keys->count;
    for (size_t place = 0;; place++) {
        uint32_t number = room->next[before];
        member m = {.slot = NX_JSON_NO_SLOT};
        if (NX_LIKELY(keys->count > 0 &&
                      nx_json_key_begins(keys, &keys->keys[number], at, w->end))) {
            m.value = at + keys->keys[number].size;
        }
        else {
            m.value = at;
            if (!read_key(w, &m.value, row, place, &number)) {
                return false;
            }
            if (number != NX_JSON_NO_KEY) {
                room->next[before] = number;
            }
        }
        before = keys->count + 1;
        if (number != NX_JSON_NO_KEY) {
            if (NX_UNLIKELY(room->stamps[number] == room->stamp)) {
                return fail_at(w, 713, at, "a key stands twice");
            }
            room->stamps[number] = room->stamp;
            m.slot = keys->keys[number].slot;
            before = number;
        }
        m.value = skip_blanks(m.value);
        if (!pass_value(w, &m)) {
            return false;
        }
        if (m.slot != NX_JSON_NO_SLOT) {
            cells[2 * m.slot] = (uint32_t)(m.value - w->text) - 1;
            cells[2 * m.slot + 1] = (uint32_t)(m.end - w->text);
            ++*seen;
        }
        const uint8_t *const end = w->text + w->ends[w->field++];
        if (*end == '\n') {
            return true;
        }
        at = skip_blanks(end + 1);
    }
}

/* ---- Records ---- */

/* Empty fields at `begin` in the columns that the record at hand has no value for. */
static void
fill_missing(const walk *w, const uint8_t *begin, uint32_t *cells)
{
    const nx_json_keys *keys = w->shared->keys;
    const uint32_t at = (uint32_t)(begin - w->text);
    for (size_t i = 0; i < keys->count; i++) {
        const uint32_t slot = keys->keys[i].slot;
        if (slot != NX_JSON_NO_SLOT && w->room->stamps[i] != w->room->stamp) {
            cells[2 * slot] = at - 1;
            cells[2 * slot + 1] = at;
        }
    }
}

/* Reads the record whose brace is at `begin`. */
static bool
read_record(walk *w, const uint8_t *begin, uint64_t row, uint32_t *cells)
{
    size_t seen = 0;
    const uint8_t *at = skip_blanks(begin + 1);
    w->room->stamp++;
    if (*at == '}') {
        at = skip_blanks(at + 1);
        if (*at != '\n' || at != w->text + w->ends[w->field]) {
            return fail_syntax(w, begin);
        }
        w->field++;
    }
    else if (!read_members(w, at, row, cells, &seen)) {
        return false;
    }
    if (seen < w->shared->slot_count) {
        fill_missing(w, begin, cells);
    }
    return true;
}

/* Looks at a record with care, in a block that has one which is not JSON or not UTF-8.
 */
static bool
check_first(walk *w, const uint8_t *begin)
{
    const uint8_t *end = memchr(begin, '\n', (size_t)(w->end - begin));
    nx_json_fault fault;
    if (w->block->scan.suspect &&
        !nx_json_check_record(begin, (size_t)(end - begin), &fault)) {
        return fail_syntax(w, begin);
    }
    if (w->bad_byte < (size_t)(end - w->text)) {
        const uint8_t *bad = w->text + w->bad_byte;
        char message[48];
        (void)snprintf(message, sizeof message, "byte 0x%02x is not UTF-8", *bad);
        return fail_at(w, 717, bad, message);
    }
    return true;
}

/* Reads `rows` records, or as many as are as they should be; returns how many. */
static size_t
read_records(walk *w, size_t rows)
{
    const size_t stride = 2 * w->shared->slot_count;
    const bool careful = w->block->scan.suspect || w->bad_byte != SIZE_MAX;
    const uint8_t *line = w->text;
    for (size_t row = 0; row < rows;) {
        const uint8_t *begin = skip_blanks(line);
        if (*begin == '\n') {
            w->field++;
            line = begin + 1;
            continue;
        }
        if (careful && !check_first(w, begin)) {
            return row;
        }
        if (*begin != '{') {
            (void)fail_syntax(w, begin);
            return row;
        }
        if (!read_record(w, begin, w->first_row + row, w->room->cells + row * stride)) {
            return row;
        }
        line = w->text + w->ends[w->field - 1] + 1;
        row++;
    }
    return rows;
}

/* The one run of the block. */
static nx_status
make_run(nx_csv_block *block, const walk_room *room, size_t rows, size_t slots,
         nx_error *error)
{
    block->good_rows = rows;
    if (rows == 0) {
        return NX_OK;
    }
    if (block->run_capacity == 0) {
        block->runs = nx_alloc(1, sizeof block->runs[0]);
        if (block->runs == NULL) {
            return no_memory(error);
        }
        block->run_capacity = 1;
    }
    block->run_count = 1;
    block->runs[0] = (nx_csv_run){
        .text = block->text,
        .ends = room->cells,
        .stride = 2 * slots,
        .rows = rows,
        .quotes = block->scan.quotes,
    };
    return NX_OK;
}

nx_status
nx_json_split(nx_csv_block *block, const nx_csv_shape *shape, const nx_csv_chunk *chunk,
              nx_error *error)
{
    nx_json_walk *shared = shape->context;
    const nx_csv_scan *scan = &block->scan;
    const size_t whole = scan->records - scan->blanks;
    const size_t rows = chunk->rows < whole ? chunk->rows : whole;
    if (shared->slot_count > 0 &&
        chunk->first_row + rows > shared->most_cells / shared->slot_count) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 716,
                            "records of so many different keys make a table of more "
                            "than %llu cells, nearly all of them missing",
                            (unsigned long long)shared->most_cells);
    }
    if (rows == 0) {
        return NX_OK;
    }
    walk_room *room = room_of(block, shared->keys);
    if (room == NULL) {
        return no_memory(error);
    }
    nx_status status = reserve_cells(room, rows, shared->slot_count, error);
    if (status != NX_OK) {
        return status;
    }
    walk w = {
        .shared = shared,
        .block = block,
        .room = room,
        .text = block->text,
        .ends = block->ends + 1,
        .end = block->text + scan->consumed,
        .first_row = chunk->first_row,
        .bad_byte = SIZE_MAX,
        .error = error,
    };
    if (scan->non_ascii) {
        const size_t valid = nx_utf8_valid_prefix(block->text, scan->consumed);
        w.bad_byte = valid < scan->consumed ? valid : SIZE_MAX;
    }
    const size_t good = read_records(&w, rows);
    if (w.status != NX_OK) {
        return w.status;
    }
    block->bad_row = good;
    block->check_utf8 = false;
    return make_run(block, room, good, shared->slot_count, error);
}
