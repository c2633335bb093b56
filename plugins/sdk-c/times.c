// timegm, gmtime_r
#define _GNU_SOURCE
#include "times.h"

#include <string.h>
#include <time.h>

#include "text.h"

uint64_t bellpull_now(void)
{
    return bellpull_clock_now() / 1000;
}

static bool is_digit(uint8_t character)
{
    return '0' <= character && character <= '9';
}

bool bellpull_unix_seconds(bellpull_string_t text, uint64_t *seconds)
{
    return bellpull_read_decimal(text, seconds);
}

// Whether the text begins as the pattern does, in which `0` stands for any digit.
static bool begins_as(bellpull_string_t text, const char *pattern)
{
    size_t length = strlen(pattern);
    if (text.len < length)
        return false;
    for (size_t at = 0; at < length; at++)
        if (pattern[at] == '0' ? !is_digit(text.ptr[at]) : text.ptr[at] != (uint8_t)pattern[at])
            return false;
    return true;
}

static int number_at(bellpull_string_t text, size_t at, size_t digits)
{
    int number = 0;
    for (size_t end = at + digits; at < end; at++)
        number = number * 10 + (text.ptr[at] - '0');
    return number;
}

static bellpull_string_t without(bellpull_string_t text, size_t length)
{
    return (bellpull_string_t){.ptr = text.ptr + length, .len = text.len - length};
}

// Reads `Z` or an offset such as `+01:00`, and nothing after it.
static bool read_offset(bellpull_string_t text, int64_t *seconds)
{
    *seconds = 0;
    if (bellpull_equal_ignoring_case(text, bellpull_text("Z")))
        return true;
    if (text.len != strlen("+00:00") || !(begins_as(text, "+00:00") || begins_as(text, "-00:00")))
        return false;
    int hours = number_at(text, 1, 2), minutes = number_at(text, 4, 2);
    *seconds = (hours * 60 + minutes) * 60;
    if (text.ptr[0] == '-')
        *seconds = -*seconds;
    return hours < 24 && minutes < 60;
}

bool bellpull_rfc3339_seconds(bellpull_string_t text, uint64_t *seconds)
{
    static const char PATTERN[] = "0000-00-00T00:00:00";
    if (!begins_as(text, PATTERN))
        return false;
    struct tm date = {
        .tm_year = number_at(text, 0, 4) - 1900,
        .tm_mon = number_at(text, 5, 2) - 1,
        .tm_mday = number_at(text, 8, 2),
        .tm_hour = number_at(text, 11, 2),
        .tm_min = number_at(text, 14, 2),
        .tm_sec = number_at(text, 17, 2),
    };
    bellpull_string_t rest = without(text, strlen(PATTERN));
    if (begins_as(rest, ".0"))
        for (rest = without(rest, 2); rest.len && is_digit(rest.ptr[0]);)
            rest = without(rest, 1);
    int64_t offset;
    if (!read_offset(rest, &offset))
        return false;
    // A date that no calendar has becomes another one.
    struct tm found = date;
    int64_t local = timegm(&found);
    if (found.tm_mon != date.tm_mon || found.tm_hour != date.tm_hour || found.tm_min != date.tm_min ||
        found.tm_sec != date.tm_sec || local < offset)
        return false;
    *seconds = (uint64_t)(local - offset);
    return true;
}

bellpull_option_string_t bellpull_rfc3339(uint64_t seconds)
{
    static const uint64_t LAST = 253402300799;
    struct tm date;
    time_t time = (time_t)seconds;
    if (seconds > LAST || !gmtime_r(&time, &date))
        return (bellpull_option_string_t){0};
    const struct {
        int number;
        size_t digits;
        char after;
    } parts[] = {
        {date.tm_year + 1900, 4, '-'}, {date.tm_mon + 1, 2, '-'}, {date.tm_mday, 2, 'T'},
        {date.tm_hour, 2, ':'},        {date.tm_min, 2, ':'},     {date.tm_sec, 2, 'Z'},
    };
    const size_t length = strlen("0000-00-00T00:00:00Z");
    uint8_t *text = bellpull_allocate(length, 1), *at = text;
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
        int number = parts[part].number;
        for (size_t place = parts[part].digits; place-- > 0; number /= 10)
            at[place] = (uint8_t)('0' + number % 10);
        at += parts[part].digits;
        *at++ = (uint8_t)parts[part].after;
    }
    return bellpull_some((bellpull_string_t){.ptr = text, .len = length});
}

bool bellpull_check_age(uint64_t now, uint64_t signed_at, uint64_t tolerance, bellpull_refusal_t *refusal)
{
    uint64_t apart = now > signed_at ? now - signed_at : signed_at - now;
    if (apart <= tolerance)
        return true;
    return bellpull_stale(refusal, BELLPULL_CONCAT(bellpull_text("the signed time lies too far in the "),
                                                   bellpull_text(signed_at < now ? "past" : "future"),
                                                   bellpull_text(": a replay, or a clock that is wrong")));
}
