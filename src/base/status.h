/* Status codes and the error record that every fallible function fills.
 *
 * A function that can fail returns nx_status and takes an optional
 * `nx_error *` as its last parameter. On success the record is untouched; on
 * failure it is overwritten as a whole. Nothing below the binding prints,
 * exits, or looks at errno after the call that set it.
 */
#ifndef NX_BASE_STATUS_H
#define NX_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define NX_MUST_CHECK       __attribute__((warn_unused_result))
#define NX_PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))
#else
#define NX_MUST_CHECK
#define NX_PRINTF(fmt, arg)
#endif

/* The family of a failure; the binding maps each family to one exception. */
typedef enum nx_status {
    NX_OK = 0,
    NX_ERR_MEMORY,    /* an allocation failed */
    NX_ERR_OVERFLOW,  /* a size does not fit in memory or in a documented limit */
    NX_ERR_IO,        /* the operating system refused; os_errno says why */
    NX_ERR_CHANGED,   /* the source changed while it was read */
    NX_ERR_CANCELLED, /* the caller asked to stop */
    NX_ERR_DIALECT,   /* quotes that contradict the dialect */
    NX_ERR_RAGGED,    /* a record with too few or too many fields */
    NX_ERR_SCHEMA,    /* no columns, or names that do not fit the source */
    NX_ERR_VALUE,     /* text that is no value of the dtype asked for */
    NX_ERR_ENCODING,  /* bytes that are not UTF-8 */
    NX_ERR_SYNTAX,    /* text that breaks the grammar of its format */
    NX_ERR_TYPE,      /* a type that there is no counterpart for */
    NX_ERR_FORMAT,    /* data of somebody else that break the rules of their format */
    NX_ERR_INTERNAL   /* a broken promise inside the library */
} nx_status;

#define NX_ERROR_MSG_SIZE 256

/* Position of "not known": every position field starts out with this value. */
#define NX_NOWHERE UINT64_MAX

/* What went wrong and where. All positions count from 0; the binding shows
 * them counted from 1. `line` counts physical lines, `record` data records
 * (blank lines and header excluded), `byte` the offset in the source. */
typedef struct nx_error {
    nx_status status;
    int code;     /* stable number, documented for users: 101 is shown as NX101 */
    int os_errno; /* for NX_ERR_IO, else 0 */
    uint64_t record;
    uint64_t line;
    uint64_t column;
    uint64_t byte;
    char msg[NX_ERROR_MSG_SIZE];
} nx_error;

/* Fills `error` (may be NULL) with a status, a code and a formatted message;
 * positions become NX_NOWHERE. A message that does not fit is cut between two
 * UTF-8 characters; it may quote the old `error->msg`. Returns `status`, so that
 * callers can write `return nx_error_set(...)`. */
nx_status nx_error_set(nx_error *error, nx_status status, int code, const char *format,
                       ...) NX_PRINTF(4, 5);

/* Fills `error` (may be NULL) for a failed system call: NX_ERR_IO, code 0, and
 * "what: the system's words". `what` names the call or the file. */
nx_status nx_error_set_os(nx_error *error, int os_errno, const char *what);

/* The constant name of a status ("ragged", "memory", ...), for messages and
 * tests. Never NULL. */
const char *nx_status_name(nx_status status);

#endif
