/* The loops of json_escape.h, for the vectors of one instruction set. Before this is
 * included, BLOCK is the bytes of a step and copy_block(out, text) copies that many and
 * returns one bit for each byte that is escaped. */

/* Writes one byte as its escape. */
static uint8_t *
put_escape(uint8_t *out, uint8_t byte)
{
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    const char letter = byte < 0x20 ? letters[byte] : (char)byte;
    if (letter != 0) {
        out[0] = '\\';
        out[1] = (uint8_t)letter;
        return out + 2;
    }
    memcpy(out, "\\u00", 4);
    out[4] = (uint8_t)('0' + (byte >> 4));
    out[5] = (uint8_t)("0123456789abcdef"[byte & 0xF]);
    return out + 6;
}

static uint8_t *
escape(uint8_t *out, const uint8_t *text, size_t n)
{
    while (n > 0) {
        size_t clean, step;
        if (n >= BLOCK) {
            const uint32_t special = copy_block(out, text);
            step = BLOCK;
            clean = special == 0 ? step : (size_t)nx_ctz64(special);
        }
        else {
            step = n < 8 ? n : 8;
            const uint64_t word = n < 8 ? nx_json_load_few(text, n) : nx_load64le(text);
            const uint64_t special = nx_json_special8(word);
            nx_store64le(out, word);
            clean = special == 0 ? step : (size_t)nx_ctz64(special) / 8;
        }
        out += clean;
        text += clean;
        n -= clean;
        if (clean < step) {
            out = put_escape(out, *text++);
            n--;
        }
    }
    return out;
}
