#include "csv/csv_number_form.h"

#include <math.h>
#include <string.h>

#include "csv/csv_glance.h"
#include "csv/csv_requested.h"
#include "number/decimal_fast.h"

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t
count_digits(const uint8_t *from, const uint8_t *end)
{
    size_t count = 0;
    while (from + count < end && is_digit(from[count])) {
        count++;
    }
    return count;
}

static bool
has_separator(const nx_csv_rules *rules, const uint8_t *from, const uint8_t *end)
{
    const nx_csv_token thousands = rules->thousands;
    return thousands.size > 0 && (size_t)(end - from) >= thousands.size &&
           memcmp(from, thousands.text, thousands.size) == 0;
}

/* Copies the digits before the decimal mark without their separators; *from moves
 * behind them. False when they are grouped wrongly. */
static bool
copy_groups(const nx_csv_rules *rules, const uint8_t **from, const uint8_t *end,
            uint8_t **to)
{
    const uint8_t *at = *from;
    size_t digits = count_digits(at, end);
    const size_t first = digits;
    for (bool more = true; more;) {
        memcpy(*to, at, digits);
        *to += digits;
        at += digits;
        more = digits > 0 && has_separator(rules, at, end);
        if (more) {
            at += rules->thousands.size;
            digits = count_digits(at, end);
            if (first > 3 || digits != 3) {
                return false;
            }
        }
    }
    *from = at;
    return true;
}

/* Text that is no number. */
static nx_csv_field
no_number(uint8_t *room)
{
    *room = '?';
    return (nx_csv_field){room, room + 1};
}

nx_csv_field
nx_csv_number_text(const nx_csv_rules *rules, nx_csv_field text, uint8_t *room)
{
    const uint8_t *from = text.start;
    uint8_t *to = room;
    if (!rules->own_numbers) {
        return text;
    }
    if (nx_csv_field_size(text) > NX_CSV_NUMBER_ROOM) {
        return no_number(room);
    }
    if (from < text.end && (*from == '-' || *from == '+')) {
        *to++ = *from++;
    }
    if (!copy_groups(rules, &from, text.end, &to)) {
        return no_number(room);
    }
    if (from < text.end && *from == rules->decimal) {
        *to++ = '.';
        from++;
    }
    /* One more mark, or one of the other kind, is no number. */
    const size_t rest = (size_t)(text.end - from);
    if (memchr(from, '.', rest) != NULL) {
        return no_number(room);
    }
    memcpy(to, from, rest);
    return (nx_csv_field){room, to + rest};
}

/* ---- Short numbers ---- */

#ifdef NX_DIGITS_SSE

enum {
    WINDOW = 16, /* bytes that end with the text; bit i of a mask is byte i of them */
    GROUPED = 0x1110 /* the separators of a text without a decimal mark */
};

/* The bytes of `text` that are `byte`. */
NX_INLINE uint32_t
find(__m128i text, uint8_t byte)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8((char)byte)));
}

/* The bytes of `text` that are digits. */
NX_INLINE uint32_t
find_digits(__m128i text)
{
    const __m128i values = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    return (uint32_t)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values));
}

/* True when the separators stand between all groups of three digits, and before the
 * first one there are one to three; `from_mark` bytes from the decimal mark on. */
NX_INLINE bool
is_grouped(uint32_t separators, size_t first, size_t from_mark)
{
    const uint32_t places = (uint32_t)GROUPED >> from_mark;
    const uint32_t behind = ~((2U << first) - 1);
    return separators != 0 && separators == (places & behind) &&
           (places >> first & 1) == 0;
}

/* Drops those separators: every byte but those from the mark on comes from as many
 * bytes before it as there are groups to its right. */
NX_INLINE __m128i
ungrouped(__m128i text, size_t from_mark)
{
    static const uint8_t steps[2 * WINDOW] = {5, 4, 4, 4, 3, 3, 3, 2,
                                              2, 2, 1, 1, 1, 0, 0, 0};
    const __m128i places =
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm_shuffle_epi8(text, _mm_sub_epi8(places, nx_sse_load(steps + from_mark)));
}

bool
nx_csv_number_short(const nx_csv_rules *rules, nx_csv_field text,
                    nx_csv_short_number *room, nx_csv_field *number)
{
    const size_t n = nx_csv_field_size(text);
    if (n - 1 >= WINDOW || rules->thousands.size != 1) {
        return false;
    }
    const __m128i bytes = nx_sse_load(text.end - WINDOW);
    const uint32_t inside = 0xFFFFU << (WINDOW - n) & 0xFFFF;
    const uint32_t separators = find(bytes, *rules->thousands.text) & inside;
    const uint32_t marks = find(bytes, rules->decimal) & inside;
    const size_t sign = *text.start == '-' || *text.start == '+';
    const uint32_t others = inside & ~(separators | marks | find_digits(bytes));
    const size_t from_mark = marks == 0 ? 0 : WINDOW - (size_t)nx_ctz64(marks);
    if ((marks & (marks - 1)) != 0 || others != (uint32_t)sign << (WINDOW - n) ||
        !is_grouped(separators, WINDOW - n + sign, from_mark)) {
        return false;
    }
    /* The one comma that may be left becomes a point, by one bit. */
    const __m128i plain = ungrouped(bytes, from_mark);
    const __m128i comma = _mm_cmpeq_epi8(plain, _mm_set1_epi8(','));
    const __m128i bit = _mm_set1_epi8(rules->decimal == ',' ? ',' ^ '.' : 0);
    memset(room->bytes, 0, 2 * WINDOW);
    _mm_storeu_si128((__m128i *)(void *)(room->bytes + 2 * WINDOW),
                     _mm_xor_si128(plain, _mm_and_si128(comma, bit)));
    number->end = room->bytes + 3 * WINDOW;
    number->start = number->end - n + nx_popcount64(separators);
    if (sign) {
        /* It stands where the next separator would. */
        room->bytes[number->start - room->bytes] = *text.start;
    }
    return true;
}

#else

bool
nx_csv_number_short(const nx_csv_rules *rules, nx_csv_field text,
                    nx_csv_short_number *room, nx_csv_field *number)
{
    (void)rules;
    (void)text;
    (void)room;
    (void)number;
    return false;
}

#endif

/* ---- The loop ---- */

enum {
    SHORT = 32 /* bytes that are changed at once */
};

/* A short field with a decimal comma and no separators: point and comma change places,
 * which is the change of one bit, so that a point is no mark any more. Reads 32 bytes
 * before the end of the field. */
NX_INLINE bool
comma_decimal(nx_csv_field field, double *value)
{
    uint8_t own[2 * SHORT + 1]; /* the first byte of an empty text is looked at */
    const size_t n = nx_csv_field_size(field);
    const uint8_t *from = field.end - SHORT;
    if (n > SHORT) {
        return false;
    }
    memset(own, 0, SHORT);
    own[2 * SHORT] = 0;
    for (int i = 0; i < SHORT; i++) {
        own[SHORT + i] = (uint8_t)(from[i] ^ (uint8_t)(((from[i] & 0xFD) == ',') << 1));
    }
    return nx_decimal_plain(own + 2 * SHORT - n, own + 2 * SHORT, value);
}

/* Any field of moderate length. */
static bool
grouped_decimal(const nx_csv_rules *rules, nx_csv_field field, double *value)
{
    uint8_t room[SHORT + 2 * SHORT];
    nx_csv_short_number own;
    nx_csv_field text;
    if (nx_csv_number_short(rules, field, &own, &text)) {
        return nx_decimal_plain(text.start, text.end, value);
    }
    if (nx_csv_field_size(field) > 2 * SHORT) {
        return false;
    }
    memset(room, 0, SHORT);
    text = nx_csv_number_text(rules, field, room + SHORT);
    return nx_decimal_plain(text.start, text.end, value);
}

/* What is written in the usual form but for the decimal mark. */
NX_INLINE bool
usual_decimal(const nx_csv_rules *rules, nx_csv_field field, double *value)
{
    return rules->decimal == ',' ? comma_decimal(field, value)
                                 : nx_decimal_plain(field.start, field.end, value);
}

/* What the loop does not take itself, apart from it. */
static NX_NOINLINE bool
put_odd(nx_csv_cells *cells, size_t row, nx_csv_field field, bool words)
{
    double *value = (double *)cells->values + row;
    const nx_csv_field text = nx_csv_field_trimmed(field);
    if (!nx_csv_glance_word(cells, text, words) &&
        (usual_decimal(cells->rules, text, value) ||
         grouped_decimal(cells->rules, text, value))) {
        return true;
    }
    if (nx_csv_glance_missing(cells, row, text)) {
        *value = (double)NAN;
        return true;
    }
    return cells->target->requested != NX_TYPE_NONE
               ? nx_csv_requested_put(cells, row, field)
               : nx_csv_cell_put(cells, row, field);
}

size_t
nx_csv_number_form_run(const nx_csv_run *run, nx_csv_cells *cells)
{
    const size_t column = cells->column;
    const nx_csv_rules *rules = cells->rules;
    const bool words = rules->na.count > 0;
    double *values = cells->values;
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, column);
        if ((nx_csv_glance_word(cells, field, words) ||
             !usual_decimal(rules, field, &values[row])) &&
            !put_odd(cells, row, field, words)) {
            return row;
        }
    }
    return run->rows;
}
