"""The crate of `benchmarks/rust` as a module, built when cargo is there.

It is built into build/bench/rust, once: as long as the sources, the versions they ask
for and the Python stay the same, `load` only imports it.
"""

import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

__all__ = ["NotAvailableError", "load", "module", "rustc_version"]

HERE = Path(__file__).resolve().parent
CRATE = HERE / "rust"
NAME = "guide_in_rust"
BUILT = HERE.parent / "build" / "bench" / "rust"
MODULE = BUILT / "module" / (NAME + str(sysconfig.get_config_var("EXT_SUFFIX")))
STAMP = MODULE.with_suffix(".sources")
LIBRARY = {"darwin": f"lib{NAME}.dylib", "win32": f"{NAME}.dll"}


class NotAvailableError(Exception):
    """There is no module, and this is why."""


def sources() -> str:
    """Return what the module depends on, as one digest."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [*sorted(CRATE.glob("Cargo.toml")), *sorted(CRATE.glob("src/*.rs"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    return (
        MODULE.exists()
        and STAMP.exists()
        and STAMP.read_text(encoding="utf-8") == sources()
    )


def build() -> None:
    cargo = shutil.which("cargo")
    if cargo is None:
        raise NotAvailableError("cargo is not installed")
    environment = os.environ | {
        "CARGO_TARGET_DIR": str(BUILT),
        "PYO3_PYTHON": sys.executable,
        "PYO3_BUILD_EXTENSION_MODULE": "1",  # names no libpython to link with
    }
    if sys.platform == "darwin":
        flags = "-C link-arg=-undefined -C link-arg=dynamic_lookup"
        environment["RUSTFLAGS"] = f"{os.environ.get('RUSTFLAGS', '')} {flags}".strip()
    print("building the Rust crate of the benchmarks ...", flush=True)
    command = [cargo, "build", "--release", "--quiet"]
    done = subprocess.run(
        command, cwd=CRATE, env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = next((x for x in lines if x.startswith("error")), "no reason given")
        raise NotAvailableError(f"cargo build fails: {reason}")
    MODULE.parent.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    unfinished = MODULE.with_suffix(".partial")
    shutil.copy(
        BUILT / "release" / LIBRARY.get(sys.platform, f"lib{NAME}.so"), unfinished
    )
    unfinished.replace(MODULE)
    STAMP.write_text(sources(), encoding="utf-8")


@functools.cache
def module(build_it: bool = True) -> ModuleType:
    """Return the module or raise NotAvailableError; `build_it` lets it be built."""
    if not is_built():
        if not build_it:
            raise NotAvailableError("it is not built; a whole run builds it")
        build()
    spec = importlib.util.spec_from_file_location(NAME, MODULE)
    if spec is None or spec.loader is None:
        raise NotAvailableError(f"{MODULE.name} is no name of an extension module")
    loaded = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(loaded)
    except ImportError as error:
        raise NotAvailableError(f"it cannot be imported: {error}") from error
    return loaded


def load(build_it: bool = True) -> ModuleType | None:
    """Return the module, or None after a line that says why not."""
    try:
        return module(build_it)
    except NotAvailableError as reason:
        print(f"Rust: not measured: {reason}")
        return None


def rustc_version() -> str | None:
    """Return the version of the compiler, as it goes with figures."""
    rustc = shutil.which("rustc")
    if rustc is None:
        return None
    done = subprocess.run([rustc, "--version"], capture_output=True, text=True)
    return done.stdout.split()[1] if done.returncode == 0 else None
