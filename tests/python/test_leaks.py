"""Reading again and again takes no more memory, and keeps nothing alive."""

import gc
import itertools
import os
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

import numpy_ext as npx

STATM = Path("/proc/self/statm")
needs_statm = pytest.mark.skipif(not STATM.exists(), reason="needs /proc")
not_sanitized = pytest.mark.skipif(
    bool(npx.info()["sanitizer"]), reason="freed memory is kept for a while"
)

# 4,000 rows, about 250 KB; ints, floats, times, strings short and long, missing cells.
ROW = b'%d,%d.25,2020-01-01 00:00:%02d,name,"a long ""string"" number %d",,NA,true\n'
GOOD = b"a,b,c,d,e,f,g,h\n" + b"".join(ROW % (i, i, i % 60, i) for i in range(4000))
WIDENING = GOOD + b"x,,,,,,5,\n" + GOOD.partition(b"\n")[2]
FAILING = {
    "ragged": GOOD + b"1\n",
    "open quote": GOOD + b'"',
    "text after quote": GOOD + b'"x"y,,,,,,,\n',
    "not UTF-8": GOOD + b"\xff,,,,,,,\n",
    "broken header": b'a,"b"c\n' + GOOD,
    "empty": b"",
}


def resident() -> int:
    """Return the bytes of memory this process holds."""
    gc.collect()
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def assert_no_growth(work, times: int = 150) -> None:
    """Leaked tables would be of about a megabyte each; the bound is a tenth of that."""
    for _ in range(30):
        work()
    before = resident()
    for _ in range(times):
        work()
    assert resident() - before < times * 100_000


@needs_statm
@not_sanitized
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("source", [GOOD, WIDENING], ids=["good", "widening"])
def test_tables_are_freed(source, threads):
    def work():
        table = npx.read_csv(source, threads=threads)
        repr(table)
        return [table[name].shape for name in table]

    assert_no_growth(work)


@needs_statm
@not_sanitized
@pytest.mark.parametrize("name", FAILING)
def test_failures_free_all(name):
    def work():
        with pytest.raises(npx.errors.CsvError):
            npx.read_csv(FAILING[name])

    assert_no_growth(work)


def test_sources_are_let_go():
    for source in (bytes(GOOD), bytearray(GOOD), np.frombuffer(GOOD, np.uint8)):
        before = sys.getrefcount(source)
        tables = [npx.read_csv(source) for _ in range(5)]
        assert sys.getrefcount(source) == before
        del tables
    for source in FAILING.values():
        before = sys.getrefcount(source)
        for _ in range(5):
            with pytest.raises(npx.errors.CsvError):
                npx.read_csv(source)
        gc.collect()
        assert sys.getrefcount(source) == before


def test_dtypes_are_not_leaked():
    kinds = [np.dtype(name) for name in ("int64", "float64", "bool", "uint64")]

    def counts() -> list[int]:
        return [sys.getrefcount(dtype) for dtype in kinds]

    source = "a,b,c,d\n1,1.5,true,18446744073709551615\n,,,\n"
    npx.parse_csv(source)
    before = counts()
    for _ in range(500):
        npx.parse_csv(source)
    gc.collect()
    assert all(now - then < 50 for now, then in zip(counts(), before, strict=True))


def test_arrays_keep_their_memory_and_not_their_table():
    table = npx.read_csv(GOOD)
    gone = weakref.ref(table)
    arrays = dict(table)
    del table
    gc.collect()
    assert gone() is None
    assert arrays["a"][-1] == 3999
    assert arrays["e"][-1] == 'a long "string" number 3999'


def test_tables_need_no_garbage_collector():
    gc.disable()
    try:
        table = npx.read_csv(GOOD)
        repr(table)
        gone = [weakref.ref(table), weakref.ref(table["a"]), weakref.ref(table["d"])]
        del table
        assert [ref() for ref in gone] == [None] * 3
    finally:
        gc.enable()


@needs_statm
@not_sanitized
def test_patterns_and_their_results_are_freed():
    """Every round has an expression of its own, of which the cache keeps some."""
    items = np.array([f"{n} of these lines of text" for n in range(4000)])
    numbers = itertools.count()

    def work():
        pattern = npx.Pattern(rf"(\w+) o[f{chr(0x4E00 + next(numbers))}]")
        pattern.search(items)
        pattern.findall(items)
        pattern.extract(items)
        pattern.replace(items, "-")
        with pytest.raises(TypeError):
            pattern.search([None])

    assert_no_growth(work)
