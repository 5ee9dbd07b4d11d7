"""The examples that users read: in docstrings, README.md and docs/*.md.

`python tests/python/examples.py FOLDER` writes each page and docstring as a module, for
type checkers. It reads the installed package, as the tests do.
"""

import doctest
import importlib
import importlib.util
import pkgutil
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy_ext

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A comment in a page: what the blocks below it import, beyond the library and NumPy.
NEEDS = re.compile(r"^<!-- needs: ([\w ]+) -->$", re.MULTILINE)
# The same in a docstring: behind an example, for it and those below.
DOCSTRING_NEEDS = re.compile(r"# needs (\w+)$", re.MULTILINE)


# Without annotations of its own, so that checkers take defaults for all it accepts.
UNTYPED = frozenset({"dask"})


@dataclass(frozen=True)
class Block:
    """A block of Python in a page, the line it begins at, and the modules it needs."""

    text: str
    line: int
    needs: tuple[str, ...]

    @property
    def is_session(self) -> bool:
        return ">>>" in self.text


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    needs = [(m.start(), m[1].split()) for m in NEEDS.finditer(text)]
    return [
        Block(
            fence[1],
            text.count("\n", 0, fence.start()) + 1,
            tuple(n for at, names in needs if at < fence.start() for n in names),
        )
        for fence in FENCE.finditer(text)
    ]


def pages() -> list[Path]:
    """Return the pages that have examples."""
    candidates = ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))
    return [page for page in candidates if blocks(page)]


def docstrings(module: str) -> list[doctest.DocTest]:
    """Return the docstrings of a module that have examples."""
    found = doctest.DocTestFinder().find(importlib.import_module(module))
    return [test for test in found if test.examples]


def missing_need(example: doctest.Example) -> str | None:
    """Return a module that an example of a docstring needs and that is not there."""
    for module in DOCSTRING_NEEDS.findall(example.source):
        if importlib.util.find_spec(module) is None:
            return module
    return None


def modules() -> list[str]:
    """Return the modules that have such docstrings."""
    submodules = pkgutil.walk_packages(numpy_ext.__path__, "numpy_ext.")
    names = ["numpy_ext", *sorted(module.name for module in submodules)]
    return [name for name in names if docstrings(name)]


# ---- As modules ------------------------------------------------------------


def statements(session: list[doctest.Example]) -> str:
    """Return what is typed in a session, without what is typed to be refused."""
    return "".join(example.source for example in session if example.exc_msg is None)


def page_module(page: Path) -> str:
    parser = doctest.DocTestParser()
    return "\n".join(
        statements(parser.get_examples(block.text)) if block.is_session else block.text
        for block in blocks(page)
        if UNTYPED.isdisjoint(block.needs)
    )


def write_modules(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages():
        name = "page_" + re.sub(r"\W", "_", page.stem)
        (folder / f"{name}.py").write_text(page_module(page), encoding="utf-8")
    for module in modules():
        for test in docstrings(module):
            name = "doc_" + re.sub(r"\W", "_", test.name)
            text = statements(test.examples)
            (folder / f"{name}.py").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_modules(Path(sys.argv[1]))
