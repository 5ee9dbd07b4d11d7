/* Long texts of one byte a character as UTF-8, on several threads. */
#ifndef NX_TEXT_CODE_PAGE_PARALLEL_H
#define NX_TEXT_CODE_PAGE_PARALLEL_H

#include "text/code_page.h"
#include "thread/parallel.h"

/* As nx_code_page_measure; *size does not depend on `threads`. `wait` may be NULL.
 * Fails only if cancelled. */
NX_MUST_CHECK nx_status nx_code_page_measure_parallel(const nx_code_page *page,
                                                      const uint8_t *text, size_t n,
                                                      unsigned threads,
                                                      const nx_wait *wait, size_t *size,
                                                      nx_error *error);

/* As nx_code_page_write, to `size` bytes at `out`. With `writable` others may write to
 * the text meanwhile: each piece of it is copied before it is looked at.
 * NX_ERR_CHANGED if the text is not of that size, or does not stay so; `out` then has
 * anything. NX_ERR_MEMORY; cancelled. */
NX_MUST_CHECK nx_status nx_code_page_write_parallel(
    const nx_code_page *page, const uint8_t *text, size_t n, bool writable,
    uint8_t *out, size_t size, unsigned threads, const nx_wait *wait, nx_error *error);

#endif
