/* A schema is one block for the struct and one for the text of each field, since a
 * consumer may move a child away and release it later than its parent. */
#include "arrow/arrow_schema.h"

#include <string.h>

#include "base/alloc.h"

/* What belongs to the parent: its children, and where they are. */
typedef struct schema_parts {
    struct ArrowSchema **pointers;
    struct ArrowSchema *children;
    size_t count;
} schema_parts;

static void
release_field(struct ArrowSchema *schema)
{
    if (schema->dictionary != NULL && schema->dictionary->release != NULL) {
        schema->dictionary->release(schema->dictionary);
    }
    nx_free(schema->dictionary);
    nx_free(schema->private_data);
    schema->release = NULL;
}

static void
free_parts(schema_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->children[i].release != NULL) {
            parts->children[i].release(&parts->children[i]);
        }
    }
    nx_free(parts->pointers);
    nx_free(parts->children);
    nx_free(parts);
}

static void
release_struct(struct ArrowSchema *schema)
{
    free_parts(schema->private_data);
    schema->release = NULL;
}

static bool
export_type(struct ArrowSchema *out, const nx_arrow_field *field)
{
    static const char ZONE[] = "UTC";
    const size_t format = strlen(field->type->format), name = strlen(field->name);
    char *text = nx_alloc(format + sizeof ZONE + name + 1, 1);
    if (text == NULL) {
        return false;
    }
    memcpy(text, field->type->format, format + 1);
    if (field->zoned) {
        memcpy(text + format, ZONE, sizeof ZONE);
    }
    memcpy(text + format + sizeof ZONE, field->name, name + 1);
    *out = (struct ArrowSchema){
        .format = text,
        .name = text + format + sizeof ZONE,
        .flags = ARROW_FLAG_NULLABLE,
        .release = release_field,
        .private_data = text,
    };
    return true;
}

static bool
export_field(struct ArrowSchema *out, const nx_arrow_field *field)
{
    if (!export_type(out, field)) {
        return false;
    }
    if (field->entries == NULL) {
        return true;
    }
    const nx_arrow_field entries = {.name = "", .type = field->entries};
    out->dictionary = nx_alloc_zeroed(1, sizeof *out->dictionary);
    if (out->dictionary == NULL || !export_type(out->dictionary, &entries)) {
        release_field(out);
        return false;
    }
    return true;
}

nx_status
nx_arrow_schema_export(struct ArrowSchema *out, const nx_arrow_field *fields,
                       size_t count, nx_error *error)
{
    schema_parts *parts = nx_alloc_zeroed(1, sizeof *parts);
    bool made = parts != NULL;
    if (made) {
        parts->pointers = nx_alloc(count, sizeof(struct ArrowSchema *));
        parts->children = nx_alloc_zeroed(count, sizeof(struct ArrowSchema));
        made = parts->pointers != NULL && parts->children != NULL;
        parts->count = made ? count : 0;
    }
    for (size_t i = 0; made && i < count; i++) {
        parts->pointers[i] = &parts->children[i];
        made = export_field(&parts->children[i], &fields[i]);
    }
    if (!made) {
        if (parts != NULL) {
            free_parts(parts);
        }
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for a schema");
    }
    *out = (struct ArrowSchema){
        .format = "+s",
        .name = "",
        .n_children = (int64_t)count,
        .children = parts->pointers,
        .release = release_struct,
        .private_data = parts,
    };
    return NX_OK;
}

void
nx_arrow_schema_honour(const struct ArrowSchema *requested, nx_arrow_field *fields,
                       size_t count)
{
    if (requested == NULL || requested->release == NULL || requested->format == NULL ||
        strcmp(requested->format, "+s") != 0 ||
        requested->n_children != (int64_t)count ||
        (count > 0 && requested->children == NULL)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ArrowSchema *child = requested->children[i];
        if (child == NULL || child->release == NULL || child->format == NULL ||
            child->name == NULL || strcmp(child->name, fields[i].name) != 0) {
            return;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool zoned;
        const nx_arrow_type *type =
            nx_arrow_type_of_format(requested->children[i]->format, &zoned);
        if (type != NULL && nx_arrow_type_is_string(type) &&
            requested->children[i]->dictionary == NULL &&
            nx_arrow_type_is_string(fields[i].type)) {
            fields[i].type = type;
        }
    }
}
