#include "check.h"

static void takes_one_value_and_no_second(void)
{
    static const char *const values[] = {"x", "x"}, *const broken[] = {"\xff"};
    bellpull_option_string_t value;
    bellpull_refusal_t refusal;
    CHECK_NUMBER(bellpull_header_single("a", values_of(values, 0), &value, &refusal), true);
    CHECK_NUMBER(value.is_some, false);
    CHECK_NUMBER(bellpull_header_single("a", values_of(values, 1), &value, &refusal), true);
    CHECK_TEXT(value.val, "x");
    CHECK_NUMBER(bellpull_header_single("a", values_of(values, 2), &value, &refusal), false);
    CHECK_NUMBER(refusal.tag, BELLPULL_REFUSAL_MALFORMED);
    CHECK_TEXT(refusal.val.malformed, "header a is repeated");
    CHECK_NUMBER(bellpull_header_single("a", values_of(broken, 1), &value, &refusal), false);
    CHECK_TEXT(refusal.val.malformed, "header a is not UTF-8");
}

static void knows_two_content_types(void)
{
    CHECK_NUMBER(bellpull_format_of(text_of("application/json")), BELLPULL_FORMAT_JSON);
    CHECK_NUMBER(bellpull_format_of(text_of("Application/JSON ; charset=utf-8")), BELLPULL_FORMAT_JSON);
    CHECK_NUMBER(bellpull_format_of(text_of("application/x-www-form-urlencoded;a=b")), BELLPULL_FORMAT_FORM);
    CHECK_NUMBER(bellpull_format_of(text_of("application/jsonp")), BELLPULL_FORMAT_OTHER);
    CHECK_NUMBER(bellpull_format_of(text_of("text/plain; application/json")), BELLPULL_FORMAT_OTHER);
    CHECK_NUMBER(bellpull_format_of(text_of(";")), BELLPULL_FORMAT_OTHER);
    CHECK_NUMBER(bellpull_format_of(text_of("")), BELLPULL_FORMAT_OTHER);
}

static void reads_a_field_of_a_form_once(void)
{
    static const char *const form = "a=b&ref=refs%2Fheads%2Fmain&note=a+%c3%a9&twice=1&twice=1&none&empty=&%"
                                    "66old=x=y&bad=%4&worse=%zz&raw=%ff&&=";
    static const struct {
        const char *name, *text, *flaw;
    } rows[] = {
        {"ref", "refs/heads/main", NULL},
        {"note", "a é", NULL},
        {"none", "", NULL},
        {"empty", "", NULL},
        {"fold", "x=y", NULL},
        {"twice", NULL, "the form field 'twice' is repeated"},
        {"bad", NULL, "the form field 'bad' is not encoded as forms are"},
        {"worse", NULL, "the form field 'worse' is not encoded as forms are"},
        {"raw", NULL, "the form field 'raw' is not UTF-8"},
    };
    bellpull_option_string_t value;
    bellpull_refusal_t refusal;
    for (size_t at = 0; at < sizeof rows / sizeof *rows; at++) {
        bool read = bellpull_form_field(bytes_of(form), rows[at].name, &value, &refusal);
        CHECK_NUMBER(read, rows[at].text != NULL);
        if (read)
            CHECK_TEXT(value.val, rows[at].text);
        else
            CHECK_TEXT(refusal.val.malformed, rows[at].flaw);
    }
    CHECK_NUMBER(bellpull_form_field(bytes_of(form), "absent", &value, &refusal), true);
    CHECK_NUMBER(value.is_some, false);
    CHECK_NUMBER(bellpull_form_field((bellpull_list_u8_t){0}, "a", &value, &refusal), true);
    CHECK_NUMBER(value.is_some, false);
}

static void tells_an_object_by_its_first_character(void)
{
    CHECK_NUMBER(bellpull_begins_object(bytes_of("{")), true);
    CHECK_NUMBER(bellpull_begins_object(bytes_of(" \r\n\t{}")), true);
    CHECK_NUMBER(bellpull_begins_object(bytes_of("")), false);
    CHECK_NUMBER(bellpull_begins_object(bytes_of("  ")), false);
    CHECK_NUMBER(bellpull_begins_object(bytes_of("[{}]")), false);
    CHECK_NUMBER(bellpull_begins_object(bytes_of("\"{\"")), false);
}

static void compares_events_without_case(void)
{
    static const char *const names[] = {"PUSH", "psuh"}, *const known[] = {"push"};
    bellpull_list_string_t listed = bellpull_texts(BELLPULL_ARRAY(names)), none = {0};
    CHECK_NUMBER(bellpull_wanted(none, text_of("ping")), true);
    CHECK_NUMBER(bellpull_is_listed(none, text_of("ping")), false);
    CHECK_NUMBER(bellpull_wanted(listed, text_of("push")), true);
    CHECK_NUMBER(bellpull_wanted(listed, text_of("ping")), false);
    bellpull_list_string_t warnings = bellpull_unknown_warnings(listed, BELLPULL_ARRAY(known));
    CHECK_NUMBER(warnings.len, 1);
    CHECK_TEXT(warnings.ptr[0], "spec.events: this provider knows no event 'psuh'");
    CHECK_NUMBER(bellpull_unknown_warnings(none, BELLPULL_ARRAY(known)).len, 0);
}

static void answers_by_type(void)
{
    static const char *const pointers[] = {"/yes", "/count", "/float", "/name", "/empty", "/list/*", "/null"};
    bellpull_document_value_t yes = {.tag = BELLPULL_DOCUMENT_VALUE_BOOLEAN, .val.boolean = true};
    bellpull_document_value_t count = {.tag = BELLPULL_DOCUMENT_VALUE_NUMBER, .val.number = text_of("20")};
    bellpull_document_value_t real = {.tag = BELLPULL_DOCUMENT_VALUE_NUMBER, .val.number = text_of("2e1")};
    bellpull_document_value_t name = {.tag = BELLPULL_DOCUMENT_VALUE_TEXT, .val.text = text_of("a")};
    bellpull_document_value_t empty = {.tag = BELLPULL_DOCUMENT_VALUE_TEXT, .val.text = text_of("")};
    bellpull_document_value_t null = {.tag = BELLPULL_DOCUMENT_VALUE_NULL};
    bellpull_document_value_t list[] = {name, null, empty};
    bellpull_document_list_value_t answers[] = {{&yes, 1},   {&count, 1}, {&real, 1}, {&name, 1},
                                                {&empty, 1}, {list, 3},   {&null, 1}};
    bellpull_selection_t found = {.pointers = pointers, .count = 7, .answers = answers};
    uint64_t number = 0;
    CHECK_TEXT(bellpull_selected_text(&found, "/name").val, "a");
    CHECK_NUMBER(bellpull_selected_text(&found, "/empty").is_some, false);
    CHECK_NUMBER(bellpull_selected_text(&found, "/gone").is_some, false);
    CHECK_NUMBER(bellpull_selected_text(&found, "/yes").is_some, false);
    CHECK_NUMBER(bellpull_selected_boolean(&found, "/yes").val, true);
    CHECK_NUMBER(bellpull_selected_boolean(&found, "/name").is_some, false);
    CHECK_NUMBER(bellpull_selected_number(&found, "/count", &number), true);
    CHECK_NUMBER(number, 20);
    CHECK_NUMBER(bellpull_selected_number(&found, "/float", &number), false);
    CHECK_NUMBER(bellpull_selected_texts(&found, "/list/*").len, 2);
    CHECK_NUMBER(bellpull_selected(&found, "/list/*").len, 3);
    CHECK_NUMBER(bellpull_is_set(&found, "/name"), true);
    CHECK_NUMBER(bellpull_is_set(&found, "/null"), false);
}

static void says_which_event_is_not_listed(void)
{
    bellpull_verdict_t verdict;
    CHECK_NUMBER(bellpull_not_listed(&verdict, text_of("push")), true);
    CHECK_NUMBER(verdict.tag, BELLPULL_VERDICT_IGNORE);
    CHECK_TEXT(verdict.val.ignore.class_, "not-listed");
    CHECK_TEXT(verdict.val.ignore.reason, "event push is not listed");
    CHECK_TEXT(verdict.val.ignore.event.val.kind, "push");
}

static void keeps_what_it_is_given(void)
{
    bellpull_change_t change =
        bellpull_git((bellpull_git_change_t){.repositories = bellpull_one(text_of("a"))});
    bellpull_event_t event = {.kind = text_of("push"), .changes = bellpull_changes(&change, 1)};
    bellpull_verdict_t verdict;
    CHECK_NUMBER(bellpull_accept(&verdict, event), true);
    change.val.git.repositories.len = 0;
    CHECK_NUMBER(verdict.val.accept.complete, true);
    CHECK_NUMBER(verdict.val.accept.events.ptr[0].changes.ptr[0].val.git.repositories.len, 1);

    bellpull_problems_t problems = {0};
    CHECK_NUMBER(bellpull_problem(&problems, "/config/a", text_of("one")), false);
    CHECK_NUMBER(bellpull_problem(&problems, "/config/b", text_of("two")), false);
    CHECK_NUMBER(problems.len, 2);
    CHECK_TEXT(problems.ptr[0].message, "one");
    CHECK_TEXT(problems.ptr[1].at, "/config/b");
}

int main(void)
{
    takes_one_value_and_no_second();
    knows_two_content_types();
    reads_a_field_of_a_form_once();
    tells_an_object_by_its_first_character();
    compares_events_without_case();
    answers_by_type();
    says_which_event_is_not_listed();
    keeps_what_it_is_given();
}
