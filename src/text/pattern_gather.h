/* Texts made of the matches of patterns: all matches, the first one, replacements.
 *
 * What an item gives is measured first and written later, to a place that was made for
 * it, by any thread. An item that has changed meanwhile is noticed. */
#ifndef NX_TEXT_PATTERN_GATHER_H
#define NX_TEXT_PATTERN_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "text/pattern.h"

/* A group of a match: its text goes from the start of part `first` to that of part
 * `end`. The whole match is a group too. */
typedef struct nx_pattern_group {
    size_t first, end;
} nx_pattern_group;

/* A piece of what replaces a match. */
typedef struct nx_pattern_piece {
    nx_span text;
    bool is_group; /* then the text of `group` and not `text` */
    nx_pattern_group group;
} nx_pattern_piece;

typedef enum nx_gather_kind {
    NX_GATHER_ALL,     /* for every match, the text of each group */
    NX_GATHER_FIRST,   /* the text of one group of the first match, or none */
    NX_GATHER_REPLACED /* the item, with matches replaced */
} nx_gather_kind;

/* What is to be done. Refers to memory of the caller. */
typedef struct nx_gather {
    nx_gather_kind kind;
    const nx_pattern *pattern;
    size_t group_count; /* 1 for NX_GATHER_FIRST */
    const nx_pattern_group *groups;
    size_t piece_count;
    const nx_pattern_piece *pieces;
    size_t limit; /* replacements at most */
} nx_gather;

/* Texts, and their bytes all together. */
typedef struct nx_gathered {
    size_t texts, bytes;
} nx_gathered;

/* The length that stands for no text at all. */
#define NX_NO_TEXT ((int64_t)-1)

/* What an item gives: one text, perhaps of no length, but for NX_GATHER_ALL. */
nx_gathered nx_gather_measure(const nx_gather *gather, nx_span item);

/* Writes the texts of an item, one behind the other, and their lengths. False, and
 * nothing written beyond `room`, if the item is not what was measured. */
bool nx_gather_write(const nx_gather *gather, nx_span item, nx_gathered room,
                     uint8_t *bytes, int64_t *lengths);

#endif
