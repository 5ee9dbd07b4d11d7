#include "csv/csv_rules.h"

#include <stdlib.h>
#include <string.h>

const nx_csv_rules nx_csv_rules_default = {.default_na = true};

static int
compare_words(const void *a, const void *b)
{
    const nx_csv_word *left = a, *right = b;
    if (left->size != right->size) {
        return left->size < right->size ? -1 : 1;
    }
    return left->size == 0 ? 0 : memcmp(left->text, right->text, left->size);
}

void
nx_csv_words_init(nx_csv_words *set, nx_csv_word *words, size_t count)
{
    memset(set, 0, sizeof *set);
    if (count == 0) {
        return;
    }
    qsort(words, count, sizeof words[0], compare_words);
    set->words = words;
    set->count = count;
    for (size_t i = 0; i < count; i++) {
        const size_t size = words[i].size;
        const uint32_t bit = UINT32_C(1) << (size < 31 ? size : 31);
        if (size > 0) {
            set->by_last[words[i].text[size - 1]] |= bit;
        }
    }
    /* Whatever stands before an empty text. */
    for (size_t byte = 0; byte < 256 && words[0].size == 0; byte++) {
        set->by_last[byte] |= 1;
    }
}

bool
nx_csv_words_has(const nx_csv_words *set, nx_csv_field text)
{
    if (set->count == 0 || !nx_csv_words_maybe(set, text)) {
        return false;
    }
    const nx_csv_word word = {text.start, nx_csv_field_size(text)};
    return bsearch(&word, set->words, set->count, sizeof word, compare_words) != NULL;
}

/* As nx_csv_words_has for the value of a field, which may have quotes or escapes
 * inside: those are looked at after unquoting. */
static bool
has_value(const nx_csv_words *set, nx_csv_field field, nx_csv_field value,
          const nx_csv_dialect *dialect)
{
    uint8_t plain[2 * NX_CSV_WORD_MAX + 2];
    if (set->count == 0) {
        return false;
    }
    const bool quoted = nx_csv_field_quoted(field, dialect);
    const bool quotes =
        quoted && memchr(value.start, dialect->quote, nx_csv_field_size(value)) != NULL;
    if (!quotes && !nx_csv_field_escaped(value, dialect)) {
        return nx_csv_words_has(set, value);
    }
    const nx_csv_field whole = quoted ? field : value;
    if (nx_csv_field_size(whole) > sizeof plain) {
        return false;
    }
    const size_t n = nx_csv_unquote(whole, quoted, dialect, plain);
    return n > 0 && nx_csv_words_has(set, (nx_csv_field){plain, plain + n});
}

static bool
short_missing_word(const uint8_t *text, size_t size)
{
    switch (nx_load32le(text) & UINT32_MAX >> (32 - 8 * size)) {
        case NX_WORD('N', 'A', 0, 0):
            return size == 2;
        case NX_WORD('N', '/', 'A', 0):
        case NX_WORD('n', '/', 'a', 0):
        case NX_WORD('N', 'a', 'N', 0):
        case NX_WORD('n', 'a', 'n', 0):
        case NX_WORD('#', 'N', 'A', 0):
            return size == 3;
        case NX_WORD('-', 'N', 'a', 'N'):
        case NX_WORD('-', 'n', 'a', 'n'):
        case NX_WORD('N', 'U', 'L', 'L'):
        case NX_WORD('n', 'u', 'l', 'l'):
        case NX_WORD('N', 'o', 'n', 'e'):
        case NX_WORD('#', 'N', '/', 'A'):
        case NX_WORD('<', 'N', 'A', '>'):
            return true;
        default:
            return false;
    }
}

bool
nx_csv_missing_word(nx_csv_field value)
{
    static const char *const words[] = {"1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
                                        "#N/A N/A"};
    const size_t size = nx_csv_field_size(value);
    if (size <= 4) {
        return size == 0 || short_missing_word(value.start, size);
    }
    if (size > 8) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], value.start, size) == 0) {
            return true;
        }
    }
    return false;
}

nx_csv_absence
nx_csv_rules_absence(const nx_csv_rules *rules, nx_csv_field field, nx_csv_field value,
                     const nx_csv_dialect *dialect)
{
    if (field.start == field.end || has_value(&rules->na, field, value, dialect)) {
        return NX_CSV_ABSENT;
    }
    if (value.start == value.end) {
        return rules->strip && !nx_csv_field_quoted(field, dialect)
                   ? NX_CSV_ABSENT
                   : NX_CSV_ABSENT_UNLESS_STRING;
    }
    return rules->default_na && nx_csv_missing_word(value) ? NX_CSV_ABSENT_UNLESS_STRING
                                                           : NX_CSV_PRESENT;
}

bool
nx_csv_rules_truth(const nx_csv_rules *rules, nx_csv_field value, uint8_t *truth)
{
    *truth = nx_csv_words_has(&rules->trues, value);
    return *truth || nx_csv_words_has(&rules->falses, value);
}
