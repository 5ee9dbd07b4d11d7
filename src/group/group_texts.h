/* Groups of equal texts: the first step of factorize, unique and value_counts. */
#ifndef NX_GROUP_GROUP_TEXTS_H
#define NX_GROUP_GROUP_TEXTS_H

#include "base/span.h"
#include "group/groups.h"

/* Where texts come from. They stay where they are until the grouping is over. */
typedef struct nx_text_items {
    /* Tells items first .. first + n - 1, n at most NX_TABLE_BATCH; missing[i] is set
     * to 1 or 0, and *padded to what nx_text_table_put wants to know of them. Called on
     * any thread, several at a time. */
    nx_status (*load)(const void *context, size_t first, size_t n, nx_span *texts,
                      uint8_t *missing, bool *padded, nx_error *error);
    const void *context;
    size_t length;
} nx_text_items;

/* As nx_group_numbers, for texts. An item that cannot be loaded is an error with its
 * place in `record`, the smallest of those that were met. */
NX_MUST_CHECK nx_status nx_group_texts(const nx_text_items *items, int64_t *codes,
                                       bool want_counts, unsigned threads,
                                       const nx_wait *wait, nx_groups *groups,
                                       nx_error *error);

/* What two kinds of texts have in common: how their tables are made, joined and ended.
 */
nx_status nx_group_texts_begin(const nx_group_job *job, nx_group_worker *worker,
                               nx_error *error);
nx_status nx_group_texts_move(const nx_group_job *job, const nx_group_worker *from,
                              size_t first, size_t n, nx_group_worker *to,
                              uint32_t *numbers, nx_error *error);
void nx_group_texts_end(nx_group_worker *worker);

#endif
