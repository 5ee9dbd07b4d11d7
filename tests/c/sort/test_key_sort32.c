#include "sort_testing.h"

#define KEY        uint32_t
#define KEY_BITS   32
#define JOB        nx_key_job32
#define NAME(stem) stem##32

#include "key_sort_testing.h"

const nx_test nx_suite_key_sort32[] = {
    NX_TEST(test_every_shape_length_and_number_of_threads),
    NX_TEST(test_many_keys),
    NX_TEST(test_few_keys_within_bounds),
    NX_TEST(test_parts_between_limits),
    NX_TEST(test_keys_of_one_prefix_come_in_one_call),
    NX_TEST(test_allocation_failures),
    {0},
};
