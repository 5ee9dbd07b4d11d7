#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "text/pattern.h"
#include "text/pattern_class.h"

/* Patterns and texts over five characters, one of them of two bytes. Classes are bits
 * of their numbers. */
enum {
    LETTERS = 5,
    LONGEST = 7
};

static const char *const letters[LETTERS] = {"a", "b", "-", "\n", "\xC3\xA9"};
static const uint32_t points[LETTERS] = {'a', 'b', '-', '\n', 0xE9};

typedef struct slow_part {
    unsigned class; /* of a literal one bit */
    size_t least, most;
    bool literal;
} slow_part;

/* A pattern as a backtracking engine sees it. */
typedef struct slow_pattern {
    size_t count;
    slow_part parts[4];
    bool at_start;
    nx_pattern_end end;
} slow_pattern;

typedef struct slow_text {
    size_t n;
    uint8_t letter[LONGEST + 1];
} slow_text;

/* ---- Backtracking ---- */

/* Whether parts from `number` on match from `at`; the whole text, if it must. */
static bool
slow_match(const slow_pattern *pattern, const slow_text *text, size_t number, size_t at,
           bool whole, size_t *bounds)
{
    bounds[number] = at;
    if (number == pattern->count) {
        const bool at_end = at == text->n;
        const bool before_newline = at + 1 == text->n && text->letter[at] == 3;
        return (!whole || at_end) &&
               (pattern->end == NX_END_ANYWHERE || at_end ||
                (pattern->end == NX_END_OF_LINE && before_newline));
    }
    const slow_part *const part = &pattern->parts[number];
    size_t taken = 0;
    while (at + taken < text->n && taken < part->most &&
           (part->class >> text->letter[at + taken] & 1) != 0) {
        taken++;
    }
    for (size_t left = taken + 1; left > part->least; left--) {
        if (slow_match(pattern, text, number + 1, at + left - 1, whole, bounds)) {
            return true;
        }
    }
    return false;
}

/* The next match by the rules of re.finditer. */
static bool
slow_next(const slow_pattern *pattern, const slow_text *text, size_t *from,
          size_t *not_empty, size_t *bounds)
{
    for (size_t at = *from; at <= text->n; at++) {
        if ((pattern->at_start && at > 0) ||
            !slow_match(pattern, text, 0, at, false, bounds)) {
            continue;
        }
        const size_t end = bounds[pattern->count];
        if (end > at || at != *not_empty) {
            *from = end;
            *not_empty = end == at ? end : SIZE_MAX;
            return true;
        }
    }
    return false;
}

/* ---- Making ---- */

static bool
gives_back_in_vain(const slow_pattern *pattern)
{
    for (size_t i = 0; i < pattern->count; i++) {
        bool open = pattern->parts[i].least != pattern->parts[i].most;
        for (size_t next = i + 1; open && next < pattern->count; next++) {
            if ((pattern->parts[i].class & pattern->parts[next].class) != 0) {
                return false;
            }
            open = pattern->parts[next].least == 0;
        }
    }
    return true;
}

static slow_pattern
random_pattern(uint64_t *seed)
{
    static const struct {
        size_t least, most;
    } repeats[] = {{1, NX_UNBOUNDED},
                   {0, NX_UNBOUNDED},
                   {0, 1},
                   {2, 2},
                   {2, NX_UNBOUNDED},
                   {1, 2},
                   {1, 1},
                   {3, NX_UNBOUNDED}};
    slow_pattern made;
    do {
        made.count = 1 + nx_test_random(seed) % 4;
        made.at_start = nx_test_random(seed) % 5 == 0;
        made.end = nx_test_random(seed) % 3
                       ? NX_END_ANYWHERE
                       : (nx_pattern_end)(nx_test_random(seed) % 3);
        for (size_t i = 0; i < made.count; i++) {
            slow_part *const part = &made.parts[i];
            const size_t repeat = nx_test_random(seed) % 8;
            part->literal = nx_test_random(seed) % 3 == 0;
            part->class = 1u << nx_test_random(seed) % LETTERS;
            part->least = part->most = 1;
            if (!part->literal) {
                part->class |= (unsigned)nx_test_random(seed) % (1u << LETTERS);
                part->least = repeats[repeat].least;
                part->most = repeats[repeat].most;
            }
        }
    } while (!gives_back_in_vain(&made));
    return made;
}

/* Makes bits of a class, which the caller frees. */
static nx_span
bits_of(unsigned class)
{
    uint8_t *const bits = calloc(NX_CHARSET_POINTS, 1);
    for (unsigned i = 0; i < LETTERS; i++) {
        if (class >> i & 1) {
            bits[points[i] / 8] |= (uint8_t)(1u << points[i] % 8);
        }
    }
    return (nx_span){bits, NX_CHARSET_POINTS};
}

static nx_pattern *
make_pattern(const slow_pattern *slow)
{
    nx_pattern_part parts[4] = {{{NULL, 0}, 0, 0, 0}};
    nx_span sets[4];
    nx_pattern_spec spec = {.utf8 = true,
                            .at_start = slow->at_start,
                            .end = slow->end,
                            .part_count = slow->count,
                            .parts = parts,
                            .sets = sets};
    nx_pattern *pattern = NULL;
    nx_error error;
    for (size_t i = 0; i < slow->count; i++) {
        if (slow->parts[i].literal) {
            size_t letter = 0;
            while (slow->parts[i].class >> letter != 1) {
                letter++;
            }
            parts[i].literal =
                (nx_span){(const uint8_t *)letters[letter], strlen(letters[letter])};
            continue;
        }
        parts[i].set = spec.set_count;
        parts[i].least = slow->parts[i].least;
        parts[i].most = slow->parts[i].most;
        sets[spec.set_count++] = bits_of(slow->parts[i].class);
    }
    if (nx_pattern_new(&spec, &pattern, &error) != NX_OK) {
        CHECK(error.status == NX_ERR_MEMORY && pattern == NULL);
    }
    for (size_t i = 0; i < spec.set_count; i++) {
        free((void *)(uintptr_t)sets[i].text);
    }
    return pattern;
}

/* ---- Comparing ---- */

static void
check_text(const slow_pattern *slow, const nx_pattern *pattern, const slow_text *text)
{
    uint8_t bytes[2 * LONGEST];
    size_t place[LONGEST + 1], n = 0;
    for (size_t i = 0; i < text->n; i++) {
        const char *const letter = letters[text->letter[i]];
        place[i] = n;
        memcpy(bytes + n, letter, strlen(letter));
        n += strlen(letter);
    }
    place[text->n] = n;
    uint8_t *const exact = malloc(n + (n == 0)); /* for ASan */
    memcpy(exact, bytes, n);
    const nx_span span = {exact, n};
    size_t from = 0, not_empty = SIZE_MAX, bounds[5], count = 0;
    nx_pattern_walk walk;
    nx_pattern_walk_start(&walk, pattern, span);
    while (slow_next(slow, text, &from, &not_empty, bounds)) {
        CHECK(nx_pattern_walk_next(&walk));
        for (size_t i = 0; i <= slow->count && nx_test_failures() == 0; i++) {
            CHECK_INT(walk.bounds[i], place[bounds[i]]);
        }
        count++;
    }
    CHECK(!nx_pattern_walk_next(&walk));
    CHECK(!nx_pattern_walk_next(&walk));
    CHECK_INT(nx_pattern_count(pattern, span), count);
    CHECK_INT(nx_pattern_test(pattern, NX_SEARCH, span), count > 0);
    CHECK_INT(nx_pattern_test(pattern, NX_MATCH, span),
              slow_match(slow, text, 0, 0, false, bounds));
    CHECK_INT(nx_pattern_test(pattern, NX_FULLMATCH, span),
              slow_match(slow, text, 0, 0, true, bounds));
    free(exact);
}

static void
test_matches_are_those_of_backtracking(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 3000 && nx_test_failures() == 0; round++) {
        const slow_pattern slow = random_pattern(&seed);
        nx_pattern *const pattern = make_pattern(&slow);
        CHECK_INT(nx_pattern_part_count(pattern), slow.count);
        CHECK(nx_pattern_is_utf8(pattern));
        for (int i = 0; i < 150 && nx_test_failures() == 0; i++) {
            slow_text text = {.n = nx_test_random(&seed) % (LONGEST + 1)};
            const size_t kinds = 1 + nx_test_random(&seed) % LETTERS;
            for (size_t at = 0; at < text.n; at++) {
                text.letter[at] = (uint8_t)(nx_test_random(&seed) % kinds);
            }
            check_text(&slow, pattern, &text);
        }
        nx_pattern_free(pattern);
    }
}

static void
test_no_text_at_all(void)
{
    const slow_pattern some = {.count = 1, .parts = {{1, 1, NX_UNBOUNDED, false}}};
    const slow_pattern any = {.count = 1, .parts = {{1, 0, NX_UNBOUNDED, false}}};
    nx_pattern *const a = make_pattern(&some), *const b = make_pattern(&any);
    const nx_span nothing = {NULL, 0};
    CHECK_INT(nx_pattern_count(a, nothing), 0);
    CHECK_INT(nx_pattern_count(b, nothing), 1);
    CHECK(!nx_pattern_test(a, NX_SEARCH, nothing));
    CHECK(nx_pattern_test(b, NX_FULLMATCH, nothing));
    nx_pattern_free(a);
    nx_pattern_free(b);
    nx_pattern_free(NULL);
}

/* Backtracking would take hours for each of these. */
static void
test_hostile_texts_take_linear_time(void)
{
    static const slow_pattern patterns[] = {
        /* a+b */
        {2, {{1, 1, NX_UNBOUNDED, false}, {2, 1, 1, true}}, false, NX_END_ANYWHERE},
        /* a{1000,} */
        {1, {{1, 1000, NX_UNBOUNDED, false}}, false, NX_END_OF_TEXT},
        /* [ab]a*b */
        {3,
         {{3, 1, 1, false}, {1, 0, NX_UNBOUNDED, false}, {2, 1, 1, true}},
         false,
         NX_END_ANYWHERE},
        /* a*$ */
        {1, {{1, 0, NX_UNBOUNDED, false}}, false, NX_END_OF_LINE},
        /* [ab]a{4194304,} */
        {2,
         {{3, 1, 1, false}, {1, 1 << 22, NX_UNBOUNDED, false}},
         false,
         NX_END_ANYWHERE},
    };
    enum {
        BYTES = 1 << 21
    };
    uint8_t *const text = malloc(BYTES);
    memset(text, 'a', BYTES);
    text[BYTES - 1] = '-';
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        nx_pattern *const pattern = make_pattern(&patterns[i]);
        const size_t expected = i == 3; /* at the end, where nothing is left */
        CHECK_INT(nx_pattern_count(pattern, (nx_span){text, BYTES}), expected);
        nx_pattern_free(pattern);
    }
    free(text);
}

static void
test_specs_that_make_no_sense(void)
{
    static const uint8_t bits[NX_CHARSET_BYTES];
    static const nx_span sets[] = {{bits, sizeof bits}};
    nx_pattern_part part = {{NULL, 0}, 0, 1, 1};
    nx_pattern_spec spec = {
        .part_count = 1, .set_count = 1, .parts = &part, .sets = sets};
    nx_pattern *pattern;
    nx_error error;
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_OK);
    nx_pattern_free(pattern);
    part.set = 1;
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
    part = (nx_pattern_part){{NULL, 0}, 0, 2, 1};
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
    part = (nx_pattern_part){{NULL, 0}, 0, 0, 0};
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
    part = (nx_pattern_part){{NULL, 0}, 0, 1, 1};
    spec.utf8 = true; /* too few bits */
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
    spec.utf8 = false;
    spec.part_count = 0;
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
    CHECK(pattern == NULL);
    spec.part_count = NX_PATTERN_PARTS + 1;
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_ERR_FORMAT);
}

static bool
make_and_free(void *context)
{
    nx_pattern *const pattern = make_pattern(context);
    const bool made = pattern != NULL;
    nx_pattern_free(pattern);
    return made;
}

static void
test_allocation_failures(void)
{
    slow_pattern slow = {
        .count = 4,
        .parts = {
            {1, 1, 1, true}, {2, 1, 2, false}, {4, 1, 1, true}, {8, 1, 1, false}}};
    nx_test_alloc_failures(make_and_free, &slow, 40);
}

const nx_test nx_suite_pattern[] = {
    NX_TEST(test_matches_are_those_of_backtracking),
    NX_TEST(test_no_text_at_all),
    NX_TEST(test_hostile_texts_take_linear_time),
    NX_TEST(test_specs_that_make_no_sense),
    NX_TEST(test_allocation_failures),
    {0},
};
