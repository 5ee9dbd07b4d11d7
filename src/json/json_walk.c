#include "json/json_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "json/json_check.h"
#include "json/json_room.h"
#include "text/utf8.h"

/* One block. */
typedef struct walk {
    nx_json_walk *shared;
    nx_csv_block *block;
    nx_json_room *room;
    const uint8_t *text;
    const uint32_t *ends; /* commas outside of strings, and line feeds */
    const uint8_t *end;   /* of all records */
    uint64_t first_row;
    size_t field;    /* the next of `ends` */
    size_t bad_byte; /* the first byte that is not UTF-8, or SIZE_MAX */
    nx_error *error;
    nx_status status; /* not NX_OK: no record is at fault */
} walk;

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the records");
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
    while (*at <= ' ' && nx_json_is_blank(*at)) {
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
        if (!nx_json_room_reserve_plain(w->room, length)) {
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
    bool first;
    if (!meet_further(w, key, length, row, place, &further)) {
        return false;
    }
    if (!nx_json_room_stamp_further(w->room, further, &first)) {
        return stop(w, no_memory(w->error));
    }
    return first || fail_at(w, 713, begin, "a key stands twice");
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

/* Where the last value of a record ends, which with its brace ends at `end`: without
 * the brace, and without blanks. NULL if there is none. */
NX_INLINE const uint8_t *
trim_last(const uint8_t *value, const uint8_t *end)
{
    if (end <= value || end[-1] != '}') {
        return NULL;
    }
    end--;
    while (end > value && nx_json_is_blank(end[-1])) {
        end--;
    }
    return end > value ? end : NULL;
}

/* Where a value ends whose comma or line feed is at `end`: without blanks, and without
 * the brace that ends its record. NULL if there is none. */
static const uint8_t *
value_end(const uint8_t *value, const uint8_t *end)
{
    const bool last = *end == '\n';
    while (end > value && nx_json_is_blank(end[-1])) {
        end--;
    }
    return last ? trim_last(value, end) : end > value ? end : NULL;
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

/* Writes down where a value stands. */
NX_INLINE void
put_cell(const walk *w, uint32_t *cells, const member *m)
{
    cells[2 * m->slot] = (uint32_t)(m->value - w->text) - 1;
    cells[2 * m->slot + 1] = (uint32_t)(m->end - w->text);
}

/* How far a record has been read. */
typedef struct progress {
    const uint8_t *at; /* the next key */
    size_t place;      /* members so far */
    size_t seen;       /* ... in wanted columns */
    bool ended;
} progress;

/* 1 for bytes that begin a value which is no array and no object. */
static const uint8_t begins_plain[256] = {
    ['"'] = 1, ['-'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1,
    ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['f'] = 1, ['n'] = 1, ['t'] = 1,
};

/* Reads members as long as their keys come as in the record before, with plain values
 * in wanted columns: what most members of most files are. The last value of a record is
 * taken with its brace at first; if there is none, the member is given back. */
NX_INLINE void
read_foreseen(walk *w, progress *p, uint32_t *cells)
{
    const nx_json_room *room = w->room;
    const nx_json_foreseen *const foreseen = room->foreseen;
    const size_t count = room->foreseen_count;
    const uint8_t *const text = w->text, *at = p->at, *before = p->at;
    const uint32_t *const ends = w->ends + w->field;
    size_t place = 0;
    bool last = false;
    while (place < count && !last) {
        const nx_json_foreseen *key = &foreseen[place];
        if (NX_UNLIKELY(!nx_json_foreseen_begins(key, at, w->end))) {
            break;
        }
        const uint8_t *const value = skip_blanks(at + key->size);
        const uint8_t *const end = text + ends[place], *value_end = end;
        if (NX_UNLIKELY(!begins_plain[*value])) {
            break;
        }
        while (NX_UNLIKELY(value_end[-1] <= ' ') && nx_json_is_blank(value_end[-1])) {
            value_end--;
        }
        cells[key->cell] = (uint32_t)(value - text) - 1;
        cells[key->cell + 1] = (uint32_t)(value_end - text);
        last = *end == '\n';
        before = at;
        at = skip_blanks(end + 1);
        place++;
    }
    if (last) {
        uint32_t *const cell = &cells[foreseen[place - 1].cell];
        const uint8_t *const value = text + (uint32_t)(cell[0] + 1);
        const uint8_t *const end = trim_last(value, text + cell[1]);
        p->ended = end != NULL;
        cell[1] = p->ended ? (uint32_t)(end - text) : cell[1];
        place -= !p->ended;
        at = p->ended ? at : before;
    }
    w->field += place;
    p->at = at;
    p->place = p->seen = place;
}

/* The number of the key at *at, which moves behind its colon: one of those that came
 * next before, or one that is looked up. False if the record is at fault. */
NX_INLINE bool
take_key(walk *w, const uint8_t **at, size_t before, uint64_t row, size_t place,
         uint32_t *number)
{
    const nx_json_keys *keys = w->shared->keys;
    uint32_t *next = w->room->next;
    *number = next[before];
    /* A key that is left out in this record has the next one behind it. */
    for (int skipped = 0; skipped < 3 && keys->count > 0; skipped++) {
        const nx_json_key *key = &keys->keys[*number];
        if (nx_json_key_begins(keys, key, *at, w->end)) {
            *at += key->size;
            next[before] = *number;
            return true;
        }
        *number = next[*number];
    }
    if (!read_key(w, at, row, place, number)) {
        return false;
    }
    if (*number != NX_JSON_NO_KEY) {
        next[before] = *number;
    }
    return true;
}

/* Reads the rest of the members of a record, whatever they are. The order in which
 * their keys come is what is foreseen from now on. */
static NX_NOINLINE bool
read_members(walk *w, progress *p, uint64_t row, uint32_t *cells)
{
    const nx_json_keys *keys = w->shared->keys;
    nx_json_room *room = w->room;
    size_t before = p->place == 0 ? keys->count : room->foreseen[p->place - 1].number;
    room->foreseen_count = p->place;
    for (;; p->place++) {
        const uint8_t *const begin = p->at;
        member m = {.slot = NX_JSON_NO_SLOT, .value = begin};
        uint32_t number;
        if (!take_key(w, &m.value, before, row, p->place, &number)) {
            return false;
        }
        before = keys->count + 1;
        if (number != NX_JSON_NO_KEY) {
            if (NX_UNLIKELY(room->stamps[number] == room->stamp)) {
                return fail_at(w, 713, begin, "a key stands twice");
            }
            room->stamps[number] = room->stamp;
            nx_json_room_foresee(room, keys, p->place, number);
            m.slot = keys->keys[number].slot;
            before = number;
        }
        m.value = skip_blanks(m.value);
        if (!pass_value(w, &m)) {
            return false;
        }
        if (m.slot != NX_JSON_NO_SLOT) {
            put_cell(w, cells, &m);
            p->seen++;
        }
        const uint8_t *const end = w->text + w->ends[w->field++];
        if (*end == '\n') {
            return true;
        }
        p->at = skip_blanks(end + 1);
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

/* Passes a record without members. */
static bool
pass_empty(walk *w, const uint8_t *brace)
{
    w->field++;
    return *skip_blanks(brace + 1) == '\n' || fail_syntax(w, brace);
}

/* Reads the record whose brace is at `begin`. */
NX_INLINE bool
read_record(walk *w, const uint8_t *begin, uint64_t row, uint32_t *cells)
{
    nx_json_room *room = w->room;
    progress p = {.at = skip_blanks(begin + 1)};
    read_foreseen(w, &p, cells);
    if (NX_LIKELY(p.ended && p.seen == w->shared->slot_count)) {
        return true;
    }
    room->stamp++;
    for (size_t i = 0; i < p.place; i++) {
        room->stamps[room->foreseen[i].number] = room->stamp;
    }
    if (p.place == 0 && *p.at == '}') {
        if (!pass_empty(w, p.at)) {
            return false;
        }
    }
    else if (!p.ended && !read_members(w, &p, row, cells)) {
        return false;
    }
    if (p.seen < w->shared->slot_count) {
        fill_missing(w, begin, cells);
    }
    return true;
}

/* Looks at a record with care, in a block that has one which is not JSON or not UTF-8:
 * whatever comes first in it is at fault. */
static bool
check_first(walk *w, const uint8_t *begin)
{
    const uint8_t *end = memchr(begin, '\n', (size_t)(w->end - begin));
    nx_json_fault fault;
    if (w->block->scan.suspect &&
        !nx_json_check_record(begin, (size_t)(end - begin), &fault) &&
        (size_t)(begin - w->text) + fault.at <= w->bad_byte) {
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
make_run(nx_csv_block *block, const nx_json_room *room, size_t rows, size_t slots,
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
nx_json_walk_check_size(const nx_json_walk *shared, uint64_t rows, nx_error *error)
{
    if (shared->slot_count == 0 || rows <= shared->most_cells / shared->slot_count) {
        return NX_OK;
    }
    return nx_error_set(error, NX_ERR_OVERFLOW, 716,
                        "records of so many different keys make a table of more than "
                        "%llu cells, nearly all of them missing",
                        (unsigned long long)shared->most_cells);
}

nx_status
nx_json_split(nx_csv_block *block, const nx_csv_shape *shape, const nx_csv_chunk *chunk,
              nx_error *error)
{
    nx_json_walk *shared = shape->context;
    const nx_csv_scan *scan = &block->scan;
    const size_t whole = scan->records - scan->blanks;
    const size_t rows = chunk->rows < whole ? chunk->rows : whole;
    nx_status status = nx_json_walk_check_size(shared, chunk->first_row + rows, error);
    if (status != NX_OK) {
        return status;
    }
    if (rows == 0) {
        return NX_OK;
    }
    nx_json_room *room = nx_json_room_of(block, shared->keys);
    if (room == NULL || !nx_json_room_reserve(room, rows, shared->slot_count)) {
        return no_memory(error);
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
