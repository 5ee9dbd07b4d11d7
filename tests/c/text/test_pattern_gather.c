#include "harness.h"

#include <stdlib.h>

#include "text/pattern_class.h"
#include "text/pattern_gather.h"

#define SPAN(text) {(const uint8_t *)(text), sizeof(text) - 1}

/* [0-9]+ and then a literal "-", over bytes: two parts. */
static nx_pattern *
digits_and_dash(void)
{
    uint8_t bits[NX_CHARSET_BYTES] = {0};
    bits['0' / 8] = 0xFF;
    bits['8' / 8] = 0x03;
    const nx_span sets[] = {{bits, sizeof bits}};
    const nx_pattern_part parts[] = {{{NULL, 0}, 0, 1, NX_UNBOUNDED},
                                     {SPAN("-"), 0, 0, 0}};
    const nx_pattern_spec spec = {
        .part_count = 2, .set_count = 1, .parts = parts, .sets = sets};
    nx_pattern *pattern;
    nx_error error;
    CHECK_INT(nx_pattern_new(&spec, &pattern, &error), NX_OK);
    return pattern;
}

static const nx_pattern_group whole = {0, 2}, digits = {0, 1};

/* What an item gives, as texts between bars; "!" stands for no text at all. */
static void
check(const nx_gather *gather, nx_span item, const char *expected)
{
    const nx_gathered size = nx_gather_measure(gather, item);
    /* Their exact sizes, for ASan. */
    uint8_t *const bytes = malloc(size.bytes + (size.bytes == 0));
    int64_t *const lengths = malloc(size.texts * sizeof *lengths + 1);
    char shown[200];
    size_t used = 0, at = 0;
    CHECK(nx_gather_write(gather, item, size, bytes, lengths));
    for (size_t i = 0; i < size.texts; i++) {
        shown[used++] = '|';
        if (lengths[i] == NX_NO_TEXT) {
            shown[used++] = '!';
            continue;
        }
        memcpy(shown + used, bytes + at, (size_t)lengths[i]);
        used += (size_t)lengths[i];
        at += (size_t)lengths[i];
    }
    shown[used] = 0;
    CHECK_STR(shown, expected);
    CHECK_INT(at, size.bytes);
    free(bytes);
    free(lengths);
}

static void
test_all_matches(void)
{
    const nx_pattern_group groups[] = {whole, digits};
    nx_pattern *const pattern = digits_and_dash();
    nx_gather gather = {
        .kind = NX_GATHER_ALL, .pattern = pattern, .group_count = 1, .groups = groups};
    check(&gather, (nx_span)SPAN("12-x3-4"), "|12-|3-");
    check(&gather, (nx_span)SPAN("-"), "");
    check(&gather, (nx_span){NULL, 0}, "");
    gather.group_count = 2;
    check(&gather, (nx_span)SPAN("12-x3-4"), "|12-|12|3-|3");
    nx_pattern_free(pattern);
}

static void
test_first_match(void)
{
    nx_pattern *const pattern = digits_and_dash();
    const nx_gather gather = {.kind = NX_GATHER_FIRST,
                              .pattern = pattern,
                              .group_count = 1,
                              .groups = &digits};
    check(&gather, (nx_span)SPAN("x 12-3-"), "|12");
    check(&gather, (nx_span)SPAN("12"), "|!");
    check(&gather, (nx_span){NULL, 0}, "|!");
    nx_pattern_free(pattern);
}

static void
test_replaced(void)
{
    nx_pattern *const pattern = digits_and_dash();
    const nx_pattern_piece pieces[] = {{SPAN("<"), false, {0, 0}},
                                       {{NULL, 0}, true, digits},
                                       {SPAN(">"), false, {0, 0}}};
    nx_gather gather = {.kind = NX_GATHER_REPLACED,
                        .pattern = pattern,
                        .piece_count = 3,
                        .pieces = pieces,
                        .limit = SIZE_MAX};
    check(&gather, (nx_span)SPAN("a1-b22-c"), "|a<1>b<22>c");
    check(&gather, (nx_span)SPAN("1-"), "|<1>");
    check(&gather, (nx_span)SPAN("none"), "|none");
    check(&gather, (nx_span){NULL, 0}, "|");
    gather.limit = 1;
    check(&gather, (nx_span)SPAN("a1-b22-c"), "|a<1>b22-c");
    gather.limit = SIZE_MAX;
    gather.piece_count = 0;
    check(&gather, (nx_span)SPAN("a1-b22-c"), "|abc");
    nx_pattern_free(pattern);
}

/* An item that was another one when it was measured. */
static void
test_changed_items_are_noticed_and_nothing_is_overrun(void)
{
    static const nx_span items[] = {SPAN(""), SPAN("1-"), SPAN("1-2-"), SPAN("1234-"),
                                    SPAN("12-3-")};
    nx_pattern *const pattern = digits_and_dash();
    nx_gather gather = {
        .pattern = pattern, .group_count = 1, .groups = &whole, .limit = SIZE_MAX};
    for (int kind = NX_GATHER_ALL; kind <= NX_GATHER_REPLACED; kind++) {
        gather.kind = (nx_gather_kind)kind;
        for (size_t a = 0; a < 5; a++) {
            const nx_gathered size = nx_gather_measure(&gather, items[a]);
            uint8_t *const bytes = malloc(size.bytes + (size.bytes == 0));
            int64_t *const lengths = malloc(size.texts * sizeof *lengths + 1);
            for (size_t b = 0; b < 5; b++) {
                const nx_gathered other = nx_gather_measure(&gather, items[b]);
                const bool alike =
                    size.texts == other.texts && size.bytes == other.bytes;
                CHECK_INT(nx_gather_write(&gather, items[b], size, bytes, lengths),
                          alike);
            }
            free(bytes);
            free(lengths);
        }
    }
    nx_pattern_free(pattern);
}

const nx_test nx_suite_pattern_gather[] = {
    NX_TEST(test_all_matches),
    NX_TEST(test_first_match),
    NX_TEST(test_replaced),
    NX_TEST(test_changed_items_are_noticed_and_nothing_is_overrun),
    {0},
};
