#include "csv/csv_rejects.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "text/utf8.h"

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for bad records");
}

void
nx_csv_rejects_init(nx_csv_rejects *rejects)
{
    nx_mutex_init(&rejects->lock);
}

void
nx_csv_rejects_restart(nx_csv_rejects *rejects)
{
    nx_free(rejects->items);
    nx_free(rejects->messages);
    rejects->items = NULL;
    rejects->messages = NULL;
    rejects->item_count = rejects->capacity = rejects->used = rejects->room = 0;
    rejects->exceeded = false;
}

void
nx_csv_rejects_clear(nx_csv_rejects *rejects)
{
    nx_csv_rejects_restart(rejects);
    nx_mutex_destroy(&rejects->lock);
}

/* ---- While columns are written ---- */

static int
by_record(const void *a, const void *b)
{
    const nx_csv_reject *left = a, *right = b;
    return (left->record > right->record) - (left->record < right->record);
}

/* Where a reject belongs among those in order. */
static size_t
place_of(const nx_csv_rejects *rejects, uint64_t record)
{
    size_t at = rejects->item_count;
    while (at > 0 && rejects->items[at - 1].record > record) {
        at--;
    }
    return at;
}

/* A place for the reject of a record, or NULL: with *wanted false there are enough of
 * earlier ones, or else no memory is left. Where all are wanted they are sorted at the
 * end. */
static nx_csv_reject *
new_item(nx_csv_rejects *rejects, uint64_t record, bool *wanted)
{
    const bool all = rejects->most == SIZE_MAX;
    const size_t at = all ? rejects->item_count : place_of(rejects, record);
    *wanted = at < rejects->most;
    if (!*wanted) {
        return NULL;
    }
    if (rejects->item_count == rejects->capacity) {
        const size_t capacity = rejects->capacity == 0 ? 16 : 2 * rejects->capacity;
        nx_csv_reject *items =
            nx_realloc(rejects->items, rejects->capacity, capacity, sizeof items[0]);
        if (items == NULL) {
            return NULL;
        }
        rejects->items = items;
        rejects->capacity = capacity;
    }
    if (rejects->item_count == rejects->most) {
        rejects->item_count--; /* the last one is no longer among the first */
    }
    nx_csv_reject *item = &rejects->items[at];
    memmove(item + 1, item, (rejects->item_count - at) * sizeof *item);
    rejects->item_count++;
    return item;
}

static bool
keep_message(nx_csv_rejects *rejects, nx_csv_reject *item, const char *message)
{
    const size_t size = strlen(message);
    if (rejects->room - rejects->used < size) {
        const size_t room = 2 * rejects->room + NX_ERROR_MSG_SIZE;
        uint8_t *messages = nx_realloc(rejects->messages, rejects->room, room, 1);
        if (messages == NULL) {
            return false;
        }
        rejects->messages = messages;
        rejects->room = room;
    }
    memcpy(rejects->messages + rejects->used, message, size);
    item->message = rejects->used;
    item->message_size = size;
    rejects->used += size;
    return true;
}

/* Describes one flaw; *more is false once later ones are not wanted. */
static bool
add_flaw(nx_csv_rejects *rejects, const nx_csv_flaw *flaw, const nx_csv_chunk *chunk,
         const uint8_t *text, const nx_csv_dialect *dialect, bool *more)
{
    nx_csv_reject *item = new_item(rejects, chunk->first_row + flaw->row, more);
    if (item == NULL) {
        return !*more;
    }
    nx_error error;
    nx_csv_flaw_error(flaw, text, dialect, &error);
    *item = (nx_csv_reject){
        .record = chunk->first_row + flaw->row,
        .begin = chunk->offset + flaw->begin,
        .end = chunk->offset + flaw->end,
        .byte = chunk->offset + flaw->byte,
        .field = flaw->field == NX_CSV_NO_FIELD ? NX_NOWHERE : flaw->field,
        .code = error.code,
    };
    return keep_message(rejects, item, error.msg);
}

nx_status
nx_csv_rejects_add(nx_csv_rejects *rejects, const nx_csv_dirt *dirt,
                   const nx_csv_chunk *chunk, const uint8_t *text,
                   const nx_csv_dialect *dialect, nx_error *error)
{
    bool kept = true, more = true;
    if (dirt->count == 0) {
        return NX_OK;
    }
    nx_mutex_lock(&rejects->lock);
    for (size_t row = 0; row < dirt->rows && kept && more; row++) {
        const uint32_t number = dirt->of_row[row];
        const nx_csv_flaw *flaw = number == 0 ? NULL : &dirt->flaws[number - 1];
        if (flaw != NULL && flaw->status != NX_OK) {
            kept = add_flaw(rejects, flaw, chunk, text, dialect, &more);
        }
    }
    nx_mutex_unlock(&rejects->lock);
    return kept ? NX_OK : no_memory(error);
}

/* ---- Afterwards ---- */

enum {
    WINDOW_BYTES = 256 << 10
};

/* A walk over the source, from reject to reject. */
typedef struct reject_walk {
    const nx_csv_rejects *rejects;
    const nx_csv_source *source;
    const nx_wait *wait;
    nx_csv_reject_table *table;
    nx_csv_window window;
    uint64_t from; /* of the window */
    nx_csv_source whole;
    nx_csv_window lines; /* onto the whole source: between pieces are lines too */
    uint64_t lines_from; /* of that window */
    uint64_t counted;    /* up to here in the whole source */
    uint64_t line;
} reject_walk;

static nx_buffer *
new_integers(size_t count)
{
    return nx_buffer_new(count, sizeof(int64_t));
}

static bool
make_strings(nx_column *column, size_t length)
{
    column->type = NX_TYPE_STRING;
    column->length = length;
    column->values = nx_buffer_new_zeroed(length, sizeof(nx_string_view));
    return column->values != NULL;
}

static nx_status
make_table(nx_csv_reject_table *table, size_t length, nx_error *error)
{
    table->length = length;
    table->record = new_integers(length);
    table->line = new_integers(length);
    table->byte = new_integers(length);
    table->field = new_integers(length);
    table->code = new_integers(length);
    const bool made = table->record != NULL && table->line != NULL &&
                      table->byte != NULL && table->field != NULL &&
                      table->code != NULL && make_strings(&table->text, length) &&
                      make_strings(&table->message, length);
    return made ? NX_OK : no_memory(error);
}

static void
put_integer(nx_buffer *values, size_t row, uint64_t value)
{
    ((int64_t *)nx_buffer_data(values))[row] = (int64_t)value;
}

/* Writes text of any bytes as UTF-8; `to` has room for four times as many. */
static size_t
make_utf8(const uint8_t *text, size_t n, uint8_t *to)
{
    static const char digits[] = "0123456789abcdef";
    size_t size = 0;
    while (n > 0) {
        const size_t valid = nx_utf8_valid_prefix(text, n);
        memcpy(to + size, text, valid);
        size += valid;
        text += valid;
        n -= valid;
        if (n > 0) {
            to[size++] = '\\';
            to[size++] = 'x';
            to[size++] = (uint8_t)digits[*text >> 4];
            to[size++] = (uint8_t)digits[*text & 15];
            text++;
            n--;
        }
    }
    return size;
}

/* Stores the text of a record. */
static bool
put_text(nx_column *column, size_t row, const uint8_t *text, size_t n)
{
    nx_string_view *view = (nx_string_view *)nx_buffer_data(column->values) + row;
    if (nx_utf8_valid_prefix(text, n) == n) {
        return nx_view_store(&column->slabs, view, text, n) != 0;
    }
    uint8_t *made = nx_alloc(n, 4);
    if (made == NULL) {
        return false;
    }
    const size_t size = make_utf8(text, n, made);
    const bool stored =
        size <= NX_VIEW_MAX && nx_view_store(&column->slabs, view, made, size) != 0;
    nx_free(made);
    return stored;
}

/* Shows source[begin..end), if it is not in the window already. */
static nx_status
show(reject_walk *walk, uint64_t begin, uint64_t end, nx_error *error)
{
    const size_t wanted = (size_t)(end - begin);
    if (walk->window.base != NULL && begin >= walk->from &&
        end <= walk->from + walk->window.n) {
        return NX_OK;
    }
    walk->from = begin;
    const nx_status status =
        nx_csv_window_load(&walk->window, walk->source, begin,
                           wanted > WINDOW_BYTES ? wanted : WINDOW_BYTES, error);
    if (status == NX_OK && walk->window.n < wanted) {
        return nx_error_set(error, NX_ERR_CHANGED, 113,
                            "the source was changed while it was read");
    }
    return status;
}

/* Counts lines up to a byte of the text. Rejects may stand close to each other: what is
 * loaded for one serves those behind it. */
static nx_status
count_lines(reject_walk *walk, uint64_t byte, nx_error *error)
{
    const uint64_t from = walk->counted;
    const uint64_t to = nx_csv_source_byte(walk->source, byte);
    nx_status status = NX_OK;
    walk->counted = to;
    if (to - from > WINDOW_BYTES) {
        uint64_t lines;
        status = nx_csv_count_lines(&walk->whole, from, to, &lines, walk->wait, error);
        walk->line += lines;
        return status;
    }
    if (walk->lines.base == NULL || to > walk->lines_from + walk->lines.n) {
        walk->lines_from = from;
        status =
            nx_csv_window_load(&walk->lines, &walk->whole, from, WINDOW_BYTES, error);
    }
    if (status == NX_OK) {
        const uint8_t *text = walk->lines.base + (size_t)(from - walk->lines_from);
        walk->line += nx_csv_line_ends(text, (size_t)(to - from));
    }
    return status;
}

static nx_status
fetch_reject(reject_walk *walk, size_t row, nx_error *error)
{
    const nx_csv_reject *item = &walk->rejects->items[row];
    nx_csv_reject_table *table = walk->table;
    const size_t size = (size_t)(item->end - item->begin);
    nx_status status = show(walk, item->begin, item->end, error);
    if (status == NX_OK) {
        status = count_lines(walk, item->byte, error);
    }
    if (status != NX_OK) {
        return status;
    }
    put_integer(table->record, row, item->record + 1);
    put_integer(table->line, row, walk->line);
    put_integer(table->byte, row, nx_csv_source_byte(walk->source, item->byte));
    put_integer(table->field, row,
                item->field == NX_NOWHERE ? UINT64_MAX : item->field);
    put_integer(table->code, row, (uint64_t)item->code);
    const uint8_t *text = walk->window.base + (size_t)(item->begin - walk->from);
    const uint8_t *message = walk->rejects->messages + item->message;
    return put_text(&table->text, row, text, size) &&
                   put_text(&table->message, row, message, item->message_size)
               ? NX_OK
               : no_memory(error);
}

nx_status
nx_csv_rejects_finish(nx_csv_rejects *rejects, const nx_csv_source *source,
                      nx_csv_reject_table *table, const nx_wait *wait, nx_error *error)
{
    reject_walk walk = {.rejects = rejects,
                        .source = source,
                        .whole = nx_csv_source_whole(source),
                        .wait = wait,
                        .table = table,
                        .line = 1};
    if (rejects->item_count > 0) {
        qsort(rejects->items, rejects->item_count, sizeof rejects->items[0], by_record);
    }
    nx_status status = make_table(table, rejects->item_count, error);
    for (size_t i = 0; i < rejects->item_count && status == NX_OK; i++) {
        status = fetch_reject(&walk, i, error);
    }
    nx_csv_window_clear(&walk.window);
    nx_csv_window_clear(&walk.lines);
    return status;
}

void
nx_csv_reject_table_clear(nx_csv_reject_table *table)
{
    nx_buffer_release(table->record);
    nx_buffer_release(table->line);
    nx_buffer_release(table->byte);
    nx_buffer_release(table->field);
    nx_buffer_release(table->code);
    nx_column_clear(&table->text);
    nx_column_clear(&table->message);
    memset(table, 0, sizeof *table);
}
