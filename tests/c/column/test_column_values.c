#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "column/column_text.h"
#include "column/column_values.h"
#include "number/parse_datetime.h"

enum {
    ROWS = 2000,
    AROUND = 64
};

static const nx_type types[] = {
    NX_TYPE_BOOL,        NX_TYPE_INT8,        NX_TYPE_INT16,      NX_TYPE_INT32,
    NX_TYPE_INT64,       NX_TYPE_UINT8,       NX_TYPE_UINT16,     NX_TYPE_UINT32,
    NX_TYPE_UINT64,      NX_TYPE_FLOAT16,     NX_TYPE_FLOAT32,    NX_TYPE_FLOAT64,
    NX_TYPE_DATETIME_D,  NX_TYPE_DATETIME_H,  NX_TYPE_DATETIME_M, NX_TYPE_DATETIME_S,
    NX_TYPE_DATETIME_MS, NX_TYPE_DATETIME_US, NX_TYPE_DATETIME_NS};

enum {
    TYPES = sizeof types / sizeof types[0]
};

static const nx_value_bounds none = {.given = false};

/* Parses one text that has the room around it which the header asks for and no more:
 * none if it is long. */
static nx_value_note
parse_one(nx_type type, const nx_value_bounds *bounds, const char *text, size_t n,
          void *value)
{
    const size_t around = n <= NX_VALUE_NEAR ? AROUND : 0;
    uint8_t *room = nx_alloc(n + 2 * around, 1);
    uint8_t note = NX_VALUE_GOOD;
    memset(room, '7', n + 2 * around); /* digits that are not the text's */
    memcpy(room + around, text, n);
    const nx_span span = {room + around, n};
    const size_t faults = nx_values_of_texts(type, bounds, &span, 1, value, &note);
    CHECK_INT(faults, note >= NX_VALUE_KIND);
    nx_free(room);
    return (nx_value_note)note;
}

static uint64_t
bits_of(nx_type type, const void *value)
{
    uint64_t bits = 0;
    memcpy(&bits, value, nx_type_width(type)); /* all that counts, on any machine */
    return bits;
}

static void
check(nx_type type, const char *text, nx_value_note expected, const void *value)
{
    uint64_t found = UINT64_MAX, wanted = 0;
    const nx_value_note note = parse_one(type, &none, text, strlen(text), &found);
    if (value == NULL) {
        nx_value_clear(type, &wanted);
        value = &wanted;
    }
    if (note != expected || bits_of(type, &found) != bits_of(type, value)) {
        nx_test_fail(__FILE__, __LINE__,
                     "'%s' as %s: note %d, not %d, or another value", text,
                     nx_type_name(type), (int)note, (int)expected);
    }
}

static void
test_spellings(void)
{
    const int64_t five = 5, day = 20484, minus = -20;
    const double half = 0.5, inf = HUGE_VAL;
    const float tenth = 0.1f;
    const uint16_t one = 0x3C00;
    const uint8_t yes = 1;
    const char *const blanks = "                                        ";
    char padded[128];
    check(NX_TYPE_INT64, "5", NX_VALUE_GOOD, &five);
    check(NX_TYPE_INT64, "\t+0005 ", NX_VALUE_GOOD, &five);
    check(NX_TYPE_INT64, "-20", NX_VALUE_GOOD, &minus);
    snprintf(padded, sizeof padded, "%s5%s", blanks, blanks);
    check(NX_TYPE_INT64, padded, NX_VALUE_GOOD, &five);
    check(NX_TYPE_INT64, "00000000000000000000000000000000000000005", NX_VALUE_GOOD,
          &five);
    check(NX_TYPE_INT64, "", NX_VALUE_KIND, NULL);
    check(NX_TYPE_INT64, " ", NX_VALUE_KIND, NULL);
    check(NX_TYPE_INT64, "5.0", NX_VALUE_KIND, NULL);
    check(NX_TYPE_INT64, "9223372036854775808", NX_VALUE_RANGE, NULL);
    check(NX_TYPE_INT8, "128", NX_VALUE_RANGE, NULL);
    check(NX_TYPE_UINT8, "-1", NX_VALUE_RANGE, NULL);
    check(NX_TYPE_FLOAT64, "0.5", NX_VALUE_GOOD, &half);
    check(NX_TYPE_FLOAT64, " 5e-1", NX_VALUE_GOOD, &half);
    check(NX_TYPE_FLOAT64, "1e400", NX_VALUE_GOOD, &inf);
    check(NX_TYPE_FLOAT64, "0.5x", NX_VALUE_KIND, NULL);
    check(NX_TYPE_FLOAT32, "0.1", NX_VALUE_GOOD, &tenth);
    check(NX_TYPE_FLOAT32, "", NX_VALUE_KIND, NULL);
    check(NX_TYPE_FLOAT16, "1.0", NX_VALUE_GOOD, &one);
    check(NX_TYPE_FLOAT16, "x", NX_VALUE_KIND, NULL);
    check(NX_TYPE_BOOL, "True", NX_VALUE_GOOD, &yes);
    snprintf(padded, sizeof padded, "%strue", blanks);
    check(NX_TYPE_BOOL, padded, NX_VALUE_GOOD, &yes);
    check(NX_TYPE_BOOL, "1", NX_VALUE_KIND, NULL);
    check(NX_TYPE_DATETIME_D, "2026-01-31", NX_VALUE_GOOD, &day);
    check(NX_TYPE_DATETIME_D, " 2026-01-31T00:00", NX_VALUE_GOOD, &day);
    check(NX_TYPE_DATETIME_D, "2026-01-31T00:00Z", NX_VALUE_ZONED, &day);
    check(NX_TYPE_DATETIME_D, "2026-01-31T07:30", NX_VALUE_FINE, NULL);
    check(NX_TYPE_DATETIME_D, "2026-01-31T07", NX_VALUE_FINE, NULL);
    check(NX_TYPE_DATETIME_D, "nat", NX_VALUE_GOOD, NULL);
    check(NX_TYPE_DATETIME_D, "2026-02-31", NX_VALUE_KIND, NULL);
    check(NX_TYPE_DATETIME_NS, "3000-01-01", NX_VALUE_RANGE, NULL);
    check(NX_TYPE_DATETIME_NS, "30000-01-01", NX_VALUE_RANGE, NULL);
}

/* Random values of every type, whose texts column_text.h writes, one behind the other
 * and so with digits of others around them. */
static void
test_texts_of_values_come_back(void)
{
    uint64_t values[ROWS], back[ROWS], seed = 3;
    uint32_t ends[ROWS];
    nx_span spans[ROWS];
    uint8_t notes[ROWS];
    const size_t size = ROWS * NX_TEXT_LONGEST + NX_TEXT_SPARE;
    uint8_t *const room = nx_alloc(AROUND + size + AROUND, 1);
    for (size_t t = 0; t < TYPES; t++) {
        const size_t width = nx_type_width(types[t]);
        for (size_t row = 0; row < ROWS; row++) {
            const uint64_t r = nx_test_random(&seed), value = r >> (r & 63);
            const uint64_t narrow = types[t] == NX_TYPE_BOOL ? value & 1 : value;
            nx_value_store_integer((uint8_t *)values + row * width, width, narrow);
        }
        nx_text_of_values(types[t], values, NULL, ROWS, room + AROUND, ends);
        for (size_t row = 0; row < ROWS; row++) {
            const size_t begin = row == 0 ? 0 : ends[row - 1];
            spans[row] = (nx_span){room + AROUND + begin, ends[row] - begin};
        }
        memset(notes, 0, sizeof notes);
        CHECK_INT(nx_values_of_texts(types[t], &none, spans, ROWS, back, notes), 0);
        for (size_t row = 0; row < ROWS; row++) {
            const uint8_t *a = (uint8_t *)values + row * width;
            const uint8_t *b = (uint8_t *)back + row * width;
            const bool is_nan = spans[row].length == 3 && spans[row].text[1] == 'a';
            if (notes[row] != NX_VALUE_GOOD || (!is_nan && memcmp(a, b, width) != 0)) {
                nx_test_fail(__FILE__, __LINE__, "'%.*s' as %s", (int)spans[row].length,
                             spans[row].text, nx_type_name(types[t]));
            }
        }
    }
    nx_free(room);
}

static void
test_what_is_missing_is_no_fault(void)
{
    const nx_value_bounds bounds = {.given = true, .low = 1, .high = 2};
    for (size_t t = 0; t < TYPES; t++) {
        uint64_t value = UINT64_MAX, wanted = 0;
        uint8_t note = NX_VALUE_GOOD;
        const nx_span span = {NULL, 0};
        nx_value_clear(types[t], &wanted);
        CHECK_INT(nx_values_of_texts(types[t], &bounds, &span, 1, &value, &note), 0);
        CHECK_INT(note, NX_VALUE_MISSING);
        CHECK(bits_of(types[t], &value) == bits_of(types[t], &wanted));
    }
}

static void
check_held(nx_type type, const nx_value_bounds *bounds, const char *text,
           nx_value_note expected)
{
    uint64_t value;
    const nx_value_note note = parse_one(type, bounds, text, strlen(text), &value);
    if (note != expected) {
        nx_test_fail(__FILE__, __LINE__, "'%s' as %s: note %d, not %d", text,
                     nx_type_name(type), (int)note, (int)expected);
    }
}

static void
test_bounds(void)
{
    nx_value_bounds bounds = {.given = true,
                              .low = nx_value_key(-3),
                              .high = nx_value_key(5),
                              .least = -3,
                              .largest = 5};
    static const nx_type signed_types[] = {
        NX_TYPE_INT8,    NX_TYPE_INT16,   NX_TYPE_INT32,  NX_TYPE_INT64,
        NX_TYPE_FLOAT16, NX_TYPE_FLOAT32, NX_TYPE_FLOAT64};
    for (size_t i = 0; i < sizeof signed_types / sizeof signed_types[0]; i++) {
        check_held(signed_types[i], &bounds, "-4", NX_VALUE_BELOW);
        check_held(signed_types[i], &bounds, "-3", NX_VALUE_GOOD);
        check_held(signed_types[i], &bounds, " 5", NX_VALUE_GOOD);
        check_held(signed_types[i], &bounds, "6", NX_VALUE_ABOVE);
        check_held(signed_types[i], &bounds, "x", NX_VALUE_KIND);
    }
    check_held(NX_TYPE_FLOAT64, &bounds, "nan", NX_VALUE_BELOW);
    check_held(NX_TYPE_FLOAT16, &bounds, "nan", NX_VALUE_BELOW);
    check_held(NX_TYPE_FLOAT16, &bounds, "-inf", NX_VALUE_BELOW);
    check_held(NX_TYPE_FLOAT16, &bounds, "-6e-8", NX_VALUE_GOOD);
    check_held(NX_TYPE_FLOAT16, &bounds, "65504", NX_VALUE_ABOVE);
    check_held(NX_TYPE_DATETIME_D, &bounds, "1969-12-29", NX_VALUE_GOOD);
    check_held(NX_TYPE_DATETIME_D, &bounds, "1969-12-28", NX_VALUE_BELOW);
    check_held(NX_TYPE_DATETIME_D, &bounds, "1970-01-07T00:00Z", NX_VALUE_ABOVE);
    check_held(NX_TYPE_DATETIME_D, &bounds, "1970-01-06T00:00Z", NX_VALUE_ZONED);
    check_held(NX_TYPE_DATETIME_D, &bounds, "NaT", NX_VALUE_BELOW);
    bounds = (nx_value_bounds){.given = true, .low = 3, .high = UINT64_MAX - 1};
    check_held(NX_TYPE_UINT8, &bounds, "2", NX_VALUE_BELOW);
    check_held(NX_TYPE_UINT8, &bounds, "255", NX_VALUE_GOOD);
    check_held(NX_TYPE_UINT64, &bounds, "18446744073709551614", NX_VALUE_GOOD);
    check_held(NX_TYPE_UINT64, &bounds, "18446744073709551615", NX_VALUE_ABOVE);
    bounds.all_above = true;
    check_held(NX_TYPE_UINT64, &bounds, "7", NX_VALUE_ABOVE);
    check_held(NX_TYPE_UINT64, &bounds, "1", NX_VALUE_BELOW);
    bounds.all_below = true;
    check_held(NX_TYPE_UINT64, &bounds, "7", NX_VALUE_BELOW);
}

const nx_test nx_suite_column_values[] = {
    NX_TEST(test_spellings),
    NX_TEST(test_texts_of_values_come_back),
    NX_TEST(test_what_is_missing_is_no_fault),
    NX_TEST(test_bounds),
    {0},
};
