#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts an unfinished UTF-8 sequence off the end of a message that did not fit (and
 * so is long): messages quote the user's cells, and the binding decodes them. */
static void
trim_partial_character(char *msg)
{
    const size_t length = strlen(msg);
    size_t tail = 0; /* continuation bytes at the end */
    while (tail < 3 && ((unsigned char)msg[length - 1 - tail] & 0xC0) == 0x80) {
        tail++;
    }
    const unsigned char lead = (unsigned char)msg[length - 1 - tail];
    const size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (tail < wanted) {
        msg[length - 1 - tail] = '\0';
    }
}

nx_status
nx_error_set(nx_error *error, nx_status status, int code, const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    /* A local record first: the arguments may quote the old message. */
    nx_error fresh = {.status = status,
                      .code = code,
                      .record = NX_NOWHERE,
                      .line = NX_NOWHERE,
                      .column = NX_NOWHERE,
                      .byte = NX_NOWHERE};
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(fresh.msg, sizeof fresh.msg, format, args);
    va_end(args);
    if (length < 0) {
        fresh.msg[0] = '\0';
    }
    else if ((size_t)length >= sizeof fresh.msg) {
        trim_partial_character(fresh.msg);
    }
    *error = fresh;
    return status;
}

/* The system's words for an error number, safe to ask for on any thread.
 * strerror_r has two incompatible signatures behind one name. */
static const char *
describe_os_error(int os_errno, char *scratch, size_t size)
{
#if defined(_WIN32)
    return strerror_s(scratch, size, os_errno) == 0 ? scratch : "unknown error";
#elif defined(__GLIBC__) && defined(_GNU_SOURCE)
    return strerror_r(os_errno, scratch, size);
#else
    return strerror_r(os_errno, scratch, size) == 0 ? scratch : "unknown error";
#endif
}

nx_status
nx_error_set_os(nx_error *error, int os_errno, const char *what)
{
    char scratch[128];
    const char *reason = describe_os_error(os_errno, scratch, sizeof scratch);
    (void)nx_error_set(error, NX_ERR_IO, 0, "%s: %s", what, reason);
    if (error != NULL) {
        error->os_errno = os_errno;
    }
    return NX_ERR_IO;
}

const char *
nx_status_name(nx_status status)
{
    switch (status) {
        case NX_OK:
            return "ok";
        case NX_ERR_MEMORY:
            return "memory";
        case NX_ERR_OVERFLOW:
            return "overflow";
        case NX_ERR_IO:
            return "io";
        case NX_ERR_CHANGED:
            return "changed";
        case NX_ERR_CANCELLED:
            return "cancelled";
        case NX_ERR_DIALECT:
            return "dialect";
        case NX_ERR_RAGGED:
            return "ragged";
        case NX_ERR_SCHEMA:
            return "schema";
        case NX_ERR_VALUE:
            return "value";
        case NX_ERR_ENCODING:
            return "encoding";
        case NX_ERR_SYNTAX:
            return "syntax";
        case NX_ERR_TYPE:
            return "type";
        case NX_ERR_FORMAT:
            return "format";
        case NX_ERR_INTERNAL:
            return "internal";
    }
    return "unknown"; /* a number that is no status: tests and corrupt records */
}
