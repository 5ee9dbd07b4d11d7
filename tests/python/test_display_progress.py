"""The bar: where it is shown, by what, and what it leaves behind."""

import io
import sys
import types

import pytest

import numpy_ext as npx
from numpy_ext import _csv_read, _progress, _terminal

TEXT = "a,b\n1,2\n"
TOTAL = 200_000_000


class Terminal(io.StringIO):
    """A stream that says it ends at a terminal."""

    def isatty(self):
        return True


def on_terminal(monkeypatch):
    """Let stderr be a terminal from now on, and return what is written there.

    Not by a fixture, since pytest takes stderr for itself when a test begins.
    """
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)


@pytest.fixture
def shell(monkeypatch):
    """Return a function that sets what IPython says it runs in."""

    def arrange(running):
        module = types.SimpleNamespace(get_ipython=lambda: running)
        monkeypatch.setitem(sys.modules, "IPython", module)

    return arrange


@pytest.fixture
def read(monkeypatch):
    """Let a read call its bar half way, and then do what it is given."""

    def arrange(then):
        native = _csv_read._native.csv_read

        def slow(*arguments):
            arguments[-2](TOTAL // 2, TOTAL)
            then()
            return native(*arguments)

        monkeypatch.setattr(_csv_read._native, "csv_read", slow)

    return arrange


# ---- Where -----------------------------------------------------------------


def test_kernel_is_a_notebook(shell):
    shell(types.SimpleNamespace(kernel=object()))
    assert _terminal.is_notebook()


@pytest.mark.parametrize(
    "running", [None, types.SimpleNamespace(), types.SimpleNamespace(kernel=None)]
)
def test_ipython_on_a_terminal_is_no_notebook(shell, running):
    shell(running)
    assert not _terminal.is_notebook()


@pytest.mark.parametrize("module", [None, types.ModuleType("IPython")])
def test_program_is_no_notebook(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "IPython", module)
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    assert not _terminal.is_notebook()


def test_auto_bar_is_shown_in_a_notebook(monkeypatch, shell):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert _progress.progress_bar("auto", 1 << 30) is None
    shell(types.SimpleNamespace(kernel=object()))
    assert _progress.progress_bar("auto", 1 << 30) is not None


def test_closed_stream_is_no_terminal():
    stream = Terminal()
    assert _terminal.is_terminal(stream)
    assert not _terminal.is_terminal(None)
    stream.close()
    stream.isatty = super(Terminal, stream).isatty
    with pytest.raises(ValueError, match="closed"):
        stream.isatty()
    assert not _terminal.is_terminal(stream)


def test_auto_bar_comes_after_three_seconds(monkeypatch, without_tqdm):
    stderr = on_terminal(monkeypatch)
    times = iter([100.0, 100.0, 102.9, 103.0])
    monkeypatch.setattr(_progress.time, "monotonic", lambda: next(times))
    bar = _progress.progress_bar("auto", TOTAL)
    bar(1, TOTAL)
    bar(2, TOTAL)
    assert stderr.getvalue() == ""
    bar(TOTAL // 2, TOTAL)
    bar.close()
    assert stderr.getvalue() == "\rreading CSV:  50% of 200 MB\n"


# ---- By what ---------------------------------------------------------------


def test_tqdm_draws_if_it_is_installed(monkeypatch):
    stderr = on_terminal(monkeypatch)
    tqdm = pytest.importorskip("tqdm")
    bar = _progress.progress_bar(True, TOTAL)
    bar(TOTAL // 4, TOTAL)
    assert isinstance(bar._bar, tqdm.tqdm)
    bar(TOTAL, TOTAL)
    assert bar._bar.n == bar._bar.total == TOTAL
    bar.close()
    assert stderr.getvalue().endswith("\n")
    assert "reading CSV: 100%" in stderr.getvalue()


@pytest.mark.parametrize("widgets", [True, False])
def test_notebook_has_a_widget_if_it_can_show_one(monkeypatch, shell, widgets):
    auto, plain = object(), object()
    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=plain))
    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=auto))
    monkeypatch.setattr(
        _progress.importlib.util, "find_spec", lambda name: widgets or None
    )
    assert _progress.bar_class() is plain
    shell(types.SimpleNamespace(kernel=object()))
    assert _progress.bar_class() is (auto if widgets else plain)


def test_own_bar_writes_only_what_is_new(monkeypatch, without_tqdm):
    stderr = on_terminal(monkeypatch)
    bar = _progress.progress_bar(True, TOTAL)
    for done in range(TOTAL // 2, TOTAL // 2 + 100):
        bar(done, TOTAL)
    assert stderr.getvalue().count("\r") == 1


# ---- What is left ----------------------------------------------------------


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_line_ends_after_an_interrupt_or_an_error(monkeypatch, read, installed, error):
    stderr = on_terminal(monkeypatch)
    if installed:
        pytest.importorskip("tqdm")
    else:
        monkeypatch.setitem(sys.modules, "tqdm", None)

    def stop():
        raise error

    read(stop)
    with pytest.raises(error):
        npx.parse_csv(TEXT, progress=True)
    shown = stderr.getvalue()
    assert "50%" in shown
    assert shown.endswith("\n")
    assert shown.count("\n") == 1


def test_nothing_is_written_by_a_bar_that_never_began(monkeypatch, without_tqdm):
    stderr = on_terminal(monkeypatch)
    bar = _progress.progress_bar("auto", 1 << 30)
    bar(1, 1 << 30)
    bar.close()
    assert stderr.getvalue() == ""


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("error", [BrokenPipeError, ValueError])
def test_bar_that_cannot_be_written_does_no_harm(monkeypatch, read, installed, error):
    class Broken(Terminal):
        def write(self, text):
            raise error

        def flush(self):
            raise error

    if not installed:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    read(lambda: None)
    monkeypatch.setattr(sys, "stderr", Broken())
    assert npx.parse_csv(TEXT, progress=True).shape == (1, 2)


def test_program_without_stderr_can_ask_for_a_bar(monkeypatch, read, without_tqdm):
    read(lambda: None)
    monkeypatch.setattr(sys, "stderr", None)
    assert npx.parse_csv(TEXT, progress=True).shape == (1, 2)


def test_errors_of_a_callable_come_through(read):
    def refuse(done, total):
        raise ValueError("enough")

    read(lambda: None)
    with pytest.raises(ValueError, match="enough"):
        npx.parse_csv(TEXT, progress=refuse)
