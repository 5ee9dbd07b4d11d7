"""Tables at random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from numpy_ext._table import Table

__all__ = ["tables"]

STRING = np.dtypes.StringDType()

DTYPES: tuple[npt.DTypeLike, ...] = (
    *("bool", "int8", "int64", "uint16", "uint64", "float32", "float64"),
    *("datetime64[D]", "datetime64[ns]", "timedelta64[ms]", STRING),
)
NAMES = st.text(min_size=1, max_size=6)
# The length of a view, of a string inside an array, and one more than each.
LONG = st.sampled_from((12, 13, 15, 16, 300)).map("x".__mul__)
TEXTS = st.text(max_size=8) | LONG


@st.composite
def tables(
    draw: st.DrawFn,
    columns: Mapping[str, npt.DTypeLike] | None = None,
    *,
    min_rows: int = 0,
    max_rows: int = 10,
    missing: bool = True,
) -> Table:
    r"""Draw a table, with missing cells in some of its columns.

    Parameters
    ----------
    columns : mapping of str to dtype, optional
        The columns by name: bools, integers, floats, datetime64, timedelta64 or
        `str`. By default up to four, of any of these.
    min_rows, max_rows : int, default 0 and 10
        How many rows there are.
    missing : bool, default True
        Whether cells may be missing.

    Returns
    -------
    Table
        Its values include the limits of their dtypes, NaN and infinities, and strings
        of every length that is kept in another way.

    Examples
    --------
    >>> from hypothesis import given
    >>> from numpy_ext.testing.strategies import tables
    >>> @given(tables({"x": "float64", "name": str}))
    ... def test_order_of_columns_does_not_count(t):
    ...     assert t.select("name", "x").select("x", "name").equals(t)
    >>> test_order_of_columns_does_not_count()
    """
    if columns is None:
        names = draw(st.lists(NAMES, max_size=4, unique=True))
        columns = {name: draw(st.sampled_from(DTYPES)) for name in names}
    num_rows = draw(st.integers(min_rows, max_rows))
    made = {}
    for name, wanted in columns.items():
        dtype = STRING if wanted is str else np.dtype(wanted)
        values = draw(cells(dtype, num_rows))
        if missing and draw(st.booleans()):
            flags = st.lists(st.booleans(), min_size=num_rows, max_size=num_rows)
            values = np.ma.MaskedArray(values, mask=draw(flags))
        made[name] = values
    if not made:
        return Table.from_dict({"x": np.zeros(num_rows)}).select()
    return Table.from_dict(made, copy=False)


def cells(dtype: np.dtype[Any], num_rows: int) -> st.SearchStrategy[npt.NDArray[Any]]:
    """Return a strategy for the values of a column."""
    if dtype.kind == "b":
        one: st.SearchStrategy[Any] = st.booleans()
    elif dtype.kind in "iu":
        info = np.iinfo(dtype)
        one = st.integers(int(info.min), int(info.max))
    elif dtype.kind == "f":
        one = st.floats(width=8 * dtype.itemsize)  # type: ignore[arg-type]
    elif dtype.kind in "mM":  # the least integer is NaT
        one = st.integers(-(2**63) + 1, 2**63 - 1)
    elif dtype.kind == "T":
        one = TEXTS
    else:
        raise TypeError(f"no columns of {dtype} are drawn")
    values = st.lists(one, min_size=num_rows, max_size=num_rows)
    if dtype.kind in "mM":
        return values.map(lambda drawn: np.array(drawn, np.int64).view(dtype))
    return values.map(lambda drawn: np.array(drawn, dtype))
