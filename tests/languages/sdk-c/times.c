#include "check.h"

static void reads_rfc3339(void)
{
    static const struct {
        const char *text;
        uint64_t seconds;
    } right[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T00:00:00Z", 951782400},
        {"2023-01-19T00:13:51.999Z", 1674087231},
        {"2023-01-19T01:13:51+01:00", 1674087231},
        {"2023-01-18T18:43:51.5-05:30", 1674087231},
        {"2023-01-19T00:13:51z", 1674087231},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    static const char *const wrong[] = {
        "",
        "2023",
        "2023-01-19",
        "2023-01-19T00:13:51",
        "2023-01-19 00:13:51Z",
        "2023-02-29T00:00:00Z",
        "2023-13-01T00:00:00Z",
        "2023-00-01T00:00:00Z",
        "2023-01-00T00:00:00Z",
        "2023-01-19T24:00:00Z",
        "2023-01-19T00:60:00Z",
        "2023-01-19T00:00:60Z",
        "2023-01-19T00:00:00.Z",
        "2023-01-19T00:00:00+1:00",
        "2023-01-19T00:00:00+24:00",
        "2023-01-19T00:00:00+00:60",
        "2023-01-19T00:00:00Z ",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        " 2023-01-19T00:00:00Z",
        "+023-01-19T00:00:00Z",
    };
    uint64_t seconds;
    for (size_t at = 0; at < sizeof right / sizeof *right; at++) {
        CHECK_NUMBER(bellpull_rfc3339_seconds(text_of(right[at].text), &seconds), true);
        CHECK_NUMBER(seconds, right[at].seconds);
    }
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++)
        CHECK_FALSE(bellpull_rfc3339_seconds(text_of(wrong[at]), &seconds), wrong[at]);
}

static void writes_rfc3339(void)
{
    CHECK_TEXT(bellpull_rfc3339(0).val, "1970-01-01T00:00:00Z");
    CHECK_TEXT(bellpull_rfc3339(951782399).val, "2000-02-28T23:59:59Z");
    CHECK_TEXT(bellpull_rfc3339(951868800).val, "2000-03-01T00:00:00Z");
    CHECK_TEXT(bellpull_rfc3339(4107542400).val, "2100-03-01T00:00:00Z");
    CHECK_TEXT(bellpull_rfc3339(253402300799).val, "9999-12-31T23:59:59Z");
    CHECK_NUMBER(bellpull_rfc3339(253402300800).is_some, false);
    CHECK_NUMBER(bellpull_rfc3339(UINT64_MAX).is_some, false);
}

static void tolerates_exactly_the_tolerance(void)
{
    static const uint64_t right[] = {700, 1000, 1300}, wrong[] = {0, 699, 1301, UINT64_MAX};
    bellpull_refusal_t refusal;
    for (size_t at = 0; at < sizeof right / sizeof *right; at++)
        CHECK_NUMBER(bellpull_check_age(1000, right[at], 300, &refusal), true);
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
        CHECK_NUMBER(bellpull_check_age(1000, wrong[at], 300, &refusal), false);
        CHECK_NUMBER(refusal.tag, BELLPULL_REFUSAL_STALE);
        CHECK_TEXT(refusal.val.stale,
                   wrong[at] < 1000
                       ? "the signed time lies too far in the past: a replay, or a clock that is wrong"
                       : "the signed time lies too far in the future: a replay, or a clock that is wrong");
    }
}

int main(void)
{
    reads_rfc3339();
    writes_rfc3339();
    tolerates_exactly_the_tolerance();
}
