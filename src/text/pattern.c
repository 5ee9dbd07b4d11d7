/* The linear bound. A search tries one start after another, and an unbounded repetition
 * that is reached again inside a stretch where it was before ends where it ended then;
 * what follows failed there and would fail again. So each repetition keeps the last
 * stretch behind which nothing matched (`failed`). Starts only grow, and with them the
 * places where parts are reached, so one stretch is enough: no byte is run over by the
 * same repetition twice. */
#include "text/pattern.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "text/pattern_class.h"
#include "text/pattern_literal.h"

/* A part made ready. */
typedef struct ready_part {
    nx_literal literal; /* of length 0 for a class */
    const nx_charset *set;
    size_t least, most;
} ready_part;

struct nx_pattern {
    bool utf8, at_start;
    nx_pattern_end end;
    size_t part_count, set_count;
    ready_part parts[NX_PATTERN_PARTS];
    nx_charset sets[NX_PATTERN_PARTS];
};

/* ---- Making ---- */

static bool
is_sound(const nx_pattern_spec *spec)
{
    const size_t bits = spec->utf8 ? NX_CHARSET_POINTS : NX_CHARSET_BYTES;
    bool sound = spec->part_count > 0 && spec->part_count <= NX_PATTERN_PARTS &&
                 spec->set_count <= NX_PATTERN_PARTS;
    for (size_t i = 0; sound && i < spec->part_count; i++) {
        const nx_pattern_part *const given = &spec->parts[i];
        sound = given->literal.length > 0 ||
                (given->set < spec->set_count && given->least <= given->most &&
                 given->most > 0);
    }
    for (size_t i = 0; sound && i < spec->set_count; i++) {
        sound = spec->sets[i].length == bits;
    }
    return sound;
}

nx_status
nx_pattern_new(const nx_pattern_spec *spec, nx_pattern **made, nx_error *error)
{
    *made = NULL;
    if (!is_sound(spec)) {
        return nx_error_set(error, NX_ERR_FORMAT, 0, "no pattern of these parts");
    }
    nx_pattern *pattern = nx_alloc_zeroed(1, sizeof *pattern);
    bool good = pattern != NULL;
    if (good) {
        pattern->utf8 = spec->utf8;
        pattern->at_start = spec->at_start;
        pattern->end = spec->end;
        pattern->part_count = spec->part_count;
        pattern->set_count = spec->set_count;
    }
    for (size_t i = 0; good && i < spec->set_count; i++) {
        good = nx_charset_init(&pattern->sets[i], spec->sets[i].text,
                               spec->sets[i].length);
    }
    for (size_t i = 0; good && i < spec->part_count; i++) {
        const nx_pattern_part *const given = &spec->parts[i];
        ready_part *const ready = &pattern->parts[i];
        ready->set = &pattern->sets[given->set];
        ready->least = given->least;
        ready->most = given->most;
        if (given->literal.length > 0) {
            ready->set = NULL;
            good = nx_literal_init(&ready->literal, given->literal.text,
                                   given->literal.length);
        }
    }
    if (!good) {
        nx_pattern_free(pattern);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a pattern");
    }
    *made = pattern;
    return NX_OK;
}

void
nx_pattern_free(nx_pattern *pattern)
{
    if (pattern == NULL) {
        return;
    }
    for (size_t i = 0; i < pattern->set_count; i++) {
        nx_charset_clear(&pattern->sets[i]);
    }
    for (size_t i = 0; i < pattern->part_count; i++) {
        nx_literal_clear(&pattern->parts[i].literal);
    }
    nx_free(pattern);
}

size_t
nx_pattern_part_count(const nx_pattern *pattern)
{
    return pattern->part_count;
}

bool
nx_pattern_is_utf8(const nx_pattern *pattern)
{
    return pattern->utf8;
}

/* ---- One attempt ---- */

/* Keeps where the unbounded repetitions of an attempt were that failed at `part`. */
static void
note_failure(nx_pattern_walk *walk, size_t failed_part)
{
    for (size_t i = 0; i < failed_part; i++) {
        if (walk->pattern->parts[i].most == NX_UNBOUNDED &&
            walk->bounds[i] < walk->bounds[i + 1]) {
            walk->failed[i].start = walk->bounds[i];
            walk->failed[i].end = walk->bounds[i + 1];
        }
    }
}

/* The end of a part that begins at `at`, or NX_NOT_FOUND. */
NX_INLINE size_t
part_end(nx_pattern_walk *walk, size_t number, size_t at)
{
    const ready_part *const part = &walk->pattern->parts[number];
    const uint8_t *const text = walk->text.text;
    const size_t n = walk->text.length, left = n - at;
    if (part->set == NULL) {
        const size_t length = part->literal.length;
        return length <= left && memcmp(text + at, part->literal.bytes, length) == 0
                   ? at + length
                   : NX_NOT_FOUND;
    }
    if (at >= walk->failed[number].start && at < walk->failed[number].end) {
        return NX_NOT_FOUND;
    }
    size_t count;
    const uint8_t *const stop =
        nx_charset_span(part->set, text + at, text + n, part->most, &count);
    const size_t end = (size_t)(stop - text);
    if (count >= part->least) {
        return end;
    }
    if (part->most == NX_UNBOUNDED) { /* from later in this stretch, even fewer */
        walk->failed[number].start = at;
        walk->failed[number].end = end;
    }
    return NX_NOT_FOUND;
}

static bool
may_end(const nx_pattern *pattern, nx_span text, size_t at)
{
    const bool at_end = at == text.length;
    switch (pattern->end) {
        case NX_END_OF_TEXT:
            return at_end;
        case NX_END_OF_LINE:
            return at_end || (at + 1 == text.length && text.text[at] == '\n');
        default:
            return true;
    }
}

/* Whether a match begins at `start`; then the bounds of its parts are set. */
static bool
attempt(nx_pattern_walk *walk, size_t start)
{
    const nx_pattern *const pattern = walk->pattern;
    size_t at = start, i = 0;
    walk->bounds[0] = start;
    for (; i < pattern->part_count; i++) {
        at = part_end(walk, i, at);
        if (at == NX_NOT_FOUND) {
            break;
        }
        walk->bounds[i + 1] = at;
    }
    if (i == pattern->part_count && may_end(pattern, walk->text, at)) {
        return true;
    }
    note_failure(walk, i);
    return false;
}

/* ---- All of a text ---- */

void
nx_pattern_walk_start(nx_pattern_walk *walk, const nx_pattern *pattern, nx_span text)
{
    walk->pattern = pattern;
    walk->text = text;
    if (text.text == NULL) {
        walk->text.text = (const uint8_t *)"";
    }
    walk->from = 0;
    walk->not_empty = SIZE_MAX;
    for (size_t i = 0; i < pattern->part_count; i++) {
        walk->failed[i].start = walk->failed[i].end = 0;
    }
}

/* The first place from `at` on where a match may begin; above n if there is none. */
NX_INLINE size_t
next_start(const nx_pattern_walk *walk, size_t at)
{
    const nx_pattern *const pattern = walk->pattern;
    const ready_part *const first = &pattern->parts[0];
    const uint8_t *const text = walk->text.text;
    const size_t n = walk->text.length;
    if (pattern->at_start) {
        return at == 0 ? 0 : SIZE_MAX;
    }
    if (first->set == NULL) {
        return nx_literal_find(&first->literal, text, n, at);
    }
    if (first->least == 0 || at > n) {
        return at;
    }
    const uint8_t *const found = nx_charset_find(first->set, text + at, text + n);
    return found == text + n ? SIZE_MAX : (size_t)(found - text);
}

/* The place one character on, or behind the end. */
NX_INLINE size_t
step(const nx_pattern_walk *walk, size_t at)
{
    const size_t n = walk->text.length;
    at++;
    while (walk->pattern->utf8 && at < n && (walk->text.text[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

bool
nx_pattern_walk_next(nx_pattern_walk *walk)
{
    const size_t n = walk->text.length, parts = walk->pattern->part_count;
    size_t at = walk->from;
    while ((at = next_start(walk, at)) <= n) {
        if (attempt(walk, at)) {
            const size_t end = walk->bounds[parts];
            if (end > at || at != walk->not_empty) {
                walk->from = end;
                walk->not_empty = end == at ? end : SIZE_MAX;
                return true;
            }
        }
        const size_t stepped = step(walk, at), skipped = walk->failed[0].end;
        at = stepped > skipped ? stepped : skipped;
    }
    walk->from = SIZE_MAX;
    return false;
}

/* True for a pattern of one part that may stand anywhere. */
NX_INLINE bool
is_plain(const nx_pattern *pattern)
{
    return pattern->part_count == 1 && !pattern->at_start &&
           pattern->end == NX_END_ANYWHERE;
}

bool
nx_pattern_test(const nx_pattern *pattern, nx_pattern_how how, nx_span text)
{
    if (how == NX_SEARCH && is_plain(pattern) && pattern->parts[0].set == NULL) {
        return nx_literal_find(&pattern->parts[0].literal, text.text, text.length, 0) !=
               NX_NOT_FOUND;
    }
    nx_pattern_walk walk;
    nx_pattern_walk_start(&walk, pattern, text);
    if (how == NX_SEARCH) {
        return nx_pattern_walk_next(&walk);
    }
    return attempt(&walk, 0) &&
           (how == NX_MATCH || walk.bounds[pattern->part_count] == text.length);
}

size_t
nx_pattern_count(const nx_pattern *pattern, nx_span text)
{
    const ready_part *const first = &pattern->parts[0];
    if (is_plain(pattern) && first->set != NULL && first->least == 1 &&
        first->most == NX_UNBOUNDED) {
        return nx_charset_runs(first->set, text.text, text.length);
    }
    nx_pattern_walk walk;
    size_t count = 0;
    nx_pattern_walk_start(&walk, pattern, text);
    while (nx_pattern_walk_next(&walk)) {
        count++;
    }
    return count;
}
