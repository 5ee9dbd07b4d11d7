/* Simple patterns, matched as a backtracking engine would, without backtracking.
 *
 * A pattern is a sequence of parts: literals and repeated character classes. Repetition
 * is greedy. Whoever makes a pattern promises that giving back never helps: the class
 * of a part that may have different lengths has no character in common with the first
 * ones of what may follow it. So there is one way to match at most from any place, and
 * the time of a search is linear in the text: n bytes cost at most n times the lengths
 * of literals and of repetitions with a bound.
 *
 * Texts are UTF-8, or bytes; positions count bytes. */
#ifndef NX_TEXT_PATTERN_H
#define NX_TEXT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
    NX_PATTERN_PARTS = 32 /* at most */
};

#define NX_UNBOUNDED SIZE_MAX

/* A literal, or a class that is repeated. */
typedef struct nx_pattern_part {
    nx_span literal; /* of length 0 for a class */
    size_t set;      /* number of the class */
    size_t least, most;
} nx_pattern_part;

typedef enum nx_pattern_end {
    NX_END_ANYWHERE,
    NX_END_OF_LINE, /* at the end, or before a newline that is the last byte: `$` */
    NX_END_OF_TEXT  /* `\Z` */
} nx_pattern_end;

typedef struct nx_pattern_spec {
    bool utf8;
    bool at_start; /* matches at the start of the text only */
    nx_pattern_end end;
    size_t part_count, set_count;
    const nx_pattern_part *parts;
    const nx_span *sets; /* bits, see nx_charset_init: of code points for utf8 */
} nx_pattern_spec;

/* Read by any number of threads. */
typedef struct nx_pattern nx_pattern;

/* Makes *made of a copy of all that the spec refers to. NX_ERR_MEMORY, or
 * NX_ERR_FORMAT for a spec that makes no sense; *made is NULL then. */
NX_MUST_CHECK nx_status nx_pattern_new(const nx_pattern_spec *spec, nx_pattern **made,
                                       nx_error *error);

/* Releases a pattern; NULL is allowed. */
void nx_pattern_free(nx_pattern *pattern);

/* How many parts there are. */
size_t nx_pattern_part_count(const nx_pattern *pattern);

/* Whether it is for UTF-8, else for bytes. */
bool nx_pattern_is_utf8(const nx_pattern *pattern);

/* Where a match may begin and end. */
typedef enum nx_pattern_how {
    NX_SEARCH, /* anywhere */
    NX_MATCH,  /* begins at the start of the text */
    NX_FULLMATCH
} nx_pattern_how;

/* Whether there is a match in the text. */
bool nx_pattern_test(const nx_pattern *pattern, nx_pattern_how how, nx_span text);

/* How many matches that do not overlap. */
size_t nx_pattern_count(const nx_pattern *pattern, nx_span text);

/* A walk over the matches of one text, from left to right, by the rules of re.finditer:
 * an empty match may stand right behind another match, but not behind an empty one. */
typedef struct nx_pattern_walk {
    const nx_pattern *pattern;
    nx_span text;
    size_t from;                         /* where the next match may begin */
    size_t not_empty;                    /* where an empty one may not */
    size_t bounds[NX_PATTERN_PARTS + 1]; /* of the parts of the match found last */
    struct {
        size_t start, end;
    } failed[NX_PATTERN_PARTS]; /* repetitions behind which nothing matched */
} nx_pattern_walk;

void nx_pattern_walk_start(nx_pattern_walk *walk, const nx_pattern *pattern,
                           nx_span text);

/* Goes to the next match; false if there is none. Part i of it is from bounds[i] to
 * bounds[i + 1]. */
bool nx_pattern_walk_next(nx_pattern_walk *walk);

#endif
