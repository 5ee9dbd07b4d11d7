#include "binding/py_wait.h"

#include <string.h>

static bool
report(nx_py_detached *detached, uint64_t done)
{
    if (detached->report == NULL) {
        return true;
    }
    PyObject *result =
        PyObject_CallFunction(detached->report, "KK", (unsigned long long)done,
                              (unsigned long long)detached->progress.total);
    Py_XDECREF(result);
    return result != NULL;
}

static bool
come_back(void *context)
{
    nx_py_detached *detached = context;
    const uint64_t total = detached->progress.total;
    PyEval_RestoreThread(detached->state);
    bool go_on = !detached->handle_signals || PyErr_CheckSignals() == 0;
    if (go_on) {
        /* What is read a second time counts twice. */
        const uint64_t done = atomic_load(&detached->progress.done);
        go_on = report(detached, done < total ? done : total);
    }
    detached->state = PyEval_SaveThread();
    return go_on;
}

void
nx_py_detach(nx_py_detached *detached, bool handle_signals)
{
    nx_py_detach_reporting(detached, handle_signals, Py_None, 0);
}

void
nx_py_detach_if(nx_py_detached *detached, bool is_long, bool handle_signals)
{
    if (is_long) {
        nx_py_detach(detached, handle_signals);
        return;
    }
    detached->state = NULL;
    detached->wait = (nx_wait){.poll = NULL};
}

void
nx_py_detach_reporting(nx_py_detached *detached, bool handle_signals, PyObject *report,
                       uint64_t total)
{
    memset(detached, 0, sizeof *detached);
    atomic_init(&detached->cancel.requested, false);
    atomic_init(&detached->progress.done, 0);
    detached->progress.total = total;
    detached->handle_signals = handle_signals;
    detached->report = report == Py_None ? NULL : report;
    detached->wait = (nx_wait){
        .poll = handle_signals || detached->report != NULL ? come_back : NULL,
        .context = detached,
        .cancel = &detached->cancel,
        .progress = &detached->progress,
    };
    detached->state = PyEval_SaveThread();
}

void
nx_py_attach(nx_py_detached *detached)
{
    if (detached->state != NULL) {
        PyEval_RestoreThread(detached->state);
    }
}

bool
nx_py_report_end(nx_py_detached *detached)
{
    return report(detached, detached->progress.total);
}
