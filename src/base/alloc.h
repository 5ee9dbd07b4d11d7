/* Memory for the whole library: overflow-checked, aligned, injectable.
 *
 * Every allocation goes through this header so that tests can make the n-th
 * one fail. Blocks are 64-byte aligned (a cache line, and the strictest load
 * of every instruction set in use). Sizes of zero give a valid block.
 * Thread-safe; setting the hook is not.
 */
#ifndef NX_BASE_ALLOC_H
#define NX_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#define NX_ALIGNMENT 64

/* Blocks of this many bytes and more are mapped on their own, in huge pages. */
#define NX_HUGE_PAGE_FROM ((size_t)2 << 20)

/* Multiplies sizes; false when the product does not fit in a size_t. */
bool nx_size_mul(size_t a, size_t b, size_t *product);

/* Adds sizes; false when the sum does not fit in a size_t. */
bool nx_size_add(size_t a, size_t b, size_t *sum);

/* `count * size` bytes, contents undefined; NULL when that overflows or no
 * memory is left. Released by nx_free. Blocks of NX_HUGE_PAGE_FROM bytes and
 * more are advised to use huge pages and are not touched here. */
void *nx_alloc(size_t count, size_t size);

/* As nx_alloc, zeroed. Large blocks cost nothing until they are touched. */
void *nx_alloc_zeroed(size_t count, size_t size);

/* Address space for `count * size` bytes of which about `expected` will be used: zero,
 * and memory only where it is written to. The size may be far beyond the memory there
 * is. NULL when it overflows or where the system does not lend address space (some
 * do not, some are told not to). Resized downwards in place by nx_realloc. */
void *nx_alloc_reserve(size_t count, size_t size, size_t expected);

/* Advises huge pages for memory that is not of this header and about to be filled. */
void nx_advise_huge_pages(void *memory, size_t bytes);

/* Resizes a block of `old_count * size` bytes, keeping the common prefix.
 * NULL leaves the old block as it was. `block` may be NULL. On Linux a block that was
 * mapped on its own is not copied if it shrinks or stays that large. Nor is a small
 * block that shrinks: it keeps its memory until it is released. */
void *nx_realloc(void *block, size_t old_count, size_t new_count, size_t size);

/* Releases a block of this header; NULL is allowed. */
void nx_free(void *block);

/* Test hook: called before every allocation and resize; returning false makes that
 * allocation fail. NULL removes it. Set it only while no other thread
 * allocates. */
typedef bool (*nx_alloc_hook)(void *context, size_t bytes);
void nx_alloc_set_hook(nx_alloc_hook hook, void *context);

/* Number of blocks allocated and not yet released; for leak tests. */
size_t nx_alloc_live_blocks(void);

#endif
