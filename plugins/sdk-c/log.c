#include "log.h"

#include <stdlib.h>

#include "text.h"

void bellpull_debug(bellpull_string_t message)
{
    bellpull_log_write(BELLPULL_LOG_LEVEL_DEBUG, &message);
}

void bellpull_info(bellpull_string_t message)
{
    bellpull_log_write(BELLPULL_LOG_LEVEL_INFO, &message);
}

void bellpull_warn(bellpull_string_t message)
{
    bellpull_log_write(BELLPULL_LOG_LEVEL_WARN, &message);
}

void bellpull_fault(const char *reason)
{
    bellpull_warn(bellpull_text(reason));
    abort();
}
