/* Fuzz target of dates and times: ISO 8601 and layouts of one's own to counts, and
 * back.
 *
 * The bytes are a text and a layout. The text is judged by the slow parser of the
 * tests; by the layout a date of the first bytes is written, which has to be read as
 * that date. Those bytes are also a count of a unit, which has to come back from its
 * text. */
#include "fuzz_checks.h"

#include "number/date_format.h"
#include "number/datetime_fast.h"
#include "number/format_datetime.h"
#include "number/parse_datetime_far.h"
#include "number/slow_datetime.h"

enum {
    CHOICES = 12, /* bytes before layout, NUL and text */
    LONGEST_TEXT = 300,
    PADDING = 64
};

static void
check_same_time(const nx_datetime *one, const nx_datetime *other)
{
    CHECK_INT(one->seconds, other->seconds);
    CHECK_INT(one->nanoseconds, other->nanoseconds);
    CHECK_INT(one->fraction_digits, other->fraction_digits);
    CHECK_INT(one->date_only, other->date_only);
    CHECK_INT(one->zoned, other->zoned);
}

/* ---- Counts ---- */

static const struct {
    int64_t seconds; /* of a unit ... */
    int64_t ticks;   /* ... or units of a second */
} units[] = {
    [NX_UNIT_D] = {86400, 0},       [NX_UNIT_S] = {1, 1},
    [NX_UNIT_MS] = {1, 1000},       [NX_UNIT_US] = {1, 1000000},
    [NX_UNIT_NS] = {1, 1000000000}, [NX_UNIT_HOUR] = {3600, 0},
    [NX_UNIT_MINUTE] = {60, 0},
};

/* The count by long division, where the product does not come near 64 bits. */
static void
check_unit(const nx_datetime *value, nx_datetime_unit unit)
{
    int64_t count = 7, again = 7;
    const nx_parse_result result = nx_datetime_to_unit_exact(value, unit, &count);
    const bool fits = nx_datetime_to_unit(value, unit, &again);
    CHECK(fits == (result == NX_PARSE_OK) && again == count);
    const int64_t ticks = units[unit].ticks;
    const int64_t tick = ticks > 0 ? 1000000000 / ticks : 1000000000;
    if (value->seconds % units[unit].seconds != 0 || value->nanoseconds % tick != 0) {
        CHECK_INT(result, NX_PARSE_INVALID);
        return;
    }
    /* Nearer to the limit than two seconds the product does not tell. */
    const int64_t room = ticks > 0 ? INT64_MAX / ticks - 2 : INT64_MAX - 2;
    if (value->seconds > -room && value->seconds < room) {
        CHECK_INT(result, NX_PARSE_OK);
        CHECK_INT(count, ticks > 0 ? value->seconds * ticks + value->nanoseconds / tick
                                   : value->seconds / units[unit].seconds);
    }
    else if (value->seconds < -room - 3 || value->seconds > room + 2) {
        CHECK_INT(result, NX_PARSE_RANGE);
    }
}

static void
check_units(const nx_datetime *value)
{
    for (int unit = NX_UNIT_D; unit <= NX_UNIT_MINUTE; unit++) {
        check_unit(value, (nx_datetime_unit)unit);
    }
}

/* ---- Counts to text, and back ---- */

static void
check_count(int64_t count, nx_datetime_unit unit)
{
    char room[NX_DATETIME_TEXT_ROOM];
    int64_t back = 7, exact = 7;
    const size_t n = nx_format_datetime(count, unit, (uint8_t *)room);
    CHECK(n > 0 && n <= NX_DATETIME_TEXT_MAX);
    room[n] = '\0';
    uint8_t *const text = exact_copy((const uint8_t *)room, n);
    nx_datetime value = {0}, expected;
    const bool usual = nx_parse_datetime(text, n, &value) == NX_PARSE_OK;
    const nx_far_result far = nx_parse_datetime_far(text, n, unit, &back);
    CHECK_INT(usual, slow_datetime(room, &expected));
    if (usual) {
        check_same_time(&value, &expected);
        CHECK_INT(nx_datetime_to_unit_exact(&value, unit, &exact), NX_PARSE_OK);
        CHECK_INT(exact, count);
    }
    else {
        CHECK_INT(far, NX_FAR_OK);
    }
    CHECK(far != NX_FAR_OK || back == count);
    free(text);
}

/* ---- ISO 8601 ---- */

/* What the two parsers take of it, no byte behind it counted. A far one is written
 * again as the same count. */
static void
check_iso(const uint8_t *text, size_t n, const char *whole, nx_datetime_unit unit,
          uint8_t around)
{
    static uint8_t padded[PADDING + LONGEST_TEXT + PADDING];
    nx_datetime value = {0}, expected;
    int64_t days = 0, clock = 0, count = 7;
    const bool good = strlen(whole) == n && slow_datetime(whole, &expected);
    CHECK_INT(nx_parse_datetime(text, n, &value),
              good ? NX_PARSE_OK : NX_PARSE_INVALID);
    memset(padded, around, sizeof padded);
    memcpy(padded + PADDING, text, n);
    const bool fast = nx_datetime_fast(padded + PADDING, n, &days, &clock);
    CHECK_INT(fast, good && (n == 10 || (n == 19 && whole[16] == ':')));
    if (good) {
        check_same_time(&value, &expected);
        check_units(&value);
        CHECK(!fast || days * DAY + clock == value.seconds);
    }
    const nx_far_result far = nx_parse_datetime_far(text, n, unit, &count);
    CHECK(far == NX_FAR_OK || count == 7);
    if (far == NX_FAR_OK) {
        check_count(count, unit);
    }
}

/* ---- Layouts of one's own ---- */

typedef struct date_parts {
    unsigned year, month, day, hour, minute, second, fraction;
    unsigned fraction_digits;
    int offset; /* minutes east of UTC */
} date_parts;

static date_parts
choose_parts(const uint8_t *bytes, const nx_date_format *format)
{
    const bool short_year = (format->used >> ('y' - 'A') & 1) != 0;
    date_parts p = {
        .year = 1 + (bytes[0] | (unsigned)bytes[1] << 8) % 9999,
        .month = 1 + bytes[2] % 12u,
        .hour = bytes[4] % 24u,
        .minute = bytes[5] % 60u,
        .second = bytes[6] % 60u,
        .fraction = bytes[7] * 3921568u,
        .fraction_digits = 1 + bytes[7] % 9u,
        .offset = (int)(bytes[8] | (unsigned)bytes[9] << 8) % 1440,
    };
    p.year = short_year ? 1969 + p.year % 100 : p.year;
    p.day = 1 + bytes[3] % (unsigned)length_of_month((int)p.year, (int)p.month);
    p.offset = (bytes[9] & 128) != 0 ? -p.offset : p.offset;
    for (unsigned i = p.fraction_digits, scale = 1; i <= 9; i++, scale *= 10) {
        p.fraction = i == 9 ? p.fraction / scale * scale : p.fraction;
    }
    return p;
}

static const char *const months[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

/* Writes what one directive stands for; `spelling` varies how. */
static int
put_directive(char *to, char directive, const date_parts *p, unsigned spelling)
{
    const char *const width = (spelling & 1) != 0 ? "%02u" : "%u";
    const unsigned east = (unsigned)(p->offset < 0 ? -p->offset : p->offset);
    switch (directive) {
        case 'Y':
            return sprintf(to, "%04u", p->year);
        case 'y':
            return sprintf(to, "%02u", p->year % 100);
        case 'm':
            return sprintf(to, width, p->month);
        case 'd':
            return sprintf(to, width, p->day);
        case 'j':
            return sprintf(to, (spelling & 1) != 0 ? "%03u" : "%u",
                           (unsigned)(nx_days_from_civil(p->year, p->month, p->day) -
                                      nx_days_from_civil(p->year, 1, 1)) +
                               1);
        case 'b':
        case 'B':
            return sprintf(to, "%.*s", (spelling & 2) != 0 ? 3 : 9,
                           months[p->month - 1]);
        case 'a':
        case 'A':
            return sprintf(to, (spelling & 2) != 0 ? "SUN" : "thursday");
        case 'H':
            return sprintf(to, width, p->hour);
        case 'I':
            return sprintf(to, width, (p->hour + 11) % 12 + 1);
        case 'p':
            return sprintf(to, "%s", p->hour < 12 ? "aM" : "PM");
        case 'M':
            return sprintf(to, width, p->minute);
        case 'S':
            return sprintf(to, width, p->second);
        case 'f':
            sprintf(to, "%09u", p->fraction);
            return (int)p->fraction_digits;
        case 'z':
            return east == 0 && (spelling & 2) != 0
                       ? sprintf(to, "Z")
                       : sprintf(to, (spelling & 1) != 0 ? "%c%02u:%02u" : "%c%02u%02u",
                                 p->offset < 0 ? '-' : '+', east / 60, east % 60);
        default:
            return sprintf(to, "%s", (spelling & 1) != 0 ? "UTC" : "gmt");
    }
}

/* What the layout does not say is the first, or midnight. */
static nx_datetime
expected_time(const nx_date_format *format, date_parts p)
{
#define HAS(directive) ((format->used >> ((directive) - 'A') & 1) != 0)
    const bool whole = HAS('j');
    const bool month = whole || HAS('m') || HAS('b') || HAS('B');
    const bool clock = HAS('H') || HAS('I');
    const int64_t days =
        nx_days_from_civil(p.year, month ? p.month : 1, whole || HAS('d') ? p.day : 1);
    int64_t seconds = days * DAY;
    seconds += clock ? p.hour * 3600 : 0;
    seconds += HAS('M') ? p.minute * 60 : 0;
    seconds += HAS('S') ? p.second : 0;
    seconds -= HAS('z') ? p.offset * 60 : 0;
    return (nx_datetime){
        .seconds = seconds,
        .nanoseconds = HAS('f') ? p.fraction : 0,
        .fraction_digits = (uint8_t)(HAS('f') ? p.fraction_digits : 0),
        .date_only = !clock,
        .zoned = HAS('z') || HAS('Z'),
    };
#undef HAS
}

static bool
is_number(uint8_t directive)
{
    return directive != 0 && strchr("mdjHIMSf", directive) != NULL;
}

/* True where a number of any length is followed by a digit of what comes next: how the
 * text is cut is then not what was written. */
static bool
runs_on(const nx_date_format *format)
{
    for (size_t i = 0; i + 1 < format->count; i++) {
        const nx_date_step step = format->steps[i], next = format->steps[i + 1];
        const bool digit = next.directive == 0 && (unsigned)(next.literal - '0') <= 9;
        const bool number =
            is_number(next.directive) || next.directive == 'Y' || next.directive == 'y';
        /* "May" goes on as long as a literal does not make another word of it. */
        const bool name = step.directive == 'b' || step.directive == 'B' ||
                          step.directive == 'a' || step.directive == 'A';
        const bool word = next.directive == 0
                              ? (unsigned)((next.literal | 0x20) - 'a') < 26
                              : strchr("bBaApzZ", next.directive) != NULL;
        if ((is_number(step.directive) && (digit || number)) || (name && word)) {
            return true;
        }
    }
    return false;
}

/* A date written by the layout is read as that date, and no byte less is. */
static void
check_writing(const nx_date_format *format, const uint8_t *chosen)
{
    char room[NX_DATE_FORMAT_STEPS * 12 + 12];
    size_t n = 0;
    const date_parts p = choose_parts(chosen, format);
    nx_datetime value = {0};
    const nx_datetime expected = expected_time(format, p);
    for (size_t i = 0; i < format->count; i++) {
        const nx_date_step step = format->steps[i];
        if (step.directive == 0 || step.directive == ' ') {
            room[n++] = (char)(step.directive == ' ' ? " \t"[chosen[10] >> 3 & 1]
                                                     : step.literal);
        }
        else {
            n += (size_t)put_directive(room + n, (char)step.directive, &p, chosen[10]);
        }
    }
    if (runs_on(format)) {
        return;
    }
    uint8_t *const text = exact_copy((const uint8_t *)room, n);
    CHECK_INT(nx_date_format_parse(format, text, n, &value), NX_PARSE_OK);
    check_same_time(&value, &expected);
    free(text);
}

static void
check_layout(const uint8_t *layout, size_t size, const uint8_t *text, size_t n,
             const uint8_t *chosen)
{
    nx_date_format format;
    nx_datetime value = {0};
    nx_error error = {0};
    uint8_t *const copy = exact_copy(layout, size);
    const nx_status status = nx_date_format_compile(&format, copy, size, &error);
    free(copy);
    if (status != NX_OK) {
        CHECK_INT(status, NX_ERR_SYNTAX);
        CHECK(error.msg[0] != '\0');
        return;
    }
    CHECK(format.count > 0 && format.count <= NX_DATE_FORMAT_STEPS);
    check_writing(&format, chosen);
    if (nx_date_format_parse(&format, text, n, &value) == NX_PARSE_OK) {
        CHECK_INT(value.date_only, nx_date_format_unit(&format) == NX_UNIT_D);
        CHECK_INT(value.zoned, nx_date_format_zoned(&format));
        CHECK(value.nanoseconds < 1000000000 && value.fraction_digits <= 9);
        /* A day more for the zone. */
        CHECK(value.seconds >= nx_days_from_civil(1, 1, 0) * DAY &&
              value.seconds < nx_days_from_civil(10000, 1, 2) * DAY);
        check_units(&value);
    }
}

/* ---- The target ---- */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t count;
    char whole[LONGEST_TEXT + 1];
    if (size < CHOICES || size - CHOICES > LONGEST_TEXT) {
        return 0;
    }
    const uint8_t *const layout = data + CHOICES;
    const uint8_t *const gap = memchr(layout, '\0', size - CHOICES);
    const size_t layout_size = gap != NULL ? (size_t)(gap - layout) : 0;
    const size_t n = size - CHOICES - layout_size - (gap != NULL);
    uint8_t *const text = exact_copy(data + size - n, n);
    memcpy(whole, text, n);
    whole[n] = '\0';
    const nx_datetime_unit unit = (nx_datetime_unit)(data[11] % 7);
    memcpy(&count, data, sizeof count);
    check_iso(text, n, whole, unit, data[10]);
    check_count(count, unit);
    check_units(&(nx_datetime){.seconds = count, .nanoseconds = data[8] * 3906250u});
    check_layout(layout, layout_size, text, n, data);
    free(text);
    return 0;
}
