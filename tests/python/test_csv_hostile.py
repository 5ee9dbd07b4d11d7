"""Input that nobody wants to meet: right results at sizes that are quick to test.

How long the sizes of the page on hostile input take is measured by
`./dev bench hostile`.
"""

import gzip
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest

import numpy_ext as npx
from numpy_ext.errors import CompressionError, CsvDialectError, CsvError
from numpy_ext.testing import engine

MB = 1_000_000
THREADS = pytest.mark.parametrize("threads", [1, 2, 8])


def in_memory_of(mebibytes: int, script: str) -> str:
    """Run a script in a process of its own, which gets no more than that memory."""
    if sys.platform != "linux":
        pytest.skip("asks Linux for the peak of its memory")
    import resource

    # Not ru_maxrss, which knows of the process that this one was forked from.
    limited = f"""
import numpy as np
import numpy_ext as npx
npx.read_csv(b"a,b\\n1,2\\n")
{textwrap.dedent(script)}
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line[:6] == "VmHWM:") / 1024
assert peak < {mebibytes}, f"{{peak:.0f}} MiB"
"""
    size = 2 * mebibytes << 20  # address space, of which stacks and arenas take some

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    done = subprocess.run(
        [sys.executable, "-P", "-c", limited],
        preexec_fn=limit,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---- Long fields and lines -------------------------------------------------


@THREADS
def test_a_field_of_many_blocks(threads):
    text = b"0123456789" * (MB // 2)
    with engine(threads=threads, block_size=1 << 16):
        table = npx.read_csv(b"a,b\n1," + text + b"\n2,x\n")
    assert table["a"].tolist() == [1, 2]
    assert table["b"].tolist() == [text.decode(), "x"]


def test_no_line_break_at_all():
    table = npx.read_csv(b"x" * (5 * MB))
    assert table.shape == (0, 1)
    assert table.names == ("x" * (5 * MB),)


@pytest.mark.parametrize("count", [4 * MB, 4 * MB + 2])
def test_nothing_but_an_even_number_of_quotes(count):
    table = npx.read_csv(b'"' * count)
    assert table.names == ('"' * (count // 2 - 1),)


def test_nothing_but_an_odd_number_of_quotes():
    with pytest.raises(CsvDialectError) as caught:
        npx.read_csv(b'"' * (4 * MB + 1))
    assert (caught.value.code, caught.value.byte) == ("NX202", 0)


@THREADS
def test_a_quote_that_is_never_closed_is_named_where_it_began(threads):
    data = b'a,b\n"1,2\n' + b"x,y\n" * MB
    with engine(threads=threads), pytest.raises(CsvDialectError) as caught:
        npx.read_csv(data)
    error = caught.value
    assert (error.code, error.byte, error.line, error.record) == ("NX202", 4, 2, 1)
    with engine(threads=threads):
        table = npx.read_csv(data, on_error="collect")
    assert (table.num_rows, table.rejects.num_rows) == (0, 1)
    assert table.rejects["text"][0] == data[4:].decode()


def test_doubled_quotes_in_one_field():
    table = npx.read_csv(b'a,b\n1,"' + b'""' * MB + b'"\n')
    assert table["b"][0] == '"' * MB


def test_one_number_of_many_digits_or_groups():
    digits = "1" + "0" * MB
    table = npx.parse_csv(f"a;b\n{digits};2\n", delimiter=";")
    assert table["a"].tolist() == [digits]
    groups = "1" + ",000" * MB
    table = npx.parse_csv(f"a;b\n{groups};2\n", delimiter=";", thousands=",")
    assert table["a"].tolist() == [groups]
    # The longest that is a number still.
    longest = "1" + ",000" * 127
    table = npx.parse_csv(
        f"a;b\n{longest};2\n", delimiter=";", thousands=",", dtype={"a": float}
    )
    assert table["a"].tolist() == [float("inf")]


# ---- Records that are none -------------------------------------------------


@THREADS
def test_millions_of_empty_lines(threads):
    data = b"a,b\n1,2\n" + b"\n" * (3 * MB) + b"3,4\n"
    with engine(threads=threads):
        table = npx.read_csv(data)
    assert table["b"].tolist() == [2, 4]
    assert table.report.blank == 3 * MB
    assert table.schema["b"].reason == "line 2 has '2', an integer"
    bad = data + b"5\n"
    with engine(threads=threads), pytest.raises(CsvError) as caught:
        npx.read_csv(bad)
    assert (caught.value.record, caught.value.line) == (3, 3 * MB + 4)


@THREADS
def test_nothing_but_comments(threads):
    data = b"# nothing\n" * (MB // 4)
    with engine(threads=threads):
        with pytest.raises(CsvError) as caught:
            npx.read_csv(data, comment="#")
        table = npx.read_csv(data + b"a,b\n1,2\n", comment="#")
    assert caught.value.code == "NX501"
    assert (table.shape, table.report.comment) == ((1, 2), MB // 4)


@pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")
def test_nothing_but_nul():
    table = npx.read_csv(b"\0" * MB)
    assert table.names == ("\0" * MB,)
    table = npx.read_csv(b"a\n" + b"\0" * MB)
    assert table["a"].tolist() == ["\0" * MB]


@pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")
@pytest.mark.parametrize("byte", range(256))
def test_every_file_of_one_byte(byte):
    data = bytes([byte])
    try:
        table = npx.read_csv(data)
    except CsvError as error:
        assert error.code in ("NX202", "NX401", "NX501")
        assert byte in b'"\r\n' or byte >= 0x80
    else:
        # Under a comma a delimiter alone is two empty names.
        names = ("f0", "f1") if data == b"," else (data.decode(),)
        assert table.names == names and table.num_rows == 0


# ---- Many columns ----------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "mebibytes"), [("1", 260), ("abc", 280), ("twenty bytes of text", 560)]
)
def test_memory_of_many_columns(cell, mebibytes):
    """A tenth of a million columns, ten rows: what each takes is what counts."""
    in_memory_of(
        mebibytes,
        f"""
        columns = 100_000
        names = ",".join(f"c{{i}}" for i in range(columns))
        row = ",".join([{cell!r}] * columns)
        text = "\\n".join([names, *[row] * 10])
        table = npx.parse_csv(text, threads=2)
        assert table.shape == (10, columns)
        assert [str(v) for v in table["c99999"].tolist()] == [{cell!r}] * 10
        """,
    )


@pytest.mark.skipif(sys.maxsize < 2**32, reason="needs 64 bits")
def test_a_million_columns_within_two_gigabytes():
    in_memory_of(
        2048,
        """
        columns = 1_000_000
        names = ",".join(f"c{i}" for i in range(columns))
        text = "\\n".join([names, *[",".join(["7"] * columns)] * 10])
        table = npx.parse_csv(text, threads=2)
        del text
        assert table.shape == (10, columns)
        assert table["c999999"].tolist() == [7] * 10
        """,
    )


def test_a_header_of_names_that_are_all_the_same():
    count = 100_000
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = npx.parse_csv(",".join(["x"] * count) + "\n")
    assert table.names == ("x", *(f"x_{i}" for i in range(1, count)))
    assert [str(w.message)[:40] for w in caught] == [
        "column names repeat; renamed to x_1, x_2"
    ]


# ---- Many bad records ------------------------------------------------------


@THREADS
def test_max_errors_bounds_the_memory_of_rejects(threads):
    data = b"a,b\n" + b"x,1\n" * MB
    with engine(threads=threads), pytest.raises(CsvError) as caught:
        npx.read_csv(data, dtype=int, on_error="collect", max_errors=1000)
    error = caught.value
    assert (error.code, error.record, error.line) == ("NX320", 1, 2)


@pytest.mark.parametrize(
    ("keywords", "mebibytes"),
    [({"on_error": "skip"}, 200), ({"on_error": "collect", "max_errors": 100}, 200)],
)
def test_memory_of_bad_records_that_are_not_kept(keywords, mebibytes):
    in_memory_of(
        mebibytes,
        f"""
        import warnings
        warnings.simplefilter("ignore")
        data = b"a,b\\n" + b"x,1\\n" * 3_000_000
        try:
            table = npx.read_csv(data, dtype=int, threads=2, **{keywords!r})
        except npx.errors.CsvError as error:
            assert error.code == "NX320"
        else:
            assert table.report.rejects == 3_000_000
        """,
    )


@THREADS
@pytest.mark.parametrize("skipped", [[3], [3, 5, 9], lambda line: line % 3 == 2])
def test_lines_of_many_bad_records_behind_lines_left_out(skipped, threads):
    rows = 20_000
    data = b"a,b\n" + b"1,2\n" + b"x,1\n" * rows
    with engine(threads=threads):
        table = npx.read_csv(data, dtype=int, on_error="collect", skiprows=skipped)
    left = [
        line
        for line in range(2, rows + 2)
        if not (skipped(line) if callable(skipped) else line in skipped)
    ]
    np.testing.assert_array_equal(table.rejects["line"], np.array(left) + 1)
    np.testing.assert_array_equal(table.rejects["byte"], np.array(left) * 4)


# ---- Bombs -----------------------------------------------------------------


def test_a_bomb_takes_no_memory_beyond_its_limit(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"a\n")
        for _ in range(300):
            file.write(b"0" * MB)
    in_memory_of(
        200,
        f"""
        try:
            npx.read_csv({str(path)!r}, max_decompressed=10_000_000)
        except npx.errors.CompressionError as error:
            assert error.code == "NX804"
        else:
            raise AssertionError("the bomb went off")
        """,
    )
    with pytest.raises(CompressionError, match="max_decompressed=1000 "):
        npx.read_csv(path, max_decompressed=1000)
