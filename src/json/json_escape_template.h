/* The loops of json_escape.h, for the vectors of one instruction set. Before this is
 * included, BLOCK is the bytes of a vector, mark_block(out, text) copies that many and
 * returns one bit for each byte that is escaped, copy_block only copies. */

/* Writes the first `count` bytes of a block. Reads two blocks. */
NX_INLINE uint8_t *
escape_block(uint8_t *out, const uint8_t *text, size_t count)
{
    uint64_t special = mark_block(out, text) & ((UINT64_C(1) << count) - 1);
    size_t done = 0;
    while (special != 0) {
        const size_t at = (size_t)nx_ctz64(special);
        const uint8_t *const escape = nx_json_escapes[text[at]];
        out += at - done;
        memcpy(out, escape, 8);
        out += escape[7];
        done = at + 1;
        copy_block(out, text + done);
        special &= special - 1;
    }
    return out + count - done;
}

static uint8_t *
escape(uint8_t *out, const uint8_t *text, size_t n)
{
    uint8_t rest[3 * BLOCK];
    for (; n >= 2 * BLOCK; n -= BLOCK, text += BLOCK) {
        out = escape_block(out, text, BLOCK);
    }
    /* What is left, with enough behind it to be read. */
    memset(rest + BLOCK, 0, 2 * BLOCK);
    memcpy(rest, text, n);
    text = rest;
    if (n > BLOCK) {
        out = escape_block(out, text, BLOCK);
        n -= BLOCK;
        text += BLOCK;
    }
    return escape_block(out, text, n);
}
