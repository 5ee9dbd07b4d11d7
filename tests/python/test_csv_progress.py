"""The callable that is told how far a read has come."""

import signal
import threading

import pytest
from engine import snapshot

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext.testing import engine

HEADER = b"id,low,name\n"
ROWS = b"".join(b"%d,%d.5,name %d\n" % (i, i, i) for i in range(1000))
SMALL = HEADER + ROWS
SIZES = (500, 1000, 2000, 4000)
"""Copies of the rows; in small blocks the last take a second or so."""


@pytest.fixture
def report(monkeypatch):
    """Return a function that arranges who is told by reads from now on."""
    native = _native.csv_read

    def arrange(callback):
        monkeypatch.setattr(
            _native,
            "csv_read",
            lambda *arguments: native(*arguments[:-2], callback, arguments[-1]),
        )

    return arrange


def long_read(enough, **options):
    """Read longer and longer sources until `enough()`, and return the last size."""
    with engine(block_size=256):
        for copies in SIZES:
            data = HEADER + ROWS * copies
            npx.read_csv(data, **options)
            if enough():
                return len(data) - len(HEADER)
    raise AssertionError("no read took 50 ms")


def test_short_read_is_told_its_end_only(report):
    calls = []
    report(lambda *call: calls.append(call))
    npx.read_csv(SMALL)
    assert calls == [(len(ROWS), len(ROWS))]


def test_empty_source_has_an_end_too(report):
    calls = []
    report(lambda *call: calls.append(call))
    assert npx.read_csv(HEADER).num_rows == 0
    assert calls == [(0, 0)]


@pytest.mark.parametrize("threads", [1, 2])
def test_calls_count_up_to_the_total(report, threads):
    calls = []
    report(lambda *call: calls.append(call))

    def enough():
        nonlocal last
        last = calls.copy()
        calls.clear()
        return len(last) > 1

    last = []
    total = long_read(enough, threads=threads)
    assert last[-1] == (total, total)
    assert all(call[1] == total for call in last)
    assert [done for done, _ in last] == sorted(done for done, _ in last)


def test_no_callable_changes_nothing(report):
    usual = snapshot(npx.read_csv(SMALL))
    report(lambda done, total: None)
    assert snapshot(npx.read_csv(SMALL)) == usual


@pytest.mark.parametrize("exception", [RuntimeError, KeyboardInterrupt, StopIteration])
def test_exception_at_the_end_comes_through(report, exception):
    def refuse(done, total):
        raise exception("enough")

    report(refuse)
    with pytest.raises(exception, match="enough"):
        npx.read_csv(SMALL)


@pytest.mark.parametrize("threads", [1, 2])
def test_exception_ends_the_read(report, threads):
    seen = []

    def refuse(done, total):
        if done < total:
            seen.append((done, total))
            raise RuntimeError("enough")

    report(refuse)
    with pytest.raises(RuntimeError, match="enough"):
        long_read(lambda: False, threads=threads)
    assert len(seen) == 1
    report(None)
    assert npx.read_csv(SMALL, threads=threads).num_rows == 1000


def test_broken_source_has_no_end(report):
    calls = []
    report(lambda *call: calls.append(call))
    with pytest.raises(npx.errors.CsvRaggedError):
        npx.read_csv(SMALL + b"1\n")
    assert calls == []


def test_what_is_no_callable_is_a_type_error(report):
    report(5)
    with pytest.raises(TypeError, match="not callable"):
        npx.read_csv(SMALL)


def test_calls_come_on_the_thread_that_reads(report):
    threads = set()
    report(lambda done, total: threads.add(threading.get_ident()))
    counted = []

    def enough():
        counted.append(len(threads))
        return len(counted) > 2

    reader = threading.Thread(target=long_read, args=(enough,), kwargs={"threads": 2})
    reader.start()
    ident = reader.ident
    reader.join()
    assert threads == {ident}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
def test_signals_are_handled_beside_it(report):
    calls, signals = [], []
    report(lambda *call: calls.append(call))
    before = signal.signal(signal.SIGALRM, lambda *_: signals.append(len(calls)))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        long_read(lambda: len(calls) > 2)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(signals) == 1
