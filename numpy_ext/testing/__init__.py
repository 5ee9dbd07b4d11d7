r"""Tools for tests of code that uses numpy_ext, and of numpy_ext itself.

`assert_tables_equal` compares tables exactly, `engine` makes the reader take another
way to the same result, and the module `numpy_ext.testing.strategies` makes CSV
sources for property-based tests with `hypothesis <https://hypothesis.works>`_. It is
imported by its own name and is the only part that needs that package:
``pip install numpy-ext-kernels[testing]``.

>>> import numpy as np
>>> import numpy_ext as npx
>>> from numpy_ext.testing import assert_tables_equal
>>> assert_tables_equal(npx.parse_csv("x,y\n1,0.5\n"), {"x": np.array([1]),
...                                                   "y": np.array([0.5])})
"""

from numpy_ext.testing._compare import assert_tables_equal
from numpy_ext.testing._engine import cpu_levels, engine

__all__ = ["assert_tables_equal", "cpu_levels", "engine"]
