/* What becomes of a cell in a column of a requested type, and the first error of a
 * table: on top of slow_table.h, part of the oracle. */
#ifndef NX_TESTS_SLOW_REQUEST_H
#define NX_TESTS_SLOW_REQUEST_H

#include "csv/slow_table.h"

/* What is asked of a column. */
typedef struct slow_ask {
    nx_type type; /* NX_TYPE_NONE: inferred */
    int64_t limit;
    slow_rules rules;
} slow_ask;

static inline bool
slow_missing(const slow_cell *cell, nx_type type)
{
    return type == NX_TYPE_STRING ? cell->empty : cell->missing;
}

static inline bool
slow_is_time(nx_type type)
{
    return (type >= NX_TYPE_DATETIME_D && type <= NX_TYPE_DATETIME_NS) ||
           type == NX_TYPE_DATETIME_H || type == NX_TYPE_DATETIME_M;
}

static inline int
slow_integer_fault(const slow_cell *cell, nx_type type)
{
    int64_t low;
    uint64_t high;
    if (cell->has_nul || cell->family != SLOW_NUMBER || cell->decimal) {
        return 601;
    }
    nx_type_integer_range(type, &low, &high);
    if (cell->beyond_uint64 || (cell->beyond_int64 && cell->natural > high)) {
        return 602;
    }
    if (cell->beyond_int64) {
        return 0;
    }
    return cell->integer < low || (cell->integer > 0 && (uint64_t)cell->integer > high)
               ? 602
               : 0;
}

/* The count of a time in the unit of any type. */
static inline int64_t
slow_any_count(const slow_cell *cell, nx_type type)
{
    return type == NX_TYPE_DATETIME_H   ? cell->seconds / 3600
           : type == NX_TYPE_DATETIME_M ? cell->seconds / 60
                                        : slow_count(cell, type);
}

static inline int
slow_time_fault(const slow_cell *cell, nx_type type)
{
    const int64_t second = type == NX_TYPE_DATETIME_D   ? 86400
                           : type == NX_TYPE_DATETIME_H ? 3600
                           : type == NX_TYPE_DATETIME_M ? 60
                                                        : 1;
    const int64_t tick = type == NX_TYPE_DATETIME_NS   ? 1
                         : type == NX_TYPE_DATETIME_US ? 1000
                         : type == NX_TYPE_DATETIME_MS ? 1000000
                                                       : 1000000000;
    if (cell->has_nul || cell->family != SLOW_TIME) {
        return 601;
    }
    if (cell->seconds % second != 0 ||
        (cell->fraction > 0 && cell->nanoseconds % tick != 0)) {
        return 601;
    }
    return type == NX_TYPE_DATETIME_NS && cell->beyond_ns ? 602 : 0;
}

static inline int
slow_string_fault(const slow_cell *cell, int64_t limit)
{
    size_t characters = 0;
    for (size_t i = 0; i < cell->size; i++) {
        characters += ((uint8_t)cell->string[i] & 0xC0) != 0x80;
    }
    if (limit == 0 || cell->size == 0) {
        return 0;
    }
    if (cell->string[cell->size - 1] == '\0') {
        return 605;
    }
    return (limit > 0 ? (int64_t)cell->size > limit : (int64_t)characters > -limit)
               ? 604
               : 0;
}

static inline bool
slow_truth(const slow_cell *cell, const slow_rules *rules, uint8_t *truth)
{
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    *truth = slow_word(cell->value, trues) ||
             (!slow_word(cell->value, falses) && slow_word(cell->value, rules->trues));
    return !cell->has_nul && (*truth || slow_word(cell->value, falses) ||
                              slow_word(cell->value, rules->falses));
}

/* The code of the error that a cell is by itself, 0 for none. */
static inline int
slow_fault(const slow_cell *cell, const slow_ask *ask)
{
    uint8_t truth;
    int64_t low;
    uint64_t high;
    if (slow_missing(cell, ask->type)) {
        return ask->rules.missing_raises ? 603 : 0;
    }
    if (nx_type_integer_range(ask->type, &low, &high)) {
        return slow_integer_fault(cell, ask->type);
    }
    switch (ask->type) {
        case NX_TYPE_BOOL:
            return slow_truth(cell, &ask->rules, &truth) ? 0 : 601;
        case NX_TYPE_FLOAT16:
        case NX_TYPE_FLOAT32:
        case NX_TYPE_FLOAT64:
            return cell->has_nul || cell->family != SLOW_NUMBER ? 601 : 0;
        case NX_TYPE_STRING:
            return slow_string_fault(cell, ask->limit);
        default:
            return slow_time_fault(cell, ask->type);
    }
}

#endif
