/* Loops from values to keys and back. Included by sort_key.c once for each width of
 * keys, with KEY, KEY_BITS and NAME(stem) set. */

NX_INLINE KEY
NAME(load)(const uint8_t *value, int width, bool swapped)
{
    if (width == 8) {
        return *value;
    }
    if (width == 16) {
        uint16_t x;
        memcpy(&x, value, sizeof x);
        return (KEY)(swapped ? swap_bytes(x, width) : x);
    }
    if (width == 32) {
        uint32_t x;
        memcpy(&x, value, sizeof x);
        return (KEY)(swapped ? swap_bytes(x, width) : x);
    }
    uint64_t x;
    memcpy(&x, value, sizeof x);
    return (KEY)(swapped ? swap_bytes(x, width) : x);
}

NX_INLINE KEY
NAME(key_of)(KEY bits, int width, key_map map, bool descending)
{
    const KEY sign = (KEY)((KEY)1 << (width - 1)), top = (KEY)(sign | (sign - 1));
    KEY key = bits;
    if (map == MAP_SIGNED) {
        key = bits ^ sign;
    }
    else if (map == MAP_TIME) {
        key = (bits ^ sign) - 1;
    }
    else if (map == MAP_FLOAT) {
        const KEY infinity = (KEY)infinity_of(width);
        const KEY magnitude = bits & (sign - 1);
        key = bits & sign ? sign - magnitude : sign + magnitude;
        key = magnitude > infinity ? top : key;
    }
    return descending ? ((has_last(map) ? top - 1 : top) - key) & top : key;
}

NX_INLINE void
NAME(make_keys)(const nx_sort_source *source, size_t first, size_t n, int width,
                key_map map, bool swapped, bool descending, KEY *keys)
{
    const ptrdiff_t step = source->step;
    const uint8_t *value = (const uint8_t *)source->values + (ptrdiff_t)first * step;
    if (step == width / 8 && !swapped) { /* a loop that compilers make vectors of */
        for (size_t i = 0; i < n; i++) {
            const KEY bits = NAME(load)(value + i * (size_t)(width / 8), width, false);
            keys[i] = NAME(key_of)(bits, width, map, descending);
        }
        return;
    }
    for (size_t i = 0; i < n; i++, value += step) {
        keys[i] =
            NAME(key_of)(NAME(load)(value, width, swapped), width, map, descending);
    }
}

NX_INLINE void
NAME(keys_of_source)(const nx_sort_source *source, size_t first, size_t n, int width,
                     key_map map, bool descending, KEY *keys)
{
    if (source->swapped) {
        NAME(make_keys)(source, first, n, width, map, true, descending, keys);
    }
    else if (descending) {
        NAME(make_keys)(source, first, n, width, map, false, true, keys);
    }
    else {
        NAME(make_keys)(source, first, n, width, map, false, false, keys);
    }
}

/* The bits of the value of a key. */
NX_INLINE KEY
NAME(bits_of)(KEY key, int width, key_map map, bool descending)
{
    const KEY sign = (KEY)((KEY)1 << (width - 1)), top = (KEY)(sign | (sign - 1));
    key = descending ? ((has_last(map) ? top - 1 : top) - key) & top : key;
    if (map == MAP_SIGNED) {
        return key ^ sign;
    }
    if (map == MAP_TIME) {
        return (key + 1) ^ sign;
    }
    if (map == MAP_FLOAT) {
        const KEY positive = key - sign, negative = (sign - key) | sign;
        return key >= sign ? positive : negative;
    }
    return key;
}

NX_INLINE void
NAME(make_values)(const KEY *keys, size_t n, int width, key_map map, bool descending,
                  uint8_t *values)
{
    for (size_t i = 0; i < n; i++) {
        const KEY bits = NAME(bits_of)(keys[i], width, map, descending);
        if (width == 8) {
            values[i] = (uint8_t)bits;
        }
        else if (width == 16) {
            const uint16_t x = (uint16_t)bits;
            memcpy(values + 2 * i, &x, sizeof x);
        }
        else if (width == 32) {
            const uint32_t x = (uint32_t)bits;
            memcpy(values + 4 * i, &x, sizeof x);
        }
        else {
            const uint64_t x = bits;
            memcpy(values + 8 * i, &x, sizeof x);
        }
    }
}

NX_INLINE void
NAME(values_of)(const KEY *keys, size_t n, int width, key_map map, bool descending,
                uint8_t *values)
{
    if (descending) {
        NAME(make_values)(keys, n, width, map, true, values);
    }
    else {
        NAME(make_values)(keys, n, width, map, false, values);
    }
}
