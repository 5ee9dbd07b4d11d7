#include "harness.h"

#include "number/clock_fast.h"

/* Every time of day, and every byte in every place of some. */
static void
test_all_clocks_and_near_misses(void)
{
    int64_t seconds;
    for (int64_t second = 0; second < 86400; second++) {
        char text[40];
        snprintf(text, sizeof text, "%02d:%02d:%02d", (int)(second / 3600),
                 (int)(second / 60 % 60), (int)(second % 60));
        CHECK(nx_clock_fast(nx_load64le(text), &seconds) && seconds == second);
        for (size_t at = 0; second % 997 == 0 && at < 8; at++) {
            const char right = text[at];
            for (int byte = 0; byte < 256; byte++) {
                text[at] = (char)byte;
                bool valid =
                    strncmp(text, "24", 2) < 0 && text[3] < '6' && text[6] < '6';
                for (size_t i = 0; i < 8; i++) {
                    const bool digit = text[i] >= '0' && text[i] <= '9';
                    valid &= i % 3 == 2 ? text[i] == ':' : digit;
                }
                CHECK_INT(nx_clock_fast(nx_load64le(text), &seconds), valid);
            }
            text[at] = right;
        }
    }
}

static void
test_hours_and_minutes(void)
{
    int64_t seconds;
    CHECK(nx_clock_fast(nx_short_clock((const uint8_t *)"23:59?"), &seconds));
    CHECK_INT(seconds, 86340);
    CHECK(!nx_clock_fast(nx_short_clock((const uint8_t *)"24:00?"), &seconds));
    CHECK(!nx_clock_fast(nx_short_clock((const uint8_t *)"00:6 ?"), &seconds));
}

const nx_test nx_suite_clock_fast[] = {
    NX_TEST(test_all_clocks_and_near_misses),
    NX_TEST(test_hours_and_minutes),
    {0},
};
