/* Looking at keys. Included by key_scan.c once for each width of keys, with KEY and
 * NAME(stem) set. */

/* Whether n keys go on as those before them did. */
NX_INLINE void
NAME(see_order)(nx_key_scan *scan, const KEY *keys, size_t n)
{
    if (scan->ascends || scan->falls) {
        const size_t falls = nx_sort_engine_now()->NAME(falls)(keys, n);
        scan->ascends &= falls == 0;
        scan->falls &= falls == n - 1;
    }
}

static void
NAME(scan_values)(const nx_sort_source *source, size_t first, size_t n, bool descending,
                  struct piece_scan *result)
{
    const nx_sort_engine *engine = nx_sort_engine_now();
    KEY room[BLOCK + 1] = {0}, *keys = room + 1, least = 0, most = 0;
    nx_key_scan scan = {.ascends = true, .falls = true};
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t m = n - i < BLOCK ? n - i : BLOCK;
        room[0] = keys[BLOCK - 1]; /* the last one of the block before */
        NAME(load_keys)(source, first + i, m, descending, keys);
        if (i == 0) {
            result->first = least = most = keys[0];
            NAME(see_order)(&scan, keys, m);
        }
        else {
            NAME(see_order)(&scan, room, m + 1);
        }
        engine->NAME(bound)(keys, m, &least, &most);
        result->last = keys[m - 1];
    }
    scan.least = least;
    scan.most = most;
    result->scan = scan;
}
