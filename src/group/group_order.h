/* Groups by how many items they have. */
#ifndef NX_GROUP_GROUP_ORDER_H
#define NX_GROUP_GROUP_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "group/groups.h"

/* The numbers of the `limit` groups with the highest counts, in falling order; of equal
 * counts the smaller number comes first. `order` has room for limit <= n numbers,
 * counts are 0 or more. One thread. */
NX_MUST_CHECK nx_status nx_group_order(const int64_t *counts, size_t n, size_t limit,
                                       int64_t *order, nx_error *error);

/* Puts all of the groups, which have counts, in that order. Codes of items do not know
 * of it. On failure they are as before. */
NX_MUST_CHECK nx_status nx_groups_sort(nx_groups *groups, nx_error *error);

#endif
