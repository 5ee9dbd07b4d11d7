"""Includes point downwards only: the drawing of docs/architecture.md, held."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.lint

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
LAYERS = (
    {"base"},
    {"thread"},
    {"number", "text", "hashtable"},
    {"column"},
    {"csv", "arrow", "sort", "reduce", "digest", "group"},
    {"json"},
    {"init"},
    {"binding"},
)
LEVEL = {folder: level for level, layer in enumerate(LAYERS) for folder in layer}
FILES = sorted(SRC.rglob("*.[ch]"))
DRAWN = re.compile(r"^(\w+) ->(.*)$", re.MULTILINE)
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
    folders = {path.name for path in SRC.iterdir() if path.is_dir()} - {"__pycache__"}
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


def test_drawing_has_the_arrows_of_the_sources():
    """The list `folder -> folder, folder` of docs/architecture.md is complete."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = {
        folder: {name.strip() for name in others.split(",") if name.strip()}
        for folder, others in DRAWN.findall(text)
    }
    included: dict[str, set[str]] = {
        path.relative_to(SRC).parts[0]: set() for path in FILES
    }
    for _, folder, target in arrows():
        included[folder].add(target.split("/")[0])
    assert drawn == {folder: names - {folder} for folder, names in included.items()}


def test_only_the_binding_knows_python_and_numpy():
    wrong = []
    for path in FILES:
        if path.relative_to(SRC).parts[0] == "binding":
            continue
        for _, target in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if target == "Python.h" or target.startswith("numpy/"):
                wrong.append(f"{path.relative_to(SRC)} includes {target}")
    assert wrong == []
