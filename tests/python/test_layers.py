"""Includes point downwards only: the drawing of docs/architecture.md, held."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.lint

SRC = Path(__file__).resolve().parents[2] / "src"
LAYERS = (
    {"base"},
    {"thread"},
    {"number", "text", "hashtable"},
    {"column"},
    {"csv", "json", "arrow", "sort", "reduce", "digest"},
    {"init"},
    {"binding"},
)
LEVEL = {folder: level for level, layer in enumerate(LAYERS) for folder in layer}
FILES = sorted(SRC.rglob("*.[ch]"))
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def arrows() -> list[tuple[str, str, str]]:
    """Return (file, its folder, included name) of every include of our own files."""
    found = []
    for path in FILES:
        folder = path.relative_to(SRC).parts[0]
        for bracket, target in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if bracket == '"':
                found.append((str(path.relative_to(SRC)), folder, target))
    return found


def test_every_folder_has_its_layer():
    folders = {path.name for path in SRC.iterdir() if path.is_dir()}
    assert folders <= set(LEVEL)


def test_includes_name_the_folder():
    loose = [f"{file}: {target}" for file, _, target in arrows() if "/" not in target]
    assert loose == []


def test_includes_point_downwards():
    wrong = []
    for file, folder, target in arrows():
        other = target.split("/")[0]
        if other != folder and LEVEL.get(other, 99) >= LEVEL[folder]:
            wrong.append(f"{file} includes {target}")
    assert wrong == []


def test_only_the_binding_knows_python_and_numpy():
    wrong = []
    for path in FILES:
        if path.relative_to(SRC).parts[0] == "binding":
            continue
        for _, target in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if target == "Python.h" or target.startswith("numpy/"):
                wrong.append(f"{path.relative_to(SRC)} includes {target}")
    assert wrong == []
