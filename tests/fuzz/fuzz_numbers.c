/* Fuzz target of numbers: text to integers and floats of every width, and back.
 *
 * The text is judged by a slow grammar and converted by strtod, whose C libraries here
 * are exact; the first bytes are also the bits of numbers, which are written, read back
 * and held against printf with every number of digits. */
#include "fuzz_checks.h"

#include <fenv.h>
#include <math.h>

#include "csv/csv_number_form.h"
#include "number/decimal_fast.h"
#include "number/format_int.h"
#include "number/half.h"
#include "number/pairs_fast.h"
#include "number/parse_float.h"
#include "number/shortest.h"

enum {
    CHOICES = 12, /* bytes before the text */
    LONGEST_TEXT = 1200,
    PADDING = 64
};

static uint32_t
float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static size_t
digits_at(const char *text)
{
    return strspn(text, "0123456789");
}

/* ---- Integers ---- */

/* A sign and digits; *magnitude is their number, *beyond whether 64 bits are too few
 * for it. */
static bool
slow_integer(const char *text, uint64_t *magnitude, bool *beyond)
{
    text += *text == '+' || *text == '-';
    const size_t n = digits_at(text);
    *magnitude = 0;
    *beyond = false;
    for (size_t i = 0; i < n; i++) {
        const uint64_t digit = (uint64_t)(text[i] - '0');
        *beyond = *beyond || *magnitude > (UINT64_MAX - digit) / 10;
        *magnitude = *magnitude * 10 + digit;
    }
    return n > 0 && text[n] == '\0';
}

static nx_parse_result
range_unless(bool within)
{
    return within ? NX_PARSE_OK : NX_PARSE_RANGE;
}

static void
check_integers(const uint8_t *text, size_t n, const char *whole)
{
    uint64_t magnitude, natural = 7;
    int64_t integer = 7;
    bool beyond;
    const bool negative = *whole == '-';
    const nx_parse_result signed_result = nx_parse_int64(text, n, &integer);
    const nx_parse_result result = nx_parse_uint64(text, n, &natural);
    if (strlen(whole) != n || !slow_integer(whole, &magnitude, &beyond)) {
        CHECK_INT(signed_result, NX_PARSE_INVALID);
        CHECK_INT(result, NX_PARSE_INVALID);
        CHECK(integer == 7 && natural == 7);
        return;
    }
    const uint64_t most = (uint64_t)INT64_MAX + negative;
    CHECK_INT(signed_result, range_unless(!beyond && magnitude <= most));
    CHECK_INT(result, range_unless(!beyond && (!negative || magnitude == 0)));
    if (signed_result == NX_PARSE_OK) {
        CHECK((uint64_t)integer == (negative ? UINT64_C(0) - magnitude : magnitude));
    }
    CHECK(result != NX_PARSE_OK || natural == magnitude);
}

/* ---- Floats ---- */

static bool
is_word(const char *text, const char *word)
{
    for (; *word != '\0' && (*text | 0x20) == *word; text++, word++) {
    }
    return *text == '\0' && *word == '\0';
}

static bool
slow_is_float(const char *text)
{
    text += *text == '+' || *text == '-';
    if (is_word(text, "inf") || is_word(text, "infinity") || is_word(text, "nan")) {
        return true;
    }
    const size_t whole = digits_at(text);
    text += whole;
    size_t fraction = 0;
    if (*text == '.') {
        fraction = digits_at(++text);
        text += fraction;
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        const size_t digits = digits_at(text);
        text += digits;
        if (digits == 0) {
            return false;
        }
    }
    return *text == '\0';
}

/* The decimal rounded to odd: a double between it and zero whose last bit says whether
 * there was more. To round that once more, to far fewer bits, is to round the decimal.
 */
static double
round_to_odd(const char *text)
{
    const int mode = fegetround();
    (void)fesetround(FE_TOWARDZERO);
    double below = strtod(text, NULL);
    (void)fesetround(*text == '-' ? FE_DOWNWARD : FE_UPWARD);
    const double above = strtod(text, NULL);
    (void)fesetround(mode);
    uint64_t bits;
    memcpy(&bits, &below, sizeof bits);
    bits |= below != above;
    memcpy(&below, &bits, sizeof bits);
    return below;
}

/* The binary16 nearest to a double, as a double. */
static double
slow_half(double value)
{
    int exponent;
    const double size = fabs(value);
    if (!isfinite(value) || size >= 65520) {
        return isnan(value) ? value : copysign((double)INFINITY, value);
    }
    (void)frexp(size, &exponent);
    exponent = exponent < -13 ? -13 : exponent;
    const double quantum = ldexp(1, exponent - 11);
    return copysign(nearbyint(size / quantum) * quantum, value);
}

static bool
same_double(double one, double other)
{
    return (isnan(one) && isnan(other)) || memcmp(&one, &other, sizeof one) == 0;
}

static void
check_floats(const uint8_t *text, size_t n, const char *whole)
{
    double wide = 7;
    float narrow = 7;
    uint16_t half = 7;
    const nx_parse_result result = nx_parse_double(text, n, &wide);
    const bool good = strlen(whole) == n && slow_is_float(whole);
    CHECK_INT(result, good ? NX_PARSE_OK : NX_PARSE_INVALID);
    CHECK_INT(nx_parse_float32(text, n, &narrow), result);
    CHECK_INT(nx_parse_float16(text, n, &half), result);
    if (good) {
        const double expected = strtod(whole, NULL);
        CHECK(same_double(wide, expected));
        CHECK(isnan(expected) ? isnan(narrow)
                              : float_bits(narrow) == float_bits(strtof(whole, NULL)));
        CHECK(same_double(nx_double_of_half(half), slow_half(round_to_odd(whole))));
    }
}

/* ---- The short ways of column loops ---- */

/* What they take is the same number, whatever stands around the text. */
static void
check_short_ways(const uint8_t *text, size_t n, uint8_t around)
{
    static uint8_t padded[PADDING + LONGEST_TEXT + PADDING];
    uint8_t *start = padded + PADDING, *end = start + n;
    double value, wide;
    float narrow, other;
    int64_t integer;
    uint64_t bits;
    memset(padded, around, sizeof padded);
    memcpy(start, text, n);
    if (nx_decimal_plain(start, end, &value)) {
        CHECK_INT(nx_parse_double(text, n, &wide), NX_PARSE_OK);
        CHECK(same_double(value, wide));
        CHECK_INT(nx_parse_float32(text, n, &other), NX_PARSE_OK);
        CHECK(!nx_narrow_to_float32(value, &narrow) || fabs(value) < 1e-37 ||
              fabs(value) > 1e38 || float_bits(narrow) == float_bits(other));
    }
    const bool fast =
        nx_integer_fast(start, end, (uint64_t)INT64_MAX + 1, INT64_MAX, &bits);
    const nx_parse_result result = nx_parse_int64(text, n, &integer);
    CHECK(!fast || (result == NX_PARSE_OK && (int64_t)bits == integer));
    const bool is_short = n > 0 && n <= 20u + (*text == '-' || *text == '+');
    CHECK(fast || result != NX_PARSE_OK || !is_short);
}

/* Two at once: the text is cut in two anywhere. */
static void
check_pairs(const uint8_t *text, size_t n, size_t cut, uint8_t around)
{
#ifdef NX_DIGITS_SSE
    uint8_t padded[2][PADDING + 32 + PADDING];
    nx_pair_text pair[2];
    const uint8_t *parts[2] = {text, text + cut};
    const size_t sizes[2] = {cut, n - cut};
    double both[2], value;
    int64_t integers[2], integer;
    if (sizes[0] > 32 || sizes[1] > 32) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        uint8_t *const start = padded[i] + PADDING;
        memset(padded[i], around, sizeof padded[i]);
        memcpy(start, parts[i], sizes[i]);
        pair[i] = nx_pair_text_of(start, start + sizes[i]);
    }
    const bool decimals = nx_decimal_pair(pair[0], pair[1], both);
    for (int zeros = 0; zeros < 2; zeros++) {
        const bool two = nx_int_pair(pair[0], pair[1], zeros != 0, integers);
        for (int i = 0; i < 2 && two; i++) {
            CHECK_INT(nx_parse_int64(parts[i], sizes[i], &integer), NX_PARSE_OK);
            CHECK_INT(integers[i], integer);
            CHECK(zeros != 0 || pair[i].n == 1 || pair[i].end[-(int)pair[i].n] != '0');
        }
    }
    for (int i = 0; i < 2 && decimals; i++) {
        CHECK_INT(nx_parse_double(parts[i], sizes[i], &value), NX_PARSE_OK);
        CHECK(same_double(both[i], value));
    }
#else
    (void)text, (void)n, (void)cut, (void)around;
#endif
}

/* ---- Numbers with a decimal comma or separators ---- */

/* The usual form of a number that groups its thousands; false if it is none. Brings
 * "1.234,5" to "1234.5". */
static bool
slow_form(const nx_csv_rules *rules, const char *text, char *to)
{
    const char *const separator = (const char *)rules->thousands.text;
    const size_t width = rules->thousands.size;
    const char *const number = to;
    if (*text == '+' || *text == '-') {
        *to++ = *text++;
    }
    size_t digits = digits_at(text), groups = 0;
    memcpy(to, text, digits);
    to += digits, text += digits;
    while (width > 0 && strncmp(text, separator, width) == 0) {
        if (digits_at(text + width) != 3 || digits == 0 ||
            (groups++ == 0 && digits > 3)) {
            return false;
        }
        memcpy(to, text + width, 3);
        to += 3, text += width + 3;
    }
    if (*text == rules->decimal) {
        *to++ = '.';
        text++;
    }
    else if (*text == '.') {
        return false;
    }
    const size_t fraction = digits_at(text);
    memcpy(to, text, fraction);
    to += fraction, text += fraction;
    if (*text != '\0' && *text != 'e' && *text != 'E') {
        return false;
    }
    strcpy(to, text);
    return slow_is_float(number);
}

static void
check_forms(const uint8_t *text, size_t n, const char *whole, uint8_t chosen)
{
    static const nx_csv_token separators[] = {
        {(const uint8_t *)",", 1},
        {(const uint8_t *)".", 1},
        {(const uint8_t *)" ", 1},
        {(const uint8_t *)"'", 1},
        {(const uint8_t *)"\xE2\x80\xAF", 3},
        {(const uint8_t *)"", 0},
    };
    uint8_t room[NX_CSV_NUMBER_ROOM];
    char expected[LONGEST_TEXT + 1];
    double value, other;
    const nx_csv_rules rules = {
        .own_numbers = true,
        .decimal = (chosen & 1) != 0 ? ',' : '.',
        .thousands = separators[(chosen >> 1) % 6],
    };
    if (strlen(whole) != n || n >= NX_CSV_NUMBER_ROOM || strpbrk(whole, "nN") != NULL ||
        (rules.thousands.size == 1 && rules.thousands.text[0] == rules.decimal)) {
        return;
    }
    const nx_csv_field found =
        nx_csv_number_text(&rules, (nx_csv_field){text, text + n}, room);
    const bool is_number =
        nx_parse_double(found.start, nx_csv_field_size(found), &value) == NX_PARSE_OK;
    CHECK_INT(is_number, slow_form(&rules, whole, expected));
    CHECK(!is_number || same_double(value, strtod(expected, NULL)));
    nx_csv_short_number own;
    nx_csv_field number;
    uint8_t padded[16 + 64 + 16] = {0};
    memset(padded, chosen, sizeof padded);
    if (n > 0 && n <= 64 && rules.thousands.size > 0) {
        memcpy(padded + 16, text, n);
        const nx_csv_field field = {padded + 16, padded + 16 + n};
        if (nx_csv_number_short(&rules, field, &own, &number)) {
            CHECK_INT(nx_parse_double(number.start, nx_csv_field_size(number),
                                      &other) == NX_PARSE_OK,
                      is_number);
            CHECK(!is_number || same_double(value, other));
        }
    }
}

/* ---- Numbers to text ---- */

static void
check_written(uint64_t bits)
{
    static const struct {
        binary_format format;
        uint64_t infinity; /* its bits; those of all others are twice as many */
    } formats[] = {{BINARY16, 0x7C00},
                   {BINARY32, 0x7F800000},
                   {BINARY64, UINT64_C(0x7FF) << BINARY64}};
    char text[64], expected[64];
    for (int i = 0; i < 3; i++) {
        const uint64_t infinity = formats[i].infinity,
                       step = infinity & (~infinity + 1);
        const uint64_t positive = bits & (infinity | (step - 1));
        const bool is_number = positive != 0 && positive < infinity;
        const char *fault =
            is_number ? shortest_fault(formats[i].format, positive, text) : NULL;
        if (fault != NULL) {
            nx_test_fail(__FILE__, __LINE__, "%s %s", text, fault);
        }
        /* With its sign, and what is no number. */
        put_shortest(formats[i].format, bits & (infinity * 2 + (2 * step - 1)), text);
        CHECK(strlen(text) <= NX_FLOAT_TEXT_MAX);
        CHECK(!is_number ||
              reads_as(formats[i].format, text + (*text == '-'), positive));
    }
    text[nx_format_int64((int64_t)bits, (uint8_t *)text)] = '\0';
    snprintf(expected, sizeof expected, "%" PRId64, (int64_t)bits);
    CHECK_STR(text, expected);
    text[nx_format_uint64(bits, (uint8_t *)text)] = '\0';
    snprintf(expected, sizeof expected, "%" PRIu64, bits);
    CHECK_STR(text, expected);
}

/* The digits of the point half-way from a number to the next, all or some of them: as
 * hard to round as a decimal can be. A long double holds that point, or is no wider
 * than a double and rounds it. */
static void
check_half_way(binary_format format, uint64_t bits, size_t digits, uint8_t last)
{
    static const uint64_t infinity[] = {
        [BINARY16] = 0x7C00,
        [BINARY32] = 0x7F800000,
        [BINARY64] = UINT64_C(0x7FF) << BINARY64,
    };
    char text[LONGEST_TEXT];
    bits %= infinity[format] - 1;
    const long double low = value_of(format, bits), high = value_of(format, bits + 1);
    const int n =
        snprintf(text, sizeof text, "%.*Le", (int)digits, low + (high - low) / 2);
    strchr(text, 'e')[-1] = (char)('0' + last % 10);
    check_floats((const uint8_t *)text, (size_t)n, text);
}

/* ---- The target ---- */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t bits;
    if (size < CHOICES || size - CHOICES > LONGEST_TEXT) {
        return 0;
    }
    const size_t n = size - CHOICES;
    uint8_t *const text = exact_copy(data + CHOICES, n);
    char *const whole = (char *)malloc(n + 1);
    CHECK(whole != NULL);
    memcpy(whole, text, n);
    whole[n] = '\0';
    memcpy(&bits, data, sizeof bits);
    check_integers(text, n, whole);
    check_floats(text, n, whole);
    check_short_ways(text, n, data[8]);
    check_pairs(text, n, n > 0 ? data[9] % (n + 1) : 0, data[8]);
    check_forms(text, n, whole, data[10]);
    check_written(bits);
    static const binary_format formats[] = {BINARY64, BINARY32, BINARY16};
    check_half_way(formats[data[9] % 3], bits, data[11] * 4u, data[10]);
    free(whole);
    free(text);
    return 0;
}
