/* Which words mean something in a column: missing, true, false.
 *
 * A set of words has a filter: a table over the last byte and the length of a
 * field, which tells a column loop in a few instructions that a field is none of
 * them. What passes is compared with care.
 */
#ifndef NX_CSV_CSV_RULES_H
#define NX_CSV_CSV_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_field.h"
#include "number/date_format.h"

#define NX_CSV_WORD_MAX 255 /* bytes of a word */

typedef struct nx_csv_word {
    const uint8_t *text;
    size_t size;
} nx_csv_word;

/* The words and their text belong to the caller and must outlive the set. Zeroed, a
 * set is empty. */
typedef struct nx_csv_words {
    const nx_csv_word *words; /* shorter ones first, then by their bytes */
    size_t count;
    uint32_t by_last[256]; /* bit i: a word of i bytes ends so (31: or more) */
} nx_csv_words;

/* Makes a set of `count` words of at most NX_CSV_WORD_MAX bytes; sorts the array. */
void nx_csv_words_init(nx_csv_words *set, nx_csv_word *words, size_t count);

/* False when a text is certainly none of the words. Reads the byte before an
 * empty text. */
NX_INLINE bool
nx_csv_words_maybe(const nx_csv_words *set, nx_csv_field text)
{
    const size_t size = nx_csv_field_size(text);
    return set->by_last[text.end[-1]] >> (size < 31 ? size : 31) & 1;
}

bool nx_csv_words_has(const nx_csv_words *set, nx_csv_field text);

/* What holds for one column, or several. Read-only while they are read. */
typedef struct nx_csv_rules {
    bool default_na;             /* the usual words mean missing, but not in strings */
    bool missing_raises;         /* a missing cell is an error */
    bool leading_zeros_int;      /* 007 is an integer like any other */
    bool strip;                  /* blanks around an unquoted string do not count */
    bool own_numbers;            /* the two below count, see csv_number_form.h */
    uint8_t decimal;             /* stands before the fraction, '.' or ',' */
    nx_csv_token thousands;      /* between groups of three digits; at most 3 bytes */
    const nx_date_format *dates; /* how times are written; NULL: by ISO 8601 */
    nx_csv_words na;             /* more words that mean missing, also in strings */
    nx_csv_words trues;          /* beside true True TRUE, which come first */
    nx_csv_words falses;
} nx_csv_rules;

/* default_na, and nothing else. */
extern const nx_csv_rules nx_csv_rules_default;

/* Whether a field stands for no value. */
typedef enum nx_csv_absence {
    NX_CSV_PRESENT = 0,
    NX_CSV_ABSENT_UNLESS_STRING, /* in a string column it is text */
    NX_CSV_ABSENT
} nx_csv_absence;

/* Judges a field with value text `value` (nx_csv_field_value). */
nx_csv_absence nx_csv_rules_absence(const nx_csv_rules *rules, nx_csv_field field,
                                    nx_csv_field value, const nx_csv_dialect *dialect);

/* True for the usual spellings of a missing value: empty, NA, N/A, NaN, nan, -NaN,
 * -nan, NULL, null, None, n/a, #N/A, #NA, <NA>, 1.#IND, 1.#QNAN, -1.#IND, -1.#QNAN,
 * #N/A N/A. Reads four bytes whatever its size. */
bool nx_csv_missing_word(nx_csv_field value);

/* True for a word of `trues` or `falses`; *truth tells which. */
bool nx_csv_rules_truth(const nx_csv_rules *rules, nx_csv_field value, uint8_t *truth);

#endif
