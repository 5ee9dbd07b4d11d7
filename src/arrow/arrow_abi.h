/* The Arrow C data interface and C stream interface: three structs that libraries hand
 * each other within a process, without sharing any code.
 *
 * Names and members are those of the published specification ("The Arrow C data
 * interface", "The Arrow C stream interface"), since they are an ABI. A struct may be
 * moved by copying its bytes and marking the old place released.
 */
#ifndef NX_ARROW_ARROW_ABI_H
#define NX_ARROW_ARROW_ABI_H

#include <stdint.h>

/* Flags of a schema. */
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

/* A type, by its format string, with name and children. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *); /* NULL: released or moved away */
    void *private_data;
};

/* Values of a type that is told elsewhere. */
struct ArrowArray {
    int64_t length;
    int64_t null_count; /* -1: nobody has counted */
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *); /* NULL: released or moved away */
    void *private_data;
};

/* Arrays of one schema, one after the other. The functions return 0 or an errno;
 * the end of the stream is an array that is released. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *); /* NULL: released or moved away */
    void *private_data;
};

#endif
