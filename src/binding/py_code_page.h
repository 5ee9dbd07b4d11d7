/* Text in code pages, for Python. */
#ifndef NX_BINDING_PY_CODE_PAGE_H
#define NX_BINDING_PY_CODE_PAGE_H

#include "binding/np_api.h"

/* _native.code_page_measure(page, text, threads, handle_signals) -> int: how many bytes
 * of UTF-8 stand for a bytes-like text. `page` is a tuple of 256 bytes objects of one
 * to four bytes: what stands for each byte. */
PyObject *nx_py_code_page_measure(NX_ARGS);

/* _native.code_page_write(page, text, out, threads, handle_signals): writes these bytes
 * to a writable buffer, which has just their number. */
PyObject *nx_py_code_page_write(NX_ARGS);

#endif
