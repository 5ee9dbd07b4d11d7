#include "sort_testing.h"

#define KEY        uint64_t
#define KEY_BITS   64
#define JOB        nx_key_job64
#define NAME(stem) stem##64

#include "key_sort_testing.h"

const nx_test nx_suite_key_sort64[] = {
    NX_TEST(test_every_shape_length_and_number_of_threads),
    NX_TEST(test_many_keys),
    NX_TEST(test_few_keys_within_bounds),
    NX_TEST(test_parts_between_limits),
    NX_TEST(test_keys_of_one_prefix_come_in_one_call),
    NX_TEST(test_allocation_failures),
    {0},
};
