/* Two kinds of block behind one header.
 *
 * A small block comes from the C heap; its header sits in front of the bytes handed
 * out, which begin at the second multiple of 64 bytes:
 *
 *     [0 to 63 bytes][header, 64 bytes][block ...]
 *
 * The heap is asked for a block of any alignment, as those it keeps at hand are: one
 * that it has to align takes it three times as long.
 *
 * A block of NX_HUGE_PAGE_FROM bytes or more is a private mapping of its own:
 * zero until touched, released to the system at once, and resized by moving
 * page tables where the system can do that. The header takes the end of one
 * extra page, so that the block itself starts on a 2 MiB boundary and the
 * header does not touch (and so place and zero) its first huge page:
 *
 *     [one page ......... header][block ...][rest of the last page]
 *                                ^ 2 MiB boundary
 *
 * Either way the header is found 64 bytes before the block, and its `mapped`
 * says how to release it. */
#include "base/alloc.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "base/sanitizer.h"
#if defined(NX_ASAN)
#include <sanitizer/asan_interface.h>
#endif

#define HUGE_PAGE ((size_t)2 << 20)

typedef struct block_header {
    size_t bytes;  /* as asked for */
    size_t mapped; /* length of the mapping, header page included; 0: heap */
    void *base;    /* of a block of the heap: what that gave */
} block_header;

_Static_assert(sizeof(block_header) <= NX_ALIGNMENT, "the header precedes the block");

static atomic_size_t live_blocks;
static nx_alloc_hook alloc_hook;
static void *alloc_hook_context;

bool
nx_size_mul(size_t a, size_t b, size_t *product)
{
    *product = a * b; /* unsigned: wraps, and the test below sees it */
    return a == 0 || b <= SIZE_MAX / a;
}

bool
nx_size_add(size_t a, size_t b, size_t *sum)
{
    *sum = a + b;
    return *sum >= a;
}

void
nx_alloc_set_hook(nx_alloc_hook hook, void *context)
{
    alloc_hook = hook;
    alloc_hook_context = context;
}

size_t
nx_alloc_live_blocks(void)
{
    return atomic_load_explicit(&live_blocks, memory_order_relaxed);
}

static block_header *
header_of(void *block)
{
    return (block_header *)((char *)block - NX_ALIGNMENT);
}

/* ---- Heap blocks ---- */

static void *
heap_alloc(size_t bytes)
{
#if defined(NX_ASAN) && !defined(_WIN32)
    /* Ends where the block does, so that a read behind it is seen. */
    void *base = NULL;
    if (posix_memalign(&base, NX_ALIGNMENT, NX_ALIGNMENT + bytes) != 0) {
        return NULL;
    }
    char *block = (char *)base + NX_ALIGNMENT;
#else
    char *base = malloc(2 * NX_ALIGNMENT + bytes);
    if (base == NULL) {
        return NULL;
    }
    char *block = base + 2 * NX_ALIGNMENT - (uintptr_t)base % NX_ALIGNMENT;
#endif
    *header_of(block) = (block_header){.bytes = bytes, .base = base};
    return block;
}

static void
heap_free(void *block)
{
    free(header_of(block)->base);
}

/* ---- Mapped blocks ---- */

static size_t
page_size(void)
{
#if defined(_WIN32)
    return 4096;
#else
    return (size_t)sysconf(_SC_PAGESIZE);
#endif
}

/* Length of the mapping for a block: whole pages, and one for the header.
 * Cannot overflow: blocks are at most PTRDIFF_MAX bytes. */
static size_t
mapping_length(size_t bytes)
{
    const size_t page = page_size();
    return page + (bytes + page - 1) / page * page;
}

static char *
mapping_base(void *block)
{
    return (char *)block - page_size();
}

/* The bytes between the end of a mapped block and the end of its last page
 * belong to nobody; let AddressSanitizer watch them as it does on the heap. */
static void
guard_tail(void *block, bool guarded)
{
#if defined(NX_ASAN)
    const block_header *header = header_of(block);
    char *tail = (char *)block + header->bytes;
    const size_t length = (size_t)(mapping_base(block) + header->mapped - tail);
    if (guarded) {
        ASAN_POISON_MEMORY_REGION(tail, length);
    }
    else {
        ASAN_UNPOISON_MEMORY_REGION(tail, length);
    }
#else
    (void)block;
    (void)guarded;
#endif
}

static void *
finish_mapping(char *base, size_t bytes, size_t length)
{
    char *block = base + page_size();
    *header_of(block) = (block_header){.bytes = bytes, .mapped = length};
    guard_tail(block, true);
    return block;
}

#if defined(_WIN32)

static void *
map_alloc(size_t bytes)
{
    const size_t length = mapping_length(bytes);
    char *base = VirtualAlloc(NULL, length, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return base == NULL ? NULL : finish_mapping(base, bytes, length);
}

/* Address space alone would have to be committed piece by piece. */
static void *
map_reserve(size_t bytes, size_t expected)
{
    (void)bytes;
    (void)expected;
    return NULL;
}

static void
map_free(void *block)
{
    guard_tail(block, false);
    VirtualFree(mapping_base(block), 0, MEM_RELEASE);
}

#else

/* Maps `length` bytes so that the second page starts on a huge page boundary:
 * maps one huge page more than needed and gives both ends back. */
static char *
map_aligned(size_t length, int protection, int flags)
{
    const size_t page = page_size();
    const size_t padded = length + HUGE_PAGE;
    char *raw =
        mmap(NULL, padded, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (raw == MAP_FAILED) {
        return NULL;
    }
    const size_t past = ((uintptr_t)raw + page) % HUGE_PAGE;
    const size_t before = past == 0 ? 0 : HUGE_PAGE - past;
    const size_t after = padded - before - length;
    if (before > 0) {
        munmap(raw, before);
    }
    if (after > 0) {
        munmap(raw + before + length, after);
    }
    return raw + before;
}

static void *
map_alloc(size_t bytes)
{
    const size_t length = mapping_length(bytes);
    char *base = map_aligned(length, PROT_READ | PROT_WRITE, 0);
    if (base == NULL) {
        return NULL;
    }
#if defined(MADV_HUGEPAGE)
    /* Advice: a kernel without huge pages refuses it, and that is fine. All of
     * the mapping gets it, since mremap wants one area of one kind. */
    (void)madvise(base, length, MADV_HUGEPAGE);
#endif
    return finish_mapping(base, bytes, length);
}

/* Not counted against the memory there is (unless the system counts everything, and
 * then it may refuse). A last huge page that would be used for less than a quarter
 * costs more to clear than small pages do. */
static void *
map_reserve(size_t bytes, size_t expected)
{
    const size_t length = mapping_length(bytes);
    char *base = map_aligned(length, PROT_READ | PROT_WRITE, MAP_NORESERVE);
    if (base == NULL) {
        return NULL;
    }
#if defined(MADV_HUGEPAGE)
    const size_t advised = (expected + HUGE_PAGE * 3 / 4) / HUGE_PAGE * HUGE_PAGE;
    const size_t most = length - page_size();
    if (advised > 0) {
        (void)madvise(base + page_size(), advised < most ? advised : most,
                      MADV_HUGEPAGE);
    }
#endif
    return finish_mapping(base, bytes, length);
}

static void
map_free(void *block)
{
    const size_t length = header_of(block)->mapped;
    guard_tail(block, false);
    munmap(mapping_base(block), length);
}

#endif

/* Resizes a mapped block without copying; NULL, and the block untouched, when
 * the system cannot. */
static void *
map_resize(void *block, size_t bytes)
{
#if !defined(_WIN32)
    const size_t old_length = header_of(block)->mapped;
    const size_t length = mapping_length(bytes);
    char *base = mapping_base(block);
    if (length <= old_length) {
        guard_tail(block, false);
        if (length < old_length) {
            munmap(base + length, old_length - length);
        }
        return finish_mapping(base, bytes, length);
    }
#endif
#if defined(__linux__)
    guard_tail(block, false);
    if (mremap(base, old_length, length, 0) != MAP_FAILED) {
        return finish_mapping(base, bytes, length);
    }
    /* No room behind it: move it, to a place that keeps the alignment. */
    char *target = map_aligned(length, PROT_NONE, 0);
    if (target != NULL && mremap(base, old_length, length,
                                 MREMAP_MAYMOVE | MREMAP_FIXED, target) != MAP_FAILED) {
        return finish_mapping(target, bytes, length);
    }
    /* A failed move may or may not have unmapped the target already, and by now
     * another thread may have mapped something there. Leave it: it is address
     * space, not memory. */
    guard_tail(block, true);
#else
    (void)block;
    (void)bytes;
#endif
    return NULL;
}

/* ---- The contract of alloc.h ---- */

/* `count * size` as a size that an allocation may have and the hook allows. */
static bool
admit(size_t count, size_t size, size_t *bytes)
{
    if (!nx_size_mul(count, size, bytes) || *bytes > PTRDIFF_MAX - 2 * NX_ALIGNMENT) {
        return false;
    }
    return alloc_hook == NULL || alloc_hook(alloc_hook_context, *bytes);
}

static void *
allocate(size_t bytes)
{
    void *block = bytes >= NX_HUGE_PAGE_FROM ? map_alloc(bytes) : heap_alloc(bytes);
    if (block != NULL) {
        atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    }
    return block;
}

void *
nx_alloc(size_t count, size_t size)
{
    size_t bytes;
    return admit(count, size, &bytes) ? allocate(bytes) : NULL;
}

void *
nx_alloc_zeroed(size_t count, size_t size)
{
    size_t bytes;
    if (!admit(count, size, &bytes)) {
        return NULL;
    }
    void *block = allocate(bytes);
    if (block != NULL && header_of(block)->mapped == 0) {
        memset(block, 0, bytes);
    }
    return block;
}

void *
nx_alloc_reserve(size_t count, size_t size, size_t expected)
{
    size_t bytes;
    void *block = NULL;
    /* Leaves room for the page and the alignment that a mapping adds. */
    if (admit(count, size, &bytes) && bytes <= PTRDIFF_MAX - 2 * HUGE_PAGE) {
        block = map_reserve(bytes, expected);
    }
    if (block != NULL) {
        atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    }
    return block;
}

void *
nx_realloc(void *block, size_t old_count, size_t new_count, size_t size)
{
    size_t bytes;
    if (!admit(new_count, size, &bytes)) {
        return NULL;
    }
    if (block == NULL) {
        return allocate(bytes);
    }
    const size_t old_bytes = header_of(block)->bytes;
    assert(old_bytes == old_count * size);
    (void)old_count;
    if (bytes == old_bytes) {
        return block;
    }
    if (header_of(block)->mapped > 0 &&
        (bytes >= NX_HUGE_PAGE_FROM || bytes < old_bytes)) {
        void *resized = map_resize(block, bytes);
        if (resized != NULL) {
            return resized;
        }
    }
    if (header_of(block)->mapped == 0 && bytes < old_bytes) {
        header_of(block)->bytes = bytes;
        return block;
    }
    void *moved = allocate(bytes);
    if (moved != NULL) {
        memcpy(moved, block, bytes < old_bytes ? bytes : old_bytes);
        nx_free(block);
    }
    return moved;
}

void
nx_free(void *block)
{
    if (block == NULL) {
        return;
    }
    atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
    if (header_of(block)->mapped > 0) {
        map_free(block);
    }
    else {
        heap_free(block);
    }
}
