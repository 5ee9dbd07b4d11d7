/* Words of text for Python. */
#ifndef NX_BINDING_PY_WORDS_H
#define NX_BINDING_PY_WORDS_H

#include "binding/py_ufuncs.h"

/* word_count: ()->(), int64; the words of every text. */
extern const nx_py_ufunc nx_py_ufunc_word_count;

/* _native.word_count(text, threads, handle_signals): the words of a str or bytes-like
 * object. With 0 threads it is counted at once, as is right for a short text. */
PyObject *nx_py_word_count(NX_ARGS);

#endif
