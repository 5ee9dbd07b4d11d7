#include "csv/csv_target.h"

#include <math.h>
#include <string.h>

static nx_buffer **
array_for(nx_csv_target *target, nx_type type)
{
    switch (nx_type_width(type)) {
        case 1:
            return &target->narrow;
        case 8:
            return &target->wide;
        case 16:
            return &target->views;
        default:
            return NULL;
    }
}

/* The bytes of *array, which is made on first use. */
static void *
ensure(nx_buffer **array, uint64_t rows, size_t width)
{
    if (*array == NULL) {
        *array = rows > SIZE_MAX ? NULL : nx_buffer_new_zeroed((size_t)rows, width);
    }
    return *array == NULL ? NULL : nx_buffer_data(*array);
}

void *
nx_csv_target_values(nx_csv_target *target, nx_type type)
{
    nx_buffer **array = array_for(target, type);
    return array == NULL ? NULL : ensure(array, target->rows, nx_type_width(type));
}

uint8_t *
nx_csv_target_mask(nx_csv_target *target)
{
    return ensure(&target->mask, target->rows, 1);
}

/* The values of a column in which every cell is missing. */
static void
fill_nan(double *values, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; i++) {
        values[i] = (double)NAN;
    }
}

bool
nx_csv_target_finish(nx_csv_target *target, size_t missing, nx_column *column)
{
    const nx_type type = nx_type_final(nx_type_of_classes(target->classes));
    void *values = nx_csv_target_values(target, type);
    if (values == NULL) {
        return false;
    }
    if (target->classes == 0) {
        fill_nan(values, target->rows);
    }
    nx_buffer **array = array_for(target, type);
    *column = (nx_column){
        .type = type,
        .length = (size_t)target->rows,
        .values = *array,
        .missing = missing,
    };
    *array = NULL;
    if (missing > 0) {
        column->mask = target->mask;
        target->mask = NULL;
    }
    if (type == NX_TYPE_STRING) {
        column->slabs = target->slabs;
        memset(&target->slabs, 0, sizeof target->slabs);
    }
    nx_csv_target_clear(target);
    return true;
}

void
nx_csv_target_clear(nx_csv_target *target)
{
    nx_buffer_release(target->narrow);
    nx_buffer_release(target->wide);
    nx_buffer_release(target->views);
    nx_buffer_release(target->mask);
    nx_slabs_clear(&target->slabs);
    target->narrow = target->wide = target->views = target->mask = NULL;
}
