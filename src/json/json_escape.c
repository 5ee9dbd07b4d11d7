/* Blocks are copied first and looked at then: a block without anything to escape, as
 * almost all are, is done. Otherwise what was copied counts up to the byte in question,
 * and the rest is copied again behind its escape. */
#include "json/json_escape.h"

#include <string.h>

#include "json/json_escape_engines.h"

enum {
    BLOCK = 8
};

static uint32_t
copy_block(uint8_t *out, const uint8_t *text)
{
    const uint64_t word = nx_load64le(text), special = nx_json_special8(word);
    nx_store64le(out, word);
    return special == 0 ? 0 : UINT32_C(1) << (nx_ctz64(special) / 8);
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
