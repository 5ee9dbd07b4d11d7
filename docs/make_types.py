"""Makes the tables of types.md by converting values and looking at what comes out.

    python docs/make_types.py

writes the page; pandas, polars and pyarrow have to be installed. A test makes the
tables again and compares.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import numpy_ext as npx
from numpy_ext.errors import ParseError

PAGE = Path(__file__).resolve().parent / "types.md"
BEGIN, END = "<!-- table: {} -->\n", "<!-- end table -->"

COLUMNS = {  # dtype asked for: text of a cell
    "bool": "true",
    "int8": "-7",
    "int16": "-7",
    "int32": "-7",
    "int64": "-7",
    "uint8": "7",
    "uint16": "7",
    "uint32": "7",
    "uint64": "7",
    "float16": "0.1",
    "float32": "0.1",
    "float64": "0.1",
    "datetime64[D]": "2026-01-31",
    "datetime64[s]": "2026-01-31 07:30:00",
    "datetime64[ms]": "2026-01-31 07:30:00.125",
    "datetime64[us]": "2026-01-31 07:30:00.125001",
    "datetime64[ns]": "2026-01-31 07:30:00.125001002",
    "str": "Oslo",
}
MISFITS = {  # what is asked of a dtype that it cannot hold: text
    "int8": "128",
    "uint8": "-1",
    "int64": "9223372036854775808",
    "uint64": "18446744073709551616",
    "int32": "1.5",
    "float16": "70000",
    "float32": "16777217",
    "float64": "9007199254740993",
    "bool": "2",
    "datetime64[s]": "2026-01-31 07:30:00.125",
    "datetime64[ns]": "2300-01-01",
    "datetime64[D]": "2026-02-30",
}


def markdown(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def code(value: object) -> str:
    return f"`{value}`"


def column(dtype: str, *cells: str) -> npx.Table:
    """Return a table with a column x of that dtype, and one of numbers beside it."""
    lines = "".join(f"{cell},1\n" for cell in cells)
    return npx.parse_csv(f"x,beside\n{lines}", dtype={"x": str_or(dtype)})


def str_or(dtype: str) -> object:
    return str if dtype == "str" else dtype


# ---- A column ---------------------------------------------------------------


def address_in_arrow(table: npx.Table) -> int:
    return pa.table(table)["x"].chunk(0).buffers()[1].address


def address_in_polars(series: pl.Series) -> int:
    return series.to_physical().to_numpy().ctypes.data


def shares(table: npx.Table, other: np.ndarray) -> bool:
    values = np.ma.getdata(table["x"])
    return other.dtype == values.dtype and np.shares_memory(values, other)


def with_copy(name: object, is_shared: bool) -> str:
    return code(name) + ("" if is_shared else ", copied")


def row_of(dtype: str, text: str) -> list[str]:
    table = column(dtype, text, text)
    values = np.ma.getdata(table["x"])
    python = table.to_pylist()[0]["x"]
    arrow = pa.table(table).schema.field("x").type
    pandas = table.to_pandas(copy=False)["x"]
    polars = table.to_polars()["x"]
    texts = dtype == "str"
    in_arrow = texts or (
        values.dtype.kind != "b" and address_in_arrow(table) == values.ctypes.data
    )
    in_polars = texts or (
        values.dtype.kind != "b" and address_in_polars(polars) == values.ctypes.data
    )
    return [
        code(text),
        code("StringDType()" if texts else values.dtype),
        f"{type(python).__name__}: {code(repr(python))}",
        with_copy(arrow, in_arrow),
        with_copy(pandas.dtype, not texts and shares(table, pandas.to_numpy())),
        with_copy(polars.dtype, in_polars),
    ]


def columns() -> str:
    head = ["CSV text", "NumPy", "Python, by `to_pylist`", "Arrow", "pandas", "polars"]
    return markdown(head, [row_of(*item) for item in COLUMNS.items()])


# ---- A missing cell ---------------------------------------------------------


def missing_row(dtype: str, text: str) -> list[str]:
    table = column(dtype, text, "")
    array = table["x"]
    shown = code(repr(array[1]))
    if isinstance(array, np.ma.MaskedArray):
        shown = "masked"
    elif dtype == "str":
        shown += ", and the mask of the table"
    pandas = table.to_pandas()["x"]
    return [
        code("StringDType()" if dtype == "str" else np.dtype(dtype)),
        shown,
        code(table.to_pylist()[1]["x"]),
        "null" if pa.table(table)["x"][1].as_py() is None else "no null",
        f"{code(repr(pandas[1]))} of {code(pandas.dtype)}",
        "null" if table.to_polars()["x"][1] is None else "no null",
    ]


def missing() -> str:
    head = ["NumPy", "an empty cell is", "Python", "Arrow", "pandas", "polars"]
    kept = ["bool", "int64", "uint8", "float32", "float64", "datetime64[D]",
            "datetime64[ns]", "str"]  # fmt: skip
    return markdown(head, [missing_row(name, COLUMNS[name]) for name in kept])


# ---- What does not fit ------------------------------------------------------


def outcome(call: object) -> str:
    """Return the value, or the error in its first line."""
    try:
        value = call()
    except ParseError as error:
        return str(error).splitlines()[0]
    return code(value)


def misfit_row(dtype: str, text: str) -> list[str]:
    def read() -> object:
        return column(dtype, text)["x"][0]

    return [
        code(text),
        code(dtype),
        outcome(read),
        outcome(lambda: npx.from_text(text, dtype)),
        code(npx.parse_csv(f"x\n{text}\n").schema["x"].dtype),
    ]


def misfits() -> str:
    head = ["text", "dtype asked for", "`read_csv`", "`from_text`",
            "`read_csv` without a dtype"]  # fmt: skip
    return markdown(head, [misfit_row(*item) for item in MISFITS.items()])


def provenance() -> str:
    return (
        f"Made with NumPy {np.__version__}, pandas {pd.__version__}, "
        f"polars {pl.__version__} and pyarrow {pa.__version__}.\n"
    )


# ---- The page ---------------------------------------------------------------


def page(text: str, provenance_too: bool = True) -> str:
    """Return the page with tables made anew."""
    tables = {"columns": columns(), "missing": missing(), "misfits": misfits()}
    if provenance_too:
        tables["provenance"] = provenance()
    for name, table in tables.items():
        before, found, rest = text.partition(BEGIN.format(name))
        _, end, after = rest.partition(END)
        if not found or not end:
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        text = before + found + table + end + after
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
