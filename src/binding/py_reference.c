/* Whoever releases a buffer may hold no interpreter and must not wait for one. So the
 * reference goes to a list without locks, and Python is asked to come by.
 *
 * Asking is Py_AddPendingCall, which needs no interpreter but one that is not being
 * taken down. `asking` counts who is at it; the exit hook closes the door and waits for
 * those few instructions, so that no thread asks an interpreter that is gone. */
#include "binding/py_reference.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "binding/py_error.h"

typedef struct reference {
    PyObject *object;
    struct reference *next;
} reference;

static _Atomic(reference *) released;
static atomic_bool closed;
static atomic_size_t asking;

enum {
    PATIENCE = 1 << 20
};

void
nx_py_references_drop(void)
{
    if (atomic_load(&released) == NULL) {
        return;
    }
    reference *list = atomic_exchange(&released, NULL);
    while (list != NULL) {
        reference *next = list->next;
        Py_DECREF(list->object);
        nx_free(list);
        list = next;
    }
}

static int
drop_pending(void *Py_UNUSED(context))
{
    nx_py_references_drop();
    return 0;
}

static void
release_later(void *context)
{
    reference *own = context;
    atomic_fetch_add(&asking, 1);
    if (!atomic_load(&closed)) {
        own->next = atomic_load(&released);
        while (!atomic_compare_exchange_weak(&released, &own->next, own)) {
        }
        /* No matter if there are too many calls: the next one takes all. */
        (void)Py_AddPendingCall(drop_pending, NULL);
    }
    atomic_fetch_sub(&asking, 1);
}

nx_buffer *
nx_py_reference_buffer(PyObject *owner, const void *data, size_t size)
{
    reference *own = nx_alloc(1, sizeof *own);
    nx_buffer *buffer =
        own == NULL ? NULL : nx_buffer_foreign(data, size, release_later, own);
    if (buffer == NULL) {
        nx_free(own);
        (void)PyErr_NoMemory();
        return NULL;
    }
    own->object = Py_NewRef(owner);
    return buffer;
}

/* ---- The exit of the interpreter ---- */

static PyObject *
close_door(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    atomic_store(&closed, true);
    /* A fork may have left behind a count that nobody will take back. */
    for (int i = 0; i < PATIENCE && atomic_load(&asking) > 0; i++) {
    }
    nx_py_references_drop();
    Py_RETURN_NONE;
}

int
nx_py_references_start(void)
{
    static PyMethodDef method = {"close_references", close_door, METH_NOARGS, NULL};
    PyObject *atexit = PyImport_ImportModule("atexit");
    PyObject *hook = atexit == NULL ? NULL : PyCFunction_New(&method, NULL);
    PyObject *done =
        hook == NULL ? NULL : PyObject_CallMethod(atexit, "register", "O", hook);
    Py_XDECREF(atexit);
    Py_XDECREF(hook);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}
