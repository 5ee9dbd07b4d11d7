"""Importing the package is cheap, and says what is wrong when it cannot."""

import ast
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import numpy_ext

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path(numpy_ext.__path__[0])


def python(code: str, *options: str, cwd: Path | None = None):
    """Run code in a fresh interpreter, which finds modules in its own directory."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
    )


def modules_of(statement: str) -> set[str]:
    """Return what a statement imports that NumPy has not imported already."""
    code = (
        "import sys, numpy; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = python(code, "-P", "-W", "error")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_import_brings_few_modules_beside_numpy():
    """A count holds where a time would not; all of them are of a few milliseconds."""
    new = modules_of("import numpy_ext")
    foreign = {name for name in new if name.partition(".")[0] not in
               {*sys.stdlib_module_names, "numpy", "numpy_ext"}}  # fmt: skip
    assert foreign == set()
    costly = {
        "asyncio",
        "ctypes",
        "email",
        "http",
        "inspect",
        "logging",
        "multiprocessing",
    }
    assert costly & {name.partition(".")[0] for name in new} <= modules_of(
        "import numpy"
    )
    others = {name for name in new if name.partition(".")[0] != "numpy_ext"}
    assert len(others) <= 12, others  # a kernel more is a module of our own more


def test_import_starts_no_thread():
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        pytest.skip("needs /proc")
    code = (
        "import os, numpy\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "import numpy_ext\n"
        "print(len(os.listdir('/proc/self/task')) - before)"
    )
    assert python(code, "-P").stdout == "0\n"


def test_source_tree_says_what_to_do():
    done = python("import sys; sys.path.insert(0, ''); import numpy_ext", cwd=ROOT)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith(
        "ImportError: numpy_ext._native is missing or cannot be loaded. If"
    )
    assert "./dev build" in done.stderr


def test_type_information_is_installed():
    assert (INSTALLED / "py.typed").is_file()
    assert (INSTALLED / "_native.pyi").is_file()


def test_every_module_of_the_source_is_installed():
    source = ROOT / "numpy_ext"
    assert {path.relative_to(source) for path in source.rglob("*.py")} == {
        path.relative_to(INSTALLED) for path in INSTALLED.rglob("*.py")
    }


def test_import_alone_brings_what_says_whether_it_works():
    """Everything else waits until somebody asks for it."""
    new = modules_of("import numpy_ext")
    assert {name for name in new if name.startswith("numpy_ext")} == {
        "numpy_ext",
        "numpy_ext._info",
        "numpy_ext._native",
    }
    assert "numpy_ext._csv" not in modules_of(
        "import numpy_ext; numpy_ext.word_count('a b'); numpy_ext.Pattern('a')"
    )


def test_every_name_has_the_module_that_type_checkers_see():
    tree = ast.parse(Path(numpy_ext.__file__).read_text(encoding="utf-8"))
    seen = {"info": "_info"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("numpy_ext"):
            for name in node.names:
                path = f"{node.module}.{name.name}".removeprefix("numpy_ext.")
                seen[name.name] = path.partition(".")[0]
    assert seen == {"info": "_info"} | numpy_ext._HOMES
    assert set(numpy_ext.__all__) <= set(seen)
    assert list(numpy_ext._HOMES) == sorted(numpy_ext._HOMES)


def test_names_are_listed_before_they_are_asked_for():
    code = (
        "import numpy_ext\n"
        "names = dir(numpy_ext)\n"
        "assert set(numpy_ext.__all__) <= set(names), names\n"
        "assert names == sorted(names)\n"
        "assert 'factorize' not in vars(numpy_ext)\n"
        "assert numpy_ext.factorize is numpy_ext._groups.factorize\n"
        "assert 'factorize' in vars(numpy_ext)\n"
        "assert dir(numpy_ext).count('factorize') == 1\n"
        "try:\n"
        "    numpy_ext.factorise\n"
        "except AttributeError as error:\n"
        "    print(error)"
    )
    done = python(code, "-P")
    assert done.stderr == ""
    expected = "module 'numpy_ext' has no attribute 'factorise'\n"
    assert done.stdout.startswith(expected.rstrip())


@pytest.mark.parametrize("name", numpy_ext.__all__)
def test_every_name_is_there_at_once_and_can_be_pickled(name):
    code = (
        f"import pickle, numpy_ext; value = numpy_ext.{name}\n"
        "if not hasattr(value, '__path__') and type(value) is not type(pickle):\n"
        "    assert pickle.loads(pickle.dumps(value)) is value"
    )
    done = python(code, "-P", "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_that_ask_for_a_name_at_once_get_the_same():
    code = (
        "import threading, numpy_ext\n"
        "found, start = [], threading.Barrier(8)\n"
        "def ask():\n"
        "    start.wait()\n"
        "    found.append((numpy_ext.Table, numpy_ext.read_csv, numpy_ext.Pattern))\n"
        "threads = [threading.Thread(target=ask) for _ in range(8)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(len(found), len(set(found)))"
    )
    assert python(code, "-P").stdout == "8 1\n"


def test_public_names_are_there():
    assert sorted(numpy_ext.__all__) == numpy_ext.__all__
    for name in numpy_ext.__all__:
        assert getattr(numpy_ext, name) is not None
    assert str(numpy_ext.__version__) == numpy_ext.info()["version"]
    namespace: dict = {}
    exec("from numpy_ext import *", namespace)
    assert set(numpy_ext.__all__) <= set(namespace)


def test_reload_in_one_process_is_harmless():
    code = (
        "import sys, numpy_ext as a\n"
        "for name in [n for n in sys.modules if n.startswith('numpy_ext')]:\n"
        "    del sys.modules[name]\n"
        "import numpy_ext as b\n"
        "print(a.parse_csv('x\\n1\\n')['x'], b.parse_csv('x\\n1\\n')['x'])"
    )
    done = python(code, "-P")
    assert (done.returncode, done.stdout) == (0, "[1] [1]\n"), done.stderr


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"),
    reason="needs a free-threaded build",
)
def test_import_does_not_bring_the_lock_back():
    done = python("import numpy_ext, sys; print(sys._is_gil_enabled())", "-P")
    assert done.stdout == "False\n"


@pytest.mark.parametrize("disabled", ["", "avx2", "AVX2, shani", "unknown", ",,"])
def test_cpu_features_are_disabled_by_the_environment(disabled, monkeypatch):
    monkeypatch.setenv("NUMPY_EXT_DISABLE_CPU", disabled)
    code = "import numpy_ext as x; print(x.info()['cpu'], x.parse_csv('a\\n1\\n')['a'])"
    done = python(code, "-P")
    cpu, values = done.stdout.split()
    assert values == "[1]"
    if "avx2" in disabled.lower():
        assert cpu == "portable"
    else:
        monkeypatch.delenv("NUMPY_EXT_DISABLE_CPU")
        assert cpu == python(code, "-P").stdout.split()[0]


def test_info_tells_of_this_build():
    info = numpy_ext.info()
    assert info["version"] == numpy_ext.__version__
    assert info["cpu"] in {"avx512", "avx2", "neon", "portable"}
    assert isinstance(info["sanitizer"], bool)
    info["version"] = "changed"
    assert numpy_ext.info()["version"] == numpy_ext.__version__
