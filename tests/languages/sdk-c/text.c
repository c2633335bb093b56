#include "check.h"

static void compares_texts(void)
{
    CHECK_NUMBER(bellpull_equal(text_of("push"), text_of("push")), true);
    CHECK_NUMBER(bellpull_equal(text_of("push"), text_of("pusH")), false);
    CHECK_NUMBER(bellpull_equal(text_of("push"), text_of("pushed")), false);
    CHECK_NUMBER(bellpull_equal((bellpull_string_t){0}, text_of("")), true);
    CHECK_NUMBER(bellpull_equal_ignoring_case(text_of("Push@[`{"), text_of("pUSH@[`{")), true);
    CHECK_NUMBER(bellpull_equal_ignoring_case(text_of("@"), text_of("`")), false);
    CHECK_NUMBER(bellpull_equal_ignoring_case(text_of("a"), text_of("ab")), false);
}

static void tells_utf8(void)
{
    static const char *const right[] = {
        "",
        "push",
        "\x7f",
        "\xc2\x80",
        "é€😀",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
    };
    static const char *const wrong[] = {
        "\x80",
        "\xff",
        "a\xc3",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xe2\x82",
        "\xe2\x82(",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf0\x90\x80",
        "\xf0\x90\x80(",
        "\xe2(\xac",
    };
    bellpull_string_t text;
    for (size_t at = 0; at < sizeof right / sizeof *right; at++) {
        CHECK_NUMBER(bellpull_text_of(bytes_of(right[at]), &text), true);
        CHECK_TEXT(text, right[at]);
    }
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++)
        CHECK_FALSE(bellpull_text_of(bytes_of(wrong[at]), &text), wrong[at]);
}

static void reads_digits_alone(void)
{
    static const char *const wrong[] = {
        "", "+1", "-1", " 1", "1 ", "1.0", "1e9", "0x1", "18446744073709551616", "99999999999999999999", "١"};
    uint64_t number;
    CHECK_NUMBER(bellpull_read_decimal(text_of("0"), &number), true);
    CHECK_NUMBER(number, 0);
    CHECK_NUMBER(bellpull_read_decimal(text_of("0018446744073709551615"), &number), true);
    CHECK_NUMBER(number, UINT64_MAX);
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++)
        CHECK_FALSE(bellpull_read_decimal(text_of(wrong[at]), &number), wrong[at]);
    CHECK_TEXT(bellpull_decimal(0), "0");
    CHECK_TEXT(bellpull_decimal(UINT64_MAX), "18446744073709551615");
}

static void joins_and_cuts(void)
{
    CHECK_TEXT(BELLPULL_CONCAT(text_of("event "), (bellpull_string_t){0}, text_of("push")), "event push");
    bellpull_string_t rest;
    CHECK_NUMBER(bellpull_after(text_of("sha256=ab"), "sha256=", &rest), true);
    CHECK_TEXT(rest, "ab");
    CHECK_NUMBER(bellpull_after(text_of("sha256"), "sha256=", &rest), false);
    CHECK_NUMBER(bellpull_after(text_of("SHA256=ab"), "sha256=", &rest), false);
    CHECK_NUMBER(bellpull_after((bellpull_string_t){0}, "", &rest), true);
}

static void lists_literals(void)
{
    static const char *const names[] = {"push", "tag"};
    bellpull_list_string_t list = bellpull_texts(BELLPULL_ARRAY(names));
    CHECK_NUMBER(list.len, 2);
    CHECK_TEXT(list.ptr[1], "tag");
    CHECK_NUMBER(bellpull_holds(list, text_of("tag")), true);
    CHECK_NUMBER(bellpull_holds(list, text_of("Tag")), false);
    CHECK_NUMBER(bellpull_holds(bellpull_one(text_of("a")), text_of("a")), true);
}

int main(void)
{
    compares_texts();
    tells_utf8();
    reads_digits_alone();
    joins_and_cuts();
    lists_literals();
}
