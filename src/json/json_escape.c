/* Blocks are copied first and looked at then: a block without anything to escape, as
 * almost all are, is done. Otherwise what was copied counts up to the byte in question,
 * and the rest is copied again behind its escape, which is a copy of eight bytes too.
 */
#include "json/json_escape.h"

#include <string.h>

#include "json/json_escape_engines.h"

/* clang-format off */
const uint8_t nx_json_escapes['\\' + 1][8] = {
    [0x00] = {'\\', 'u', '0', '0', '0', '0', 0, 6},
    [0x01] = {'\\', 'u', '0', '0', '0', '1', 0, 6},
    [0x02] = {'\\', 'u', '0', '0', '0', '2', 0, 6},
    [0x03] = {'\\', 'u', '0', '0', '0', '3', 0, 6},
    [0x04] = {'\\', 'u', '0', '0', '0', '4', 0, 6},
    [0x05] = {'\\', 'u', '0', '0', '0', '5', 0, 6},
    [0x06] = {'\\', 'u', '0', '0', '0', '6', 0, 6},
    [0x07] = {'\\', 'u', '0', '0', '0', '7', 0, 6},
    [0x08] = {'\\', 'b', 0, 0, 0, 0, 0, 2},
    [0x09] = {'\\', 't', 0, 0, 0, 0, 0, 2},
    [0x0A] = {'\\', 'n', 0, 0, 0, 0, 0, 2},
    [0x0B] = {'\\', 'u', '0', '0', '0', 'b', 0, 6},
    [0x0C] = {'\\', 'f', 0, 0, 0, 0, 0, 2},
    [0x0D] = {'\\', 'r', 0, 0, 0, 0, 0, 2},
    [0x0E] = {'\\', 'u', '0', '0', '0', 'e', 0, 6},
    [0x0F] = {'\\', 'u', '0', '0', '0', 'f', 0, 6},
    [0x10] = {'\\', 'u', '0', '0', '1', '0', 0, 6},
    [0x11] = {'\\', 'u', '0', '0', '1', '1', 0, 6},
    [0x12] = {'\\', 'u', '0', '0', '1', '2', 0, 6},
    [0x13] = {'\\', 'u', '0', '0', '1', '3', 0, 6},
    [0x14] = {'\\', 'u', '0', '0', '1', '4', 0, 6},
    [0x15] = {'\\', 'u', '0', '0', '1', '5', 0, 6},
    [0x16] = {'\\', 'u', '0', '0', '1', '6', 0, 6},
    [0x17] = {'\\', 'u', '0', '0', '1', '7', 0, 6},
    [0x18] = {'\\', 'u', '0', '0', '1', '8', 0, 6},
    [0x19] = {'\\', 'u', '0', '0', '1', '9', 0, 6},
    [0x1A] = {'\\', 'u', '0', '0', '1', 'a', 0, 6},
    [0x1B] = {'\\', 'u', '0', '0', '1', 'b', 0, 6},
    [0x1C] = {'\\', 'u', '0', '0', '1', 'c', 0, 6},
    [0x1D] = {'\\', 'u', '0', '0', '1', 'd', 0, 6},
    [0x1E] = {'\\', 'u', '0', '0', '1', 'e', 0, 6},
    [0x1F] = {'\\', 'u', '0', '0', '1', 'f', 0, 6},
    [0x22] = {'\\', '"', 0, 0, 0, 0, 0, 2},
    [0x5C] = {'\\', '\\', 0, 0, 0, 0, 0, 2},
};
/* clang-format on */

enum {
    BLOCK = 8
};

NX_INLINE void
copy_block(uint8_t *out, const uint8_t *text)
{
    memcpy(out, text, BLOCK);
}

/* Whether there are any is one look at all bytes; which ones, a look at each. */
NX_INLINE uint64_t
mark_block(uint8_t *out, const uint8_t *text)
{
    uint64_t marks = 0;
    copy_block(out, text);
    if (nx_json_special8(nx_load64le(text)) != 0) {
        for (int i = 0; i < BLOCK; i++) {
            const uint8_t c = text[i];
            marks |= (uint64_t)(c < 0x20 || c == '"' || c == '\\') << i;
        }
    }
    return marks;
}

#include "json/json_escape_template.h"

const nx_json_escaper nx_json_escaper_portable = {"portable", escape};

static const nx_json_escaper *escaper = &nx_json_escaper_portable;

const nx_json_escaper *
nx_json_escaper_for(nx_cpu cpu)
{
#ifdef NX_JSON_AVX2
    if (cpu & NX_CPU_AVX2) {
        return &nx_json_escaper_avx2;
    }
#endif
    (void)cpu;
#ifdef NX_JSON_SSE2
    return &nx_json_escaper_sse2;
#else
    return &nx_json_escaper_portable;
#endif
}

void
nx_json_escape_init(nx_cpu cpu)
{
    escaper = nx_json_escaper_for(cpu);
}

const char *
nx_json_escape_name(void)
{
    return escaper->name;
}

uint8_t *
nx_json_escape_long(uint8_t *out, const uint8_t *text, size_t n)
{
    return escaper->escape(out, text, n);
}
