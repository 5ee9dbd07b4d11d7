/* Text of one byte a character, as UTF-8.
 *
 * A code page says for each of the 256 bytes what stands for it in UTF-8: one to four
 * bytes, also where the encoding has no character for it. Nothing here allocates or
 * fails, or reads or writes a byte outside of what is given. Any thread may call,
 * nx_code_page_init excepted.
 */
#ifndef NX_TEXT_CODE_PAGE_H
#define NX_TEXT_CODE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

#define NX_CODE_PAGE_LONGEST 4

typedef struct nx_code_page {
    uint8_t text[256][NX_CODE_PAGE_LONGEST]; /* what is behind `length` is anything */
    uint8_t length[256];                     /* from 1 on */
    bool has_ascii; /* bytes below 80 stand for themselves; nx_code_page_end knows */
} nx_code_page;

/* To be called once text and length of all bytes are there. */
void nx_code_page_end(nx_code_page *page);

/* How many bytes of UTF-8 stand for n bytes of text. */
size_t nx_code_page_measure(const nx_code_page *page, const uint8_t *text, size_t n);

/* Writes what stands for n bytes of text to `out`, which does not overlap them: as many
 * bytes as were measured. */
void nx_code_page_write(const nx_code_page *page, const uint8_t *text, size_t n,
                        uint8_t *out);

/* ---- Variants ---- */

/* The loops for one instruction set, for pages with `has_ascii`. */
typedef struct nx_code_page_engine {
    const char *name;
    size_t (*measure)(const nx_code_page *page, const uint8_t *text, size_t n);
    void (*write)(const nx_code_page *page, const uint8_t *text, size_t n,
                  uint8_t *out);
} nx_code_page_engine;

/* The best engine of a processor with these features. */
const nx_code_page_engine *nx_code_page_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_code_page_init(nx_cpu cpu);

/* The name of the engine in use: "portable" or "avx2". */
const char *nx_code_page_engine_name(void);

#endif
