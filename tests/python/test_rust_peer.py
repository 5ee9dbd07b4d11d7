"""The Rust functions that benchmarks are timed beside do what their Python forms do."""

import csv
import hashlib
import io
import json
import math
import re
import tomllib
from collections import Counter

import numpy as np
import pytest
import rust_peer
from tree import ROOT

import numpy_ext as npx

TEXT = "the quick brown fox\tthe\nfox " * 50
CARGO = ROOT / "benchmarks" / "rust" / "Cargo.toml"


@pytest.fixture(scope="module")
def rust():
    """Return the module if a benchmark has built it: tests need no cargo."""
    try:
        return rust_peer.module(build_it=False)
    except rust_peer.NotAvailableError as reason:
        pytest.skip(f"Rust: {reason}")


@pytest.fixture
def nothing_built(monkeypatch, tmp_path):
    monkeypatch.setattr(rust_peer, "MODULE", tmp_path / "absent.so")
    rust_peer.module.cache_clear()
    yield
    rust_peer.module.cache_clear()


# ---- The functions ---------------------------------------------------------


def test_words(rust):
    for text in ("", " \n", "hello world foo", TEXT, "no\u00a0break and\u3000wide"):
        assert rust.word_count(text) == len(text.split())
    counts = Counter(TEXT.split())
    found = rust.most_common(TEXT, 3)
    assert [count for _, count in found] == [n for _, n in counts.most_common(3)]
    assert all(counts[word] == count for word, count in found)
    assert rust.most_common(TEXT, 0) == rust.most_common("", 2) == []


def test_numbers_and_text(rust):
    assert rust.sum_as_string(10, 20) == "30"
    with pytest.raises(OverflowError):
        rust.sum_as_string(2**64 - 1, 1)
    assert rust.parse_positive("42") == 42
    with pytest.raises(ValueError, match=r"^'x' is not a valid integer$"):
        rust.parse_positive("x")
    for text in ("0", "-3"):
        with pytest.raises(ValueError, match=r"^value must be positive$"):
            rust.parse_positive(text)


def test_digests(rust):
    messages = [b"", b"abc", bytes(range(256)) * 5]
    expected = [hashlib.sha256(message).digest() for message in messages]
    assert [rust.sha256(message) for message in messages] == expected
    assert rust.sha256_many(messages) == expected


def test_csv_and_json(rust):
    text = 'city,note\nOslo,"cold, dark"\nRome,"said ""ciao"""\n'
    assert rust.parse_csv(text) == list(csv.DictReader(io.StringIO(text)))
    assert rust.parse_csv("1;2\n3;4\n", ";", has_header=False) == [
        {"column_0": "1", "column_1": "2"},
        {"column_0": "3", "column_1": "4"},
    ]
    for delimiter in ("", ",,"):
        with pytest.raises(ValueError, match="delimiter must be a single character"):
            rust.parse_csv(text, delimiter)
    with pytest.raises(ValueError, match="found record with 1 field"):
        rust.parse_csv("a,b\n1\n")
    numbers = [0.1, -2.0, 1e300, 1e-7]
    assert json.loads(rust.to_json(numbers)) == numbers


def test_reductions_and_sorting(rust):
    numbers = [float(i) for i in range(1000)]
    squares = math.fsum(x * x for x in numbers)
    assert rust.square(3.0) == 9.0
    assert rust.sum_of_squares(numbers) == squares
    assert rust.sum_of_squares_array(np.array(numbers)) == squares
    assert rust.sum_of_squares_array(np.array(numbers)[::-2]) == sum(
        x * x for x in numbers[::-2]
    )
    assert rust.parallel_sum(numbers) == math.sqrt(squares)
    assert rust.parallel_sqrt_sum(numbers) == pytest.approx(
        sum(map(math.sqrt, numbers))
    )
    mixed = np.random.default_rng(3).integers(-(2**63), 2**63 - 1, 5000).tolist()
    assert rust.parallel_sort(mixed) == sorted(mixed)


def test_hashes_are_those_of_hash64(rust):
    numbers = np.random.default_rng(4).integers(0, 2**64 - 1, 500, dtype=np.uint64)
    for view in (numbers, numbers[::-3], numbers[:0]):
        hashes = np.zeros_like(view)
        rust.hash_fill(view, 7, hashes)
        assert (hashes == npx.hash64(view, seed=7)).all()
    with pytest.raises(ValueError, match="as many hashes as numbers"):
        rust.hash_fill(numbers, 7, numbers[1:].copy())
    assert rust.hash_one(int(numbers[0]), 7) == npx.hash64(numbers[:1], seed=7)[0]


# ---- How it is built -------------------------------------------------------


def test_without_cargo_the_reason_is_said(nothing_built, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rust_peer.load() is None
    assert capsys.readouterr().out == "Rust: not measured: cargo is not installed\n"


def test_a_build_that_fails_says_why(nothing_built, monkeypatch, tmp_path):
    cargo = tmp_path / "cargo"
    cargo.write_text("#!/bin/sh\necho 'warning: old' >&2\necho 'error: no' >&2\nexit 1")
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(
        rust_peer.NotAvailableError, match=r"^cargo build fails: error: no$"
    ):
        rust_peer.module()
    with pytest.raises(rust_peer.NotAvailableError, match="not built"):
        rust_peer.module(build_it=False)


@pytest.mark.lint
def test_versions_are_exact():
    asked = tomllib.loads(CARGO.read_text(encoding="utf-8"))["dependencies"]
    assert asked
    assert all(re.fullmatch(r"=\d+\.\d+\.\d+", version) for version in asked.values())
