"""The ufuncs behind the array functions, for ``out=``, ``where=`` and broadcasting.

They take arrays only, know nothing of masks, and can be pickled. Large calls run on as
many threads as `numpy_ext.num_threads` says, without the interpreter lock.

==========  ============  ===================================================
name        signature     result
==========  ============  ===================================================
sha256      ``()->(32)``  uint8; a generalized ufunc, which has no ``where=``
hash64      ``(),()``     uint64 of items and seeds
square      ``()``        the dtype of the numbers
word_count  ``()``        int64
==========  ============  ===================================================

Examples
--------
>>> import numpy as np
>>> from numpy_ext import ufuncs
>>> digests = np.empty((2, 32), dtype=np.uint8)
>>> _ = ufuncs.sha256(np.array([b"one", b"two"]), out=digests)
>>> digests[0, :4]
array([118, 146, 195, 173], dtype=uint8)

Two hashes of each word, for a Bloom filter of 64 bits:

>>> words = np.array(["one", "two", "three"])
>>> ufuncs.hash64(words[:, np.newaxis], np.arange(2, dtype=np.uint64)) % 64
array([[...]], dtype=uint64)
"""

from typing import Final

import numpy as np

from numpy_ext import _native

__all__ = ["hash64", "sha256", "square", "word_count"]

hash64: Final[np.ufunc] = _native.ufuncs["hash64"]
sha256: Final[np.ufunc] = _native.ufuncs["sha256"]
square: Final[np.ufunc] = _native.ufuncs["square"]
word_count: Final[np.ufunc] = _native.ufuncs["word_count"]
