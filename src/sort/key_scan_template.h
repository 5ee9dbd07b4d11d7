/* Looking at keys. Included by key_scan.c once for each width of keys, with KEY and
 * NAME(stem) set. */

/* Whether keys go on as they did, `last` being the one before. */
NX_INLINE void
NAME(see_order)(nx_key_scan *scan, KEY last, const KEY *keys, size_t n)
{
    for (size_t i = 0; i < n && (scan->ascends || scan->falls); i++) {
        scan->ascends &= last <= keys[i];
        scan->falls &= last > keys[i];
        last = keys[i];
    }
}

static void
NAME(scan_values)(const nx_sort_source *source, size_t first, size_t n, bool descending,
                  struct piece_scan *result)
{
    const nx_sort_engine *engine = nx_sort_engine_now();
    KEY keys[BLOCK], last = 0, least = 0, most = 0;
    nx_key_scan scan = {.ascends = true, .falls = true};
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t m = n - i < BLOCK ? n - i : BLOCK;
        NAME(load_keys)(source, first + i, m, descending, keys);
        if (i == 0) {
            result->first = last = keys[0];
            least = most = last;
            NAME(see_order)(&scan, last, keys + 1, m - 1);
        }
        else {
            NAME(see_order)(&scan, last, keys, m);
        }
        engine->NAME(bound)(keys, m, &least, &most);
        last = keys[m - 1];
    }
    scan.least = least;
    scan.most = most;
    result->scan = scan;
    result->last = last;
}
