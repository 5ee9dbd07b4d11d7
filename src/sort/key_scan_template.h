/* Looking at keys. Included by key_scan.c once for each width of keys, with KEY and
 * NAME(stem) set. */

typedef struct NAME(bounds) {
    KEY least[LANES], most[LANES];
} NAME(bounds);

NX_INLINE void
NAME(widen)(NAME(bounds) * bounds, const KEY *keys, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            const KEY key = keys[i + lane];
            bounds->least[lane] = key < bounds->least[lane] ? key : bounds->least[lane];
            bounds->most[lane] = key > bounds->most[lane] ? key : bounds->most[lane];
        }
    }
    for (; i < n; i++) {
        bounds->least[0] = keys[i] < bounds->least[0] ? keys[i] : bounds->least[0];
        bounds->most[0] = keys[i] > bounds->most[0] ? keys[i] : bounds->most[0];
    }
}

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
    KEY keys[BLOCK], last = 0;
    NAME(bounds) bounds;
    nx_key_scan scan = {.ascends = true, .falls = true};
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t m = n - i < BLOCK ? n - i : BLOCK;
        NAME(load_keys)(source, first + i, m, descending, keys);
        if (i == 0) {
            result->first = last = keys[0];
            for (size_t lane = 0; lane < LANES; lane++) {
                bounds.least[lane] = bounds.most[lane] = last;
            }
            NAME(see_order)(&scan, last, keys + 1, m - 1);
        }
        else {
            NAME(see_order)(&scan, last, keys, m);
        }
        NAME(widen)(&bounds, keys, m);
        last = keys[m - 1];
    }
    for (size_t lane = 1; lane < LANES; lane++) {
        NAME(widen)(&bounds, &bounds.least[lane], 1);
        NAME(widen)(&bounds, &bounds.most[lane], 1);
    }
    scan.least = bounds.least[0];
    scan.most = bounds.most[0];
    result->scan = scan;
    result->last = last;
}
