"""The benchmark of boundaries: that it runs, and that all ways do the same."""

import json
import math
import os
import subprocess
import sys

import boundaries
import boundary_figure
import numpy as np
import pytest
from bench_boundary import python_hash
from rust_peer import NotAvailableError
from tree import ROOT

import numpy_ext as npx


@pytest.fixture(scope="module", params=boundaries.MAKERS)
def way(request):
    """Return one way, if what it needs is there; nothing is fetched for it."""
    try:
        boundaries.kernel()
        if request.param == "Rust":
            return boundaries.rust(build_it=False)
        return boundaries.MAKERS[request.param]()
    except NotAvailableError as reason:
        pytest.skip(f"{request.param}: {reason}")


def test_ways_do_the_same(way):
    numbers = np.random.default_rng(1).integers(0, 2**63, 50, dtype=np.uint64)
    expected = npx.hash64(numbers, seed=9)
    hashes = np.zeros_like(numbers)
    way.hash_fill(numbers, 9, hashes)
    np.testing.assert_array_equal(hashes, expected)
    for number, hashed in zip(numbers.tolist(), expected.tolist(), strict=True):
        assert way.hash_one(number, 9) == python_hash(number, 9) == hashed
    reals = [0.5, -1.5, 1e10]
    total = math.fsum(x * x for x in reals)
    assert way.square(-1.5) == 2.25
    assert way.sum_of_list(reals) == way.sum_of_squares(np.array(reals)) == total


@pytest.mark.parametrize("name", ["C API", "Cython", "Rust"])
def test_ways_that_check_their_memory_refuse_other(name):
    try:
        boundaries.kernel()
        way = boundaries.rust(False) if name == "Rust" else boundaries.MAKERS[name]()
    except NotAvailableError as reason:
        pytest.skip(f"{name}: {reason}")
    numbers = np.zeros(4, dtype=np.uint64)
    fixed = np.zeros(4, dtype=np.uint64)
    fixed.flags.writeable = False
    for hashes in (numbers[1:].copy(), np.zeros(4), np.zeros(4, dtype="u4"), fixed):
        with pytest.raises((TypeError, ValueError, BufferError)):
            way.hash_fill(numbers, 0, hashes)
    for other in (np.zeros(3, dtype="f4"), np.zeros(3, dtype=np.int64)):
        with pytest.raises((TypeError, ValueError)):
            way.sum_of_squares(other)
    with pytest.raises(TypeError):
        way.sum_of_list([1.0, "2"])
    with pytest.raises((OverflowError, TypeError)):
        way.hash_one(-1, 0)


def test_a_compiler_that_fails_is_a_reason(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(NotAvailableError, match="no C compiler"):
        boundaries.kernel()
    found, missing = boundaries.boundaries(quick=True)
    assert "ufunc" in found
    assert {"C API", "Cython", "cffi", "ctypes"} <= set(missing)
    assert not set(found) & set(missing)


def test_a_quick_run_measures_and_leaves_the_results_alone(tmp_path):
    if npx.info()["build_type"] != "release" or npx.info()["sanitizer"]:
        pytest.skip("only a release build is timed")
    before = boundary_figure.RESULTS.read_bytes()
    output = tmp_path / "quick.json"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    command = [sys.executable, str(ROOT / "benchmarks" / "bench_boundary.py")]
    done = subprocess.run(
        [*command, "--quick", "--output", str(output)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(output.read_text())
    named = {call["name"] for row in report["rows"] for call in row["calls"]}
    assert set(boundaries.MAKERS) <= named | set(report["not_measured"])
    for name, reason in report["not_measured"].items():
        assert f"{name}: not measured: {reason}" in done.stdout
    for row in report["rows"]:
        assert row["calls"][0]["name"] == "ufunc"
        assert all(call["ns_best"] > 0 for call in row["calls"])
    assert boundary_figure.RESULTS.read_bytes() == before
