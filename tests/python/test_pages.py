"""What the pages say about the repository is there: links, files, error codes."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tree import ROOT, repository_files

import numpy_ext

pytestmark = pytest.mark.lint

PAGES = [path for path in repository_files() if path.suffix == ".md"]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:src|numpy_ext|tests|benchmarks|docs|notebooks)/[\w./]+)`")
MODULE_OF_PAGE = re.compile(r"(?:auto|current)?module:: (\S+)")
OBJECT_OF_PAGE = re.compile(r"(?:auto(?:function|class|exception)|data):: (\S+)")
CODE_IN_C = re.compile(r"nx_error_set\([^;]*?,\s*([1-9]\d\d),")
CODE_IN_PYTHON = re.compile(r'"NX(\d+)"')


def anchors(page: Path) -> set[str]:
    """Return the names under which headings of a page can be linked."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def sources(folder: str, pattern: str) -> str:
    paths = sorted((ROOT / folder).rglob(pattern))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_pages_are_found():
    assert {ROOT / "README.md", ROOT / "docs" / "csv.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize(
    "page",
    [
        ROOT / "README.md",
        ROOT / "src" / "README.md",
        *sorted(ROOT.glob("docs/**/*.md")),
    ],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_files_that_are_named_exist(page):
    """CONTRIBUTING.md also names files that a reader is to make."""
    text = page.read_text(encoding="utf-8")
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []


def test_reading_order_names_every_source_of_the_csv_folder():
    text = (ROOT / "src" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"csv/(csv_\w+)\.[ch]", text))
    assert {path.stem for path in (ROOT / "src" / "csv").glob("*.[ch]")} == named


def test_every_error_code_has_its_paragraph():
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    explained = re.findall(r"^## NX(\d+)$", page, re.MULTILINE)
    in_c = CODE_IN_C.findall(sources("src", "*.c"))
    in_python = CODE_IN_PYTHON.findall(sources("numpy_ext", "*.py"))
    assert explained == sorted({*in_c, *in_python})


def test_decisions_are_numbered_and_listed():
    names = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert [name[:4] for name in names] == [f"{i + 1:04}" for i in range(len(names))]
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"](decisions/{name})" not in index] == []


# Public, but names of Python, which `from numpy_ext import *` is to leave alone.
SHADOWS = {"numpy_ext.max", "numpy_ext.min", "numpy_ext.sort", "numpy_ext.sum"}


def public_names() -> set[str]:
    """Return what the modules without an underscore list in ``__all__``, and a few."""
    submodules = pkgutil.walk_packages(numpy_ext.__path__, "numpy_ext.")
    modules = ["numpy_ext", *(module.name for module in submodules)]
    public = [name for name in modules if "._" not in name]
    return SHADOWS | {
        f"{name}.{member}"
        for name in public
        for member in importlib.import_module(name).__all__
        if f"{name}.{member}" not in public  # a module has a page, not an entry
    }


def documented_names() -> list[str]:
    names = []
    for page in sorted((ROOT / "docs" / "api").glob("*.rst")):
        module = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            if found := MODULE_OF_PAGE.search(line):
                module = found[1]
            elif found := OBJECT_OF_PAGE.search(line):
                names.append(f"{module}.{found[1]}")
    return names


def test_every_public_name_is_on_one_page_of_the_reference():
    assert sorted(documented_names()) == sorted(public_names())


def test_every_public_name_is_in_the_summary_of_the_reference():
    text = (ROOT / "docs" / "api" / "index.rst").read_text(encoding="utf-8")
    listed = set(re.findall(r"^   ([\w.]+)$", text, re.MULTILINE))
    names = [*numpy_ext.__all__, *(name.split(".")[1] for name in SHADOWS)]
    assert [name for name in names if name not in listed] == []


def test_every_method_of_tables_is_in_the_summary_of_their_page():
    text = (ROOT / "docs" / "api" / "table.rst").read_text(encoding="utf-8")
    listed = re.findall(r"^   Table\.([a-z]\w+)$", text, re.MULTILINE)
    own = {name for name in dir(numpy_ext.Table) if not name.startswith("_")}
    assert sorted(listed) == sorted(own - set(dir(Mapping)))
