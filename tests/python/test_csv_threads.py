"""Reading beside other threads, signals and forks; the number of threads."""

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from engine import error_snapshot, outcome, snapshot

import numpy_ext as npx
from numpy_ext import _threads
from numpy_ext.testing import assert_tables_equal, engine

ROWS = b"".join(
    b"%d,%d.5,name %d,2020-01-%02d\n" % (i, i, i, i % 28 + 1) for i in range(997)
)
BIG = b"id,low,name,day\n" + ROWS * 400
"""About 11 MB."""
SMALL = b"id,low,name,day\n" + ROWS
main_thread_signals = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="needs POSIX timers"
)
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


# ---- Other Python threads --------------------------------------------------


def ticks_during(work) -> int:
    """Return how often another thread got its turn while `work` ran."""
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.0005)

    other = threading.Thread(target=tick)
    other.start()
    began = time.perf_counter()
    work()
    ended = time.perf_counter()
    stop.set()
    other.join()
    return sum(began < tick < ended for tick in ticks)


def test_other_threads_run_while_a_source_is_read():
    with engine(threads=1):
        assert ticks_during(lambda: npx.read_csv(BIG)) >= 3


def test_other_threads_run_while_strings_are_made():
    """The column takes 0.1 s; if it kept the lock a tick fits at its ends only."""
    source = b"name\n" + b"a name of some length\n" * 3_000_000
    ticks = 0
    for _ in range(3):  # the machine may be busy
        table = npx.read_csv(source)
        ticks = max(ticks, ticks_during(lambda table=table: table["name"]))
        if ticks >= 10:
            break
    assert ticks >= 10


def test_reads_at_the_same_time_do_not_mix():
    sources = [SMALL.replace(b"name", b"%d" % i * 7) for i in range(8)]
    bad = b"a,b\n" + b"1,2\n" * 500 + b"3\n"
    wanted = [snapshot(npx.read_csv(source)) for source in sources]
    wanted_error = outcome(bad)

    def work(i):
        if i % 3 == 0:
            assert error_snapshot_of(bad) == wanted_error
        assert (
            snapshot(npx.read_csv(sources[i % 8], threads=i % 4 + 1)) == wanted[i % 8]
        )

    with ThreadPoolExecutor(6) as pool:
        for task in [pool.submit(work, i) for i in range(48)]:
            task.result()


def error_snapshot_of(source: bytes) -> tuple:
    with pytest.raises(npx.errors.CsvError) as caught:
        npx.read_csv(source)
    return error_snapshot(caught.value)


def test_one_table_is_used_by_many_threads():
    table = npx.read_csv(SMALL)
    wanted = snapshot(npx.read_csv(SMALL))

    def work(_):
        repr(table)
        return snapshot(table) == wanted

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))


# ---- How many threads ------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 8, 64, 1024])
def test_number_of_threads_does_not_matter(threads):
    for block_size in (None, 1000):
        with engine(block_size=block_size, threads=1):
            usual = snapshot(npx.read_csv(SMALL))
        with engine(block_size=block_size):
            assert snapshot(npx.read_csv(SMALL, threads=threads)) == usual


@pytest.mark.parametrize("value", [0, -1, 1025, 2**70])
def test_threads_are_in_range(value):
    with pytest.raises(
        ValueError, match=f"threads must be between 1 and 1024, got {value}"
    ):
        npx.read_csv(SMALL, threads=value)
    with pytest.raises(ValueError, match="n must be between"), npx.num_threads(value):
        pass


@pytest.mark.parametrize("value", [True, 1.0, "2", [2]])
def test_threads_are_an_int(value):
    with pytest.raises(TypeError, match="threads must be an int, got"):
        npx.parse_csv("a\n1\n", threads=value)
    with pytest.raises(TypeError, match="n must be an int"), npx.num_threads(value):
        pass


def test_setting_belongs_to_its_context():
    count = _threads.thread_count
    outside = count(None)
    with npx.num_threads(3):
        assert count(None) == 3
        assert count(5) == 5
        with npx.num_threads(4):
            assert count(None) == 4
        assert count(None) == 3
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(count, None).result() == outside
    assert count(None) == outside


def test_setting_follows_a_task():
    async def one(n):
        with npx.num_threads(n):
            await asyncio.sleep(0)
            return _threads.thread_count(None)

    async def both():
        return await asyncio.gather(one(2), one(7))

    assert asyncio.run(both()) == [2, 7]


def test_setting_is_undone_by_an_exception():
    outside = _threads.thread_count(None)
    with pytest.raises(ZeroDivisionError), npx.num_threads(5):
        _ = 1 / 0
    assert _threads.thread_count(None) == outside


@pytest.mark.parametrize(
    ("ours", "openmp", "count"),
    [("3", "5", 3), (None, "5", 5), (None, "6,2", 6), ("0", "4", 4), ("x", " 2 ", 2),
     ("99999", None, 1024)],
)  # fmt: skip
def test_environment_sets_the_number(monkeypatch, ours, openmp, count):
    for name, value in (("NUMPY_EXT_NUM_THREADS", ours), ("OMP_NUM_THREADS", openmp)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert _threads.thread_count(None) == count


# ---- Signals ---------------------------------------------------------------


class Rang(Exception):
    """Raised by the handler below."""


@pytest.fixture
def alarm():
    """Return a function that makes `Rang` be raised after some seconds.

    The collector rests meanwhile: what is raised in a callback of it, as hypothesis has
    one, is lost.
    """

    def handler(*_):
        raise Rang

    gc.disable()
    before = signal.signal(signal.SIGALRM, handler)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    gc.enable()


def seconds_for(source: bytes) -> float:
    began = time.perf_counter()
    npx.read_csv(source)
    return time.perf_counter() - began


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_more_rows_than_the_first_ones_promise(threads):
    """Rows become shorter, so that the room made for them is too little."""
    rows = [f"{i},{'long' * 50} {i}" for i in range(1000)]
    rows += [f"{i}," for i in range(1000, 50_000)]
    for tail, error in (([], None), (["1,2,3"], npx.errors.CsvRaggedError)):
        text = "a,b\n" + "\n".join(rows + tail)
        with engine(threads=threads):
            if error is None:
                table = npx.parse_csv(text)
                assert np.array_equal(table["a"], np.arange(50_000))
                assert table["b"][999] == "long" * 50 + " 999"
                assert table.mask("b").sum() == 49_000
            else:
                with pytest.raises(error) as caught:
                    npx.parse_csv(text)
                assert caught.value.record == 50_001


@pytest.mark.parametrize("columns", [255, 256, 700])
def test_many_columns(columns):
    """Rows of many columns are counted first, and their arrays share memory."""
    kinds = [
        lambda row, i: str(row * i - 7),
        lambda row, i: "" if row % 3 == 0 else f"{row}.5",
        lambda row, i: f"text of {row} and {i}",
        lambda row, i: "true" if row % 2 else "NA",
    ]
    rows = [[kinds[i % 4](row, i) for i in range(columns)] for row in range(40)]
    text = "\n".join(",".join(row) for row in rows)
    tables = []
    for size, threads in ((None, 1), (None, 2), (1, 2), (5000, 8), (70_000, 1)):
        with engine(block_size=size, threads=threads):
            tables.append(npx.parse_csv(text, header=False))
    first = tables[0]
    for table in tables[1:]:
        assert_tables_equal(table, first)
    assert first["f4"].tolist() == [row * 4 - 7 for row in range(40)]
    assert first["f2"].tolist() == [row[2] for row in rows]
    assert first.mask("f1").tolist() == [row % 3 == 0 for row in range(40)]
    assert first["f3"].tolist() == [True if row % 2 else None for row in range(40)]


@main_thread_signals
@pytest.mark.parametrize("threads", [1, 2])
def test_exception_of_a_signal_handler_stops_a_read(alarm, threads):
    """In tiny blocks the source takes long; the signal comes early, once in three."""
    source = b"a,b\n" + b"1,x\n" * 5_000_000
    early = []
    with engine(block_size=10, threads=threads):
        whole = seconds_for(source)
        for _ in range(3):
            alarm(whole / 20)
            began = time.perf_counter()
            with pytest.raises(Rang):
                npx.read_csv(source)
            early.append(time.perf_counter() - began < whole / 2)
    assert any(early)
    assert npx.read_csv(SMALL).num_rows == 997


@main_thread_signals
def test_exception_of_a_signal_handler_at_any_moment_of_many_reads(alarm):
    rng = random.Random(9)
    wanted = npx.read_csv(SMALL).shape
    for _ in range(200):
        deadline = time.perf_counter() + 30
        with pytest.raises(Rang):
            alarm(rng.uniform(1e-5, 4e-3))
            while time.perf_counter() < deadline:
                assert npx.read_csv(SMALL, threads=rng.choice([1, 2])).shape == wanted


@main_thread_signals
def test_signal_handler_that_returns_changes_nothing():
    calls = []
    before = signal.signal(signal.SIGALRM, lambda *_: calls.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        shapes = {npx.read_csv(BIG, threads=n).shape for n in (1, 2, 1, 2)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert shapes == {(997 * 400, 4)}
    assert calls


INTERRUPTED = """
import os, signal, sys, threading, time
import numpy_ext as npx
from numpy_ext.testing import engine
source = b"a,b\\n" + b"1,x\\n" * 4_000_000
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
began = time.perf_counter()
try:
    with engine(block_size=1):
        while time.perf_counter() - began < 60:
            npx.read_csv(source, threads=int(sys.argv[1]))
except KeyboardInterrupt:
    print("interrupted")
print(npx.read_csv(source)["a"].sum())
"""


@main_thread_signals
@pytest.mark.parametrize("threads", ["1", "2"])
def test_ctrl_c_is_a_keyboard_interrupt(threads):
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED, threads],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "interrupted\n4000000\n"), done.stderr


# ---- Fork ------------------------------------------------------------------


@forks
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("threads", [1, 2])
def test_child_of_a_fork_reads_too(threads):
    table = npx.read_csv(BIG, threads=threads)
    wanted = table.shape
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(60)  # a child that hangs is not waited for
            again = npx.read_csv(BIG, threads=threads)
            same = again["name"][-1] == table["name"][-1]
            status = 0 if again.shape == wanted and same else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert npx.read_csv(BIG, threads=threads).shape == wanted


@forks
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_fork_while_another_thread_reads():
    stop = threading.Event()

    def read_on():
        while not stop.is_set():
            npx.read_csv(SMALL, threads=2)

    other = threading.Thread(target=read_on)
    other.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                os._exit(0 if npx.read_csv(SMALL, threads=2).num_rows == 997 else 2)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        other.join()


@forks
@main_thread_signals
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("threads", [1, 2])
def test_fork_in_the_middle_of_a_read(threads):
    """A signal handler forks, and the child reads too before it ends."""
    children = []

    def handler(*_):
        child = os.fork()
        if child == 0:
            signal.alarm(60)
            os._exit(0 if npx.read_csv(SMALL, threads=2).num_rows == 997 else 2)
        children.append(child)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        for _ in range(100):
            signal.setitimer(signal.ITIMER_REAL, 0.005)
            assert npx.read_csv(BIG, threads=threads).shape == (997 * 400, 4)
            if len(children) >= 5:
                break
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert children
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
