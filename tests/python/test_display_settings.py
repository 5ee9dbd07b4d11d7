"""set_options: what it takes, how long it holds, and for whom."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import numpy_ext as npx
from numpy_ext import _settings

DEFAULTS = {
    "max_rows": 10,
    "max_columns": None,
    "max_width": None,
    "precision": 6,
    "color": "auto",
}
LONG = "n,x\n" + "".join(f"{i},{i / 7}\n" for i in range(100))


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """Undo the calls of a test."""
    monkeypatch.setenv("COLUMNS", "80")
    yield
    npx.set_options(**DEFAULTS)


def rows_shown(table):
    return len(repr(table).splitlines()) - 4


def test_defaults():
    assert npx.get_options() == DEFAULTS


def test_call_holds_for_good_and_keeps_the_rest():
    npx.set_options(max_rows=4)
    npx.set_options(precision=3)
    npx.set_options(max_rows=...)
    assert npx.get_options() == {**DEFAULTS, "max_rows": 4, "precision": 3}


def test_call_holds_for_other_threads():
    npx.set_options(max_rows=4)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(npx.get_options).result()["max_rows"] == 4


def test_block_ends():
    with npx.set_options(max_rows=4, color=True):
        with npx.set_options(max_rows=6):
            assert npx.get_options() == {**DEFAULTS, "max_rows": 6, "color": True}
        assert npx.get_options()["max_rows"] == 4
    assert npx.get_options() == DEFAULTS


def test_block_ends_after_an_error():
    with pytest.raises(RuntimeError), npx.set_options(max_rows=4):
        raise RuntimeError
    assert npx.get_options() == DEFAULTS


def test_block_can_be_entered_again_and_inside_itself():
    few = npx.set_options(max_rows=4)
    for _ in range(2):
        with few, few:
            assert npx.get_options()["max_rows"] == 4
        assert npx.get_options() == DEFAULTS


def test_block_holds_for_its_own_thread_only():
    inside, seen = threading.Event(), threading.Event()

    def other():
        inside.wait(10)
        seen_there.append(npx.get_options()["max_rows"])
        seen.set()

    seen_there = []
    thread = threading.Thread(target=other)
    thread.start()
    with npx.set_options(max_rows=4):
        inside.set()
        assert seen.wait(10)
    thread.join()
    assert seen_there == [10]


def test_blocks_of_many_threads_leave_nothing_behind():
    barrier = threading.Barrier(8)
    table = npx.parse_csv(LONG)

    def work(most):
        barrier.wait()
        for _ in range(200):
            with npx.set_options(max_rows=most):
                assert npx.get_options()["max_rows"] == most
        with npx.set_options(max_rows=most):
            return rows_shown(table)

    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(work, range(2, 10)))
    assert shown == [most + 1 for most in range(2, 10)]
    assert npx.get_options() == DEFAULTS


def test_many_calls_take_no_memory():
    for _ in range(1000):
        npx.set_options(max_rows=4)
    gc.collect()
    npx.set_options(max_rows=5)
    assert len(_settings._calls) == 1
    assert npx.get_options()["max_rows"] == 5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_rows": 0}, ValueError, "max_rows must be at least 1, or None; got 0"),
        ({"max_rows": "5"}, TypeError, "max_rows must be an int or None, got str"),
        ({"max_rows": True}, TypeError, "max_rows must be an int or None, got bool"),
        ({"max_columns": -1}, ValueError, "max_columns must be at least 1"),
        ({"max_width": 19}, ValueError, "max_width must be at least 20"),
        ({"max_width": 80.0}, TypeError, "max_width must be an int or None, got float"),
        ({"precision": 0}, ValueError, "precision must be between 1 and 17, got 0"),
        ({"precision": 18}, ValueError, "precision must be between 1 and 17, got 18"),
        ({"precision": None}, TypeError, "precision must be an int, got NoneType"),
        ({"color": "yes"}, ValueError, 'color must be True, False or "auto"'),
        ({"color": 1}, ValueError, 'color must be True, False or "auto", got 1'),
        ({"rows": 5}, TypeError, "unexpected keyword argument 'rows'"),
    ],
)
def test_what_makes_no_sense_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        npx.set_options(**options)
    assert npx.get_options() == DEFAULTS


def test_a_refused_call_changes_nothing():
    with pytest.raises(ValueError, match="precision"):
        npx.set_options(max_rows=3, precision=99)
    assert npx.get_options() == DEFAULTS


def test_repr_tells_what_is_set():
    assert repr(npx.set_options(max_rows=None)) == "set_options(max_rows=None)"


# ---- What they do ----------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "first"),
    [
        (1, ["0", "..."]),
        (2, ["0", "...", "99"]),
        (3, ["0", "1", "...", "99"]),
        (5, ["0", "1", "2", "...", "98", "99"]),
        (100, [str(i) for i in range(100)]),
        (None, [str(i) for i in range(100)]),
    ],
)
def test_max_rows(most, first):
    with npx.set_options(max_rows=most):
        lines = repr(npx.parse_csv(LONG)).splitlines()
    assert [line.split()[0] for line in lines[3:-1]] == first


def test_max_columns():
    table = npx.parse_csv("a,b,c,d,e\n1,2,3,4,5\n")
    names = {1: "a ...", 2: "a ... e", 3: "a b ... e", 5: "a b c d e", 9: "a b c d e"}
    for most, shown in names.items():
        with npx.set_options(max_columns=most):
            assert repr(table).splitlines()[0].split() == shown.split()


def test_max_width():
    table = npx.parse_csv(",".join("1" * 40) + "\n", header=False)
    for width in (20, 37, 200):
        with npx.set_options(max_width=width):
            lines = repr(table).splitlines()
        assert width - 10 < max(map(len, lines)) <= width


def test_precision():
    table = npx.parse_csv("x\n3.14159265358979\n")
    for precision, text in ((1, "3.1"), (3, "3.14"), (17, "3.14159265358979")):
        with npx.set_options(precision=precision):
            assert repr(table).splitlines()[3].strip() == text
            assert f">{text}<" in table._repr_html_()
