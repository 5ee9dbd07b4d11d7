#include "text/pattern_gather.h"

#include <string.h>

/* Where texts go; with `bytes` NULL they are only measured. What has no room is counted
 * and not written. */
typedef struct text_sink {
    uint8_t *bytes;
    int64_t *lengths;
    nx_gathered room, used;
} text_sink;

static void
put_bytes(text_sink *sink, const uint8_t *text, size_t n)
{
    const size_t used = sink->used.bytes;
    if (sink->bytes != NULL && n > 0 && used <= sink->room.bytes &&
        n <= sink->room.bytes - used) {
        memcpy(sink->bytes + used, text, n);
    }
    sink->used.bytes += n;
}

static void
put_length(text_sink *sink, int64_t length)
{
    if (sink->bytes != NULL && sink->used.texts < sink->room.texts) {
        sink->lengths[sink->used.texts] = length;
    }
    sink->used.texts++;
}

static nx_span
group_text(const nx_pattern_walk *walk, nx_pattern_group group)
{
    const size_t start = walk->bounds[group.first], end = walk->bounds[group.end];
    return (nx_span){walk->text.text + start, end - start};
}

static void
put_text(text_sink *sink, nx_span text)
{
    put_bytes(sink, text.text, text.length);
    put_length(sink, (int64_t)text.length);
}

static void
put_replaced(const nx_gather *gather, nx_pattern_walk *walk, text_sink *sink)
{
    const size_t parts = nx_pattern_part_count(gather->pattern);
    const uint8_t *const text = walk->text.text;
    const size_t before = sink->used.bytes;
    size_t copied = 0;
    for (size_t i = 0; i < gather->limit && nx_pattern_walk_next(walk); i++) {
        put_bytes(sink, text + copied, walk->bounds[0] - copied);
        for (size_t p = 0; p < gather->piece_count; p++) {
            const nx_pattern_piece *const piece = &gather->pieces[p];
            const nx_span made =
                piece->is_group ? group_text(walk, piece->group) : piece->text;
            put_bytes(sink, made.text, made.length);
        }
        copied = walk->bounds[parts];
    }
    put_bytes(sink, text + copied, walk->text.length - copied);
    put_length(sink, (int64_t)(sink->used.bytes - before));
}

static void
put_item(const nx_gather *gather, nx_span item, text_sink *sink)
{
    nx_pattern_walk walk;
    nx_pattern_walk_start(&walk, gather->pattern, item);
    switch (gather->kind) {
        case NX_GATHER_ALL:
            while (nx_pattern_walk_next(&walk)) {
                for (size_t i = 0; i < gather->group_count; i++) {
                    put_text(sink, group_text(&walk, gather->groups[i]));
                }
            }
            break;
        case NX_GATHER_FIRST:
            if (nx_pattern_walk_next(&walk)) {
                put_text(sink, group_text(&walk, gather->groups[0]));
            }
            else {
                put_length(sink, NX_NO_TEXT);
            }
            break;
        case NX_GATHER_REPLACED:
            put_replaced(gather, &walk, sink);
            break;
    }
}

nx_gathered
nx_gather_measure(const nx_gather *gather, nx_span item)
{
    text_sink sink = {NULL, NULL, {0, 0}, {0, 0}};
    put_item(gather, item, &sink);
    return sink.used;
}

bool
nx_gather_write(const nx_gather *gather, nx_span item, nx_gathered room, uint8_t *bytes,
                int64_t *lengths)
{
    text_sink sink = {bytes, lengths, room, {0, 0}};
    put_item(gather, item, &sink);
    return sink.used.texts == room.texts && sink.used.bytes == room.bytes;
}
