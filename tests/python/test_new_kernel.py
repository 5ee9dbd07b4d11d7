"""`./dev new-kernel` in a copy of the tree: what it writes builds and passes."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from tree import ROOT, repository_files

import numpy_ext as npx

NAME = "clip_sum"
LONGEST = "a_name_of_20_letters"
KERNELS = {NAME: "number", LONGEST: "text"}


def new_kernel(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the program as ./dev does: its folder is where it finds its templates."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    command = [sys.executable, "-B", str(root / "src" / "new_kernel.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def run_pytest(
    root: Path, *tests: str, **environment: str
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"tests/python/{t}" for t in tests)],
        cwd=root,
        env=os.environ | {"PYTHONSAFEPATH": "1"} | environment,
        capture_output=True,
        text=True,
    )


def faults_of(root: Path, **environment: str) -> set[str]:
    """Return which tests of sources and pages fail in a tree."""
    tests = ("test_layers.py", "test_layout.py", "test_pages.py")
    done = run_pytest(root, *tests, **environment)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return set(re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE))


def run(*command: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def snapshot(root: Path) -> dict[Path, bytes]:
    folders = ("src", "tests", "numpy_ext", "benchmarks", "docs")
    paths = [path for folder in folders for path in (root / folder).rglob("*")]
    return {path: path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return a copy of the repository without a new kernel."""
    root = tmp_path_factory.mktemp("tree")
    for path in repository_files():
        copy = root / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return root


@pytest.fixture(scope="module")
def faults(tree):
    """Return what fails without a new kernel: none of it is the kernel's fault."""
    return faults_of(tree)


@pytest.fixture(scope="module")
def grown(faults, tree):
    """Return the copy with two kernels: the second finds the entries of the first."""
    for name, folder in KERNELS.items():
        done = new_kernel(tree, name, "--folder", folder)
        assert done.returncode == 0, done.stderr
        assert f"src/{folder}/{name}.c" in done.stdout
        assert f"./dev test -k {name}" in done.stdout
    return tree


# ---- What is refused -------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ClipSum"], "'ClipSum' is not snake_case"),
        (["clip__sum"], "not snake_case"),
        (["_clip"], "not snake_case"),
        (["2clip"], "not snake_case"),
        (["../clip"], "not snake_case"),
        ([LONGEST + "y"], "longer than 20 characters"),
        (["lambda"], "a word of Python"),
        (["sum"], "a word of Python"),
        (["double"], "a word of C"),
        (["parse_int"], "there is src/number/parse_int."),
        (["digest"], "there is src/binding/py_digest.c already"),
        (["ufuncs"], "there is"),
        (["sha256_hex"], "sha256_hex is a name of numpy_ext/__init__.py already"),
        (["testing"], "there is tests/python/test_testing.py already"),
        (["sha256_many"], "nx_sha256_many is taken, by src/"),
        ([NAME, "--folder", "binding"], "no folder src/binding for kernels"),
        ([NAME, "--folder", "nowhere"], "there are ['arrow', 'base'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tree, arguments, reason):
    before = snapshot(tree)
    done = new_kernel(tree, *arguments)
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stderr.startswith("dev: ")
    assert done.stderr.endswith("; nothing was written\n")
    assert snapshot(tree) == before


def test_a_list_that_is_not_found_is_named(tree, tmp_path):
    shutil.copytree(tree, tmp_path / "tree")
    suites = tmp_path / "tree" / "tests" / "c" / "suites.h"
    suites.write_text("/* none */\n")
    done = new_kernel(tmp_path / "tree", "fresh_name")
    assert "tests/c/suites.h: one place for" in done.stderr
    assert not (tmp_path / "tree" / "src" / "number" / "fresh_name.c").exists()


# ---- What is written -------------------------------------------------------


def test_a_kernel_is_never_written_over(grown):
    before = snapshot(grown)
    done = new_kernel(grown, NAME)
    assert done.returncode == 1
    assert f"{NAME}" in done.stderr
    assert " already; nothing was written" in done.stderr
    assert snapshot(grown) == before


@pytest.mark.parametrize("name", KERNELS)
def test_files_are_laid_out_as_lint_wants_them(grown, name):
    if not shutil.which("clang-format") or not shutil.which("ruff"):
        pytest.skip("needs clang-format and ruff")
    c_files = [*grown.rglob(f"*{name}.[ch]"), grown / "src/binding/py_ufuncs.c"]
    python_files = [
        *grown.rglob(f"*{name}.py"),
        *(grown / "numpy_ext" / other for other in ("__init__.py", "ufuncs.py")),
        grown / "benchmarks" / "bench_text.py",
    ]
    assert len(c_files) == 6
    assert len(python_files) == 6
    run("clang-format", "--dry-run", "-Werror", *c_files, cwd=grown)
    run("ruff", "check", *python_files, cwd=grown)
    run("ruff", "format", "--check", *python_files, cwd=grown)


@pytest.fixture(scope="module")
def site(grown):
    """Return a folder with the package of the grown tree; its C tests have passed."""
    if npx.info()["sanitizer"]:
        pytest.skip("the compiler would run under the sanitizer too")
    if not shutil.which("meson"):
        pytest.skip("needs meson")
    build = grown / "build"
    options = "-Dtests=true", "-Dextension=true", "-Dbuildtype=plain"
    run("meson", "setup", build, *options, cwd=grown)
    native = f"src/binding/_native{sysconfig.get_config_var('EXT_SUFFIX')}"
    said = run("ninja", "-C", build, "tests/c/nx_tests", native, cwd=grown)
    for name in KERNELS:
        assert not re.search(rf"{name}\.[ch]:\d+:\d+: warning", said), said
    run(build / "tests" / "c" / "nx_tests", *KERNELS, cwd=grown)
    packages = grown / "build" / "site"
    shutil.copytree(grown / "numpy_ext", packages / "numpy_ext")
    shutil.copy(build / native, packages / "numpy_ext")
    return packages


def test_new_kernels_pass_their_tests_and_those_of_ufuncs(grown, site):
    tests = [f"test_{name}.py" for name in KERNELS]
    for name in KERNELS:
        tests.append(
            f"test_examples.py::test_docstring_examples_run[numpy_ext._{name}]"
        )
    done = run_pytest(grown, *tests, "test_ufuncs.py", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stdout + done.stderr


def test_new_kernels_leave_nothing_out_that_the_tree_asks_for(faults, grown, site):
    assert faults_of(grown, PYTHONPATH=str(site)) <= faults


@pytest.mark.parametrize("name", KERNELS)
def test_new_rows_of_the_benchmark_run(grown, site, name):
    code = (
        "import bench_text, contests\n"
        f"[row] = [row for row in bench_text.ROWS if row.name == {name!r}]\n"
        "figures = contests.figures(row, 1, quick=True)\n"
        "assert len(figures['calls']) == 3\n"
    )
    benchmarks = grown / "benchmarks"
    paths = os.pathsep.join(map(str, (site, benchmarks)))
    run(sys.executable, "-P", "-c", code, cwd=benchmarks, PYTHONPATH=paths)
