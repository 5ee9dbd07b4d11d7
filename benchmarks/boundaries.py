"""Ways from Python to one kernel in C, for `./dev bench boundary`.

The kernels of boundary/kernel.c are compiled once, with the flags of a release build,
and linked to every way but two: the ufunc, whose loop is in the wheel, and Rust, which
has its own in rust/src/boundary.rs. What is made lies in build/bench/boundary.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import platform
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import rust_peer
from rust_peer import NotAvailableError

import numpy_ext as npx

__all__ = ["MAKERS", "Boundary", "boundaries", "versions"]

HERE = Path(__file__).resolve().parent
SRC = HERE.parent / "src"
SOURCES = HERE / "boundary"
BUILT = HERE.parent / "build" / "bench" / "boundary"
KERNEL = BUILT / "kernel.o"
FLAGS = ["-std=c11", "-O3", "-DNDEBUG", "-fPIC", "-ffp-contract=off", "-D_GNU_SOURCE"]
CFFI_DECLARATIONS = """
    uint64_t hash_one(uint64_t number, uint64_t seed);
    void hash_fill(const uint64_t *numbers, size_t n, uint64_t seed, uint64_t *hashes);
    double square(double x);
    double sum_of_squares(const double *numbers, size_t n);
"""


@dataclass(frozen=True)
class Boundary:
    """The kernels as one way offers them to Python."""

    hash_one: Callable[[int, int], Any]
    hash_fill: Callable[[Any, int, Any], object]
    """Hashes an array into another one, which is there already."""
    square: Callable[[float], Any]
    sum_of_list: Callable[[list[float]], Any]
    sum_of_squares: Callable[[Any], Any]


# ---- Compiling -------------------------------------------------------------


def digest_of(command: list[str]) -> str:
    """Return what an output depends on: the command and all that it may read."""
    digest = hashlib.sha256("\0".join(command).encode())
    given = [path for path in map(Path, command) if path.suffix in (".c", ".o")]
    headers = [SRC / "digest" / "hash64.h", SRC / "base" / "bits.h"]
    for path in [*given, *sorted(SOURCES.glob("*.h")), *headers]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled(output: Path, *arguments: str) -> Path:
    """Run the compiler, unless it has; NotAvailableError says what it says."""
    configured = sysconfig.get_config_var("CC") or "cc"
    command = shlex.split(os.environ.get("CC") or configured)
    if platform.machine() == "x86_64":
        command.append("-march=x86-64-v2")
    command += [*FLAGS, f"-I{SOURCES}", f"-I{SRC}"]
    command += [f"-I{sysconfig.get_path('include')}", *arguments]
    output.parent.mkdir(parents=True, exist_ok=True)
    stamp, digest = output.with_suffix(".made-from"), digest_of(command)
    if output.exists() and stamp.exists() and stamp.read_text() == digest:
        return output
    command += ["-o", str(output)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise NotAvailableError(f"no C compiler: {error}") from error
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error" in line]
        reason = lines[0] if lines else "no reason given"
        raise NotAvailableError(f"{output.name} does not compile: {reason}")
    stamp.write_text(digest)
    return output


def kernel() -> Path:
    return compiled(KERNEL, "-c", str(SOURCES / "kernel.c"))


def shared(output: Path, *arguments: str) -> Path:
    link = ["-shared"]
    if sys.platform == "darwin":
        link += ["-undefined", "dynamic_lookup"]
    return compiled(output, *link, *arguments)


def extension(name: str, source: Path) -> ModuleType:
    """Compile and import an extension module with the kernels in it."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    path = shared(BUILT / f"{name}{suffix}", str(source), str(KERNEL))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need(distribution: str) -> None:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        raise NotAvailableError(f"{distribution} is not installed") from None


# ---- The ways --------------------------------------------------------------


def ufunc() -> Boundary:
    """Ours, and for squares NumPy's own: another ufunc, and its sum."""
    return Boundary(
        npx.ufuncs.hash64,
        npx.ufuncs.hash64,  # the third argument of a ufunc of two is its output
        np.square,
        lambda numbers: np.square(numbers).sum(),
        lambda numbers: np.square(numbers).sum(),
    )


def of_module(module: Any) -> Boundary:
    return Boundary(
        module.hash_one,
        module.hash_fill,
        module.square,
        module.sum_of_list,
        module.sum_of_squares,
    )


def c_api() -> Boundary:
    return of_module(extension("through_c", SOURCES / "through_c.c"))


def cython() -> Boundary:
    need("cython")
    given, made = SOURCES / "through_cython.pyx", BUILT / "through_cython.c"
    by = f"/* Generated by Cython {metadata.version('cython')} */"
    if not (
        made.exists()
        and made.stat().st_mtime > given.stat().st_mtime
        and made.read_text(encoding="utf-8").startswith(by)
    ):
        command = [sys.executable, "-P", "-m", "cython", "-o", str(made), str(given)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise NotAvailableError(f"cython fails: {done.stderr.strip()[-200:]}")
    return of_module(extension("through_cython", made))


def cffi() -> Boundary:
    need("cffi")
    from cffi import FFI

    source = BUILT / "through_cffi.c"
    maker = FFI()
    maker.cdef(CFFI_DECLARATIONS)
    maker.set_source("through_cffi", '#include "kernel.h"')
    with contextlib.redirect_stdout(None):  # it tells what it does
        maker.emit_c_code(str(source))
    module = extension("through_cffi", source)
    lib, from_buffer = module.lib, module.ffi.from_buffer
    integers, doubles = map(module.ffi.typeof, ("uint64_t[]", "double[]"))

    def hash_fill(numbers: Any, seed: int, hashes: Any) -> None:
        lib.hash_fill(
            from_buffer(integers, numbers),
            len(numbers),
            seed,
            from_buffer(integers, hashes, require_writable=True),
        )

    return Boundary(
        lib.hash_one,
        hash_fill,
        lib.square,
        lambda numbers: lib.sum_of_squares(numbers, len(numbers)),  # it copies a list
        lambda numbers: lib.sum_of_squares(from_buffer(doubles, numbers), len(numbers)),
    )


def with_ctypes() -> Boundary:
    """The shared library through the standard library alone."""
    path = shared(BUILT / "libkernel.so", str(KERNEL))
    library = ctypes.CDLL(str(path))
    u64, f64, size, pointer = (
        ctypes.c_uint64,
        ctypes.c_double,
        ctypes.c_size_t,
        ctypes.c_void_p,
    )

    def function(name: str, result: Any, *arguments: Any) -> Any:
        found = getattr(library, name)
        found.restype, found.argtypes = result, arguments
        return found

    fill = function("hash_fill", None, pointer, size, u64, pointer)
    total = function("sum_of_squares", f64, pointer, size)

    def hash_fill(numbers: Any, seed: int, hashes: Any) -> None:
        fill(numbers.ctypes.data, len(numbers), seed, hashes.ctypes.data)

    def sum_of_list(numbers: list[float]) -> Any:
        return total((f64 * len(numbers))(*numbers), len(numbers))

    return Boundary(
        function("hash_one", u64, u64, u64),
        hash_fill,
        function("square", f64, f64),
        sum_of_list,
        lambda numbers: total(numbers.ctypes.data, len(numbers)),
    )


def rust(build_it: bool = True) -> Boundary:
    module = rust_peer.module(build_it)
    return Boundary(
        module.hash_one,
        module.hash_fill,
        module.square,
        module.sum_of_squares,  # of a Vec, into which a list is copied
        module.sum_of_squares_array,
    )


MAKERS: dict[str, Callable[[], Boundary]] = {
    "ufunc": ufunc,
    "C API": c_api,
    "Cython": cython,
    "cffi": cffi,
    "ctypes": with_ctypes,
    "Rust": rust,
}
"""The first is ours."""


def boundaries(quick: bool) -> tuple[dict[str, Boundary], dict[str, str]]:
    """Return the ways that are there, and why the others are not.

    If it is to be quick, Rust counts only if it was built before.
    """
    found, missing = {}, {}
    try:
        kernel()
    except NotAvailableError as reason:
        missing = dict.fromkeys(("C API", "Cython", "cffi", "ctypes"), str(reason))
    for name, make in MAKERS.items():
        if name in missing:
            continue
        try:
            found[name] = rust(not quick) if make is rust else make()
        except NotAvailableError as reason:
            missing[name] = str(reason)
    return found, missing


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("numpy", "numpy-ext-kernels", "cython", "cffi"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if rustc := rust_peer.rustc_version():
        found["rustc"] = rustc
    return found
