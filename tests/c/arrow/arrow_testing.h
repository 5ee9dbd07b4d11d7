/* Producers of Arrow data that are no more than structs, and count their releases. */
#ifndef NX_TESTS_ARROW_TESTING_H
#define NX_TESTS_ARROW_TESTING_H

#include "harness.h"

#include "arrow/arrow_abi.h"

/* How often arrays and schemas of a test were released. */
static int arrays_released;
static int schemas_released;

static inline void
count_array(struct ArrowArray *array)
{
    arrays_released++;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) {
            array->children[i]->release(array->children[i]);
        }
    }
    array->release = NULL;
}

static inline void
count_schema(struct ArrowSchema *schema)
{
    schemas_released++;
    for (int64_t i = 0; schema->children != NULL && i < schema->n_children; i++) {
        if (schema->children[i] != NULL && schema->children[i]->release != NULL) {
            schema->children[i]->release(schema->children[i]);
        }
    }
    schema->release = NULL;
}

static inline struct ArrowArray
fake_array(int64_t length, int64_t null_count, int64_t offset, const void **buffers,
           int64_t n_buffers)
{
    return (struct ArrowArray){
        .length = length,
        .null_count = null_count,
        .offset = offset,
        .n_buffers = n_buffers,
        .buffers = buffers,
        .release = count_array,
    };
}

static inline struct ArrowArray
fake_batch(int64_t length, struct ArrowArray **children, int64_t count)
{
    static const void *validity[1] = {NULL};
    return (struct ArrowArray){
        .length = length,
        .n_buffers = 1,
        .n_children = count,
        .buffers = validity,
        .children = children,
        .release = count_array,
    };
}

static inline struct ArrowSchema
fake_schema(const char *format, const char *name)
{
    return (struct ArrowSchema){
        .format = format, .name = name, .release = count_schema};
}

static inline struct ArrowSchema
fake_struct(struct ArrowSchema **children, int64_t count)
{
    return (struct ArrowSchema){
        .format = "+s",
        .name = "",
        .n_children = count,
        .children = children,
        .release = count_schema,
    };
}

#endif
