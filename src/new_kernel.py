"""Writes a kernel, everything around it, and its entries in the lists that name it.

`./dev new-kernel NAME` calls this. The result is a ufunc of float64 that builds and
passes its tests; what it computes is then changed by hand. All is checked and made in
memory before the first file is written, and no file is overwritten.
"""

import argparse
import builtins
import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import Template

from kernel_templates import FILES

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 20
"""Characters of a name; longer ones do not fit the lines that they are in."""
C_WORDS = {
    "auto", "case", "char", "const", "default", "do", "double", "enum", "extern",
    "float", "goto", "inline", "int", "long", "main", "register", "restrict", "short",
    "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned",
    "void", "volatile",
}  # fmt: skip


class Refusal(Exception):
    """The kernel is not made, and this is why."""


# ---- Names -----------------------------------------------------------------


def check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise Refusal(f"{name!r} is not snake_case, as clip_sum is")
    if len(name) > LONGEST:
        raise Refusal(f"{name!r} is longer than {LONGEST} characters")
    if (
        keyword.iskeyword(name)
        or keyword.issoftkeyword(name)
        or hasattr(builtins, name)
    ):
        raise Refusal(f"{name!r} is a word of Python")
    if name in C_WORDS:
        raise Refusal(f"{name!r} is a word of C")


def check_clashes(root: Path, name: str, folder: str) -> None:
    """Refuse what is there already: folders, files of such a stem, names."""
    folders = sorted(path.parent.name for path in root.glob("src/*/meson.build"))
    folders = [other for other in folders if other not in ("binding", "init")]
    if folder not in folders:
        raise Refusal(f"no folder src/{folder} for kernels; there are {folders}")
    stems = {Path(substituted(path, name, folder)).stem for path in FILES}
    for top in ("src", "tests", "numpy_ext", "benchmarks"):
        for path in sorted((root / top).rglob("*.*")):
            if path.stem in stems and path.suffix in (".c", ".h", ".py", ".pyi"):
                raise Refusal(f"there is {path.relative_to(root)} already")
    for path in sorted((root / "src").rglob("*.[ch]")):
        found = re.search(rf"\bnx_{name}\b", path.read_text(encoding="utf-8"))
        if found:
            raise Refusal(f"nx_{name} is taken, by {path.relative_to(root)}")
    for module in ("__init__.py", "ufuncs.py"):
        if f'"{name}"' in (root / "numpy_ext" / module).read_text(encoding="utf-8"):
            raise Refusal(f"{name} is a name of numpy_ext/{module} already")


def substituted(text: str, name: str, folder: str) -> str:
    words = {"name": name, "folder": folder}
    return Template(text).substitute(
        words | {word.upper(): value.upper() for word, value in words.items()}
    )


# ---- Entries in lists ------------------------------------------------------


def replaced(text: str, pattern: str, new: Callable[[re.Match[str]], str]) -> str:
    """Return the text with the one match of a pattern replaced."""
    changed, count = re.subn(pattern, new, text, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise Refusal(f"one place for {pattern!r} is wanted, found {count}")
    return changed


def listed(text: str, opening: str, closing: str, entry: str, indent: str) -> str:
    """Return the text with an entry at the end of a list, in a line of its own if the
    list has lines of its own.
    """

    def longer(found: re.Match[str]) -> str:
        items = found[2].rstrip()
        if items.endswith(","):
            return f"{found[1]}{items}\n{indent}{entry},\n{found[3]}"
        return f"{found[1]}{items}, {entry}{found[3]}"

    return replaced(text, f"({opening})(.*?)([ ]*{closing})", longer)


def in_order(text: str, pattern: str, line: str) -> str:
    """Return the text with a line in its place among the lines of a pattern."""
    lines = text.splitlines(keepends=True)
    places = [i for i, other in enumerate(lines) if re.match(pattern, other)]
    if not places:
        raise Refusal(f"no line like {pattern!r} to stand beside")
    after = [i for i in places if lines[i] < line]
    at = after[-1] + 1 if after else places[0]
    if after and lines[after[-1]].endswith("(\n"):  # that line goes on
        at = next(i for i in range(at, len(lines)) if lines[i].strip() == ")") + 1
    return "".join([*lines[:at], line, *lines[at:]])


def with_arrow(text: str, folder: str) -> str:
    """Return docs/architecture.md with the arrow of the new include."""

    def arrow(found: re.Match[str]) -> str:
        others = sorted({*found[1].split(", "), folder})
        return f"binding -> {', '.join(others)}\n"

    return replaced(text, r"^binding -> ([^\n]*)\n", arrow)


def with_table_row(text: str, cells: list[str]) -> str:
    """Return the text with a row more in its only table of reStructuredText."""
    rule = re.compile(r"^=+( +=+)+$", re.MULTILINE)
    rules = list(rule.finditer(text))
    if len(rules) != 3:
        raise Refusal(f"three rules of a table are wanted, found {len(rules)}")
    starts = [found.start() for found in re.finditer("=+", rules[0][0])]
    ends = [*starts[1:], None]
    rows = [
        [line[a:b].strip() for a, b in zip(starts, ends, strict=True)]
        for line in text[rules[0].end() : rules[2].start()].strip().splitlines()
        if not rule.match(line)
    ]
    rows.append(cells)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row: list[str]) -> str:
        return "  ".join(map(str.ljust, row, widths)).rstrip()

    ruled = line(["=" * width for width in widths])
    table = [ruled, line(rows[0]), ruled, *map(line, rows[1:]), ruled]
    return text[: rules[0].start()] + "\n".join(table) + text[rules[2].end() :]


def with_change(text: str, name: str) -> str:
    """Return CHANGELOG.md with a line among what the newest version adds."""
    entry = f"- `{name}`: x / (1 + |x|) of every number of an array.\n"
    return replaced(
        text,
        r"\A(.*?\n### Added\n\n.*?\n)(?=\n#|\Z)",
        lambda found: found[1] + entry,
    )


def with_summary(text: str, name: str) -> str:
    """Return docs/api/index.rst with the function among those of numbers."""
    title = "Numbers\n-------\n\n.. autosummary::\n\n"
    if title in text:
        return replaced(
            text,
            re.escape(title) + r"((?:   \w+\n)+)",
            lambda found: f"{found[0]}   {name}\n",
        )
    text = replaced(
        text, r"^Settings\n---", lambda found: f"{title}   {name}\n\n{found[0]}"
    )
    return replaced(text, r"^   settings\n", lambda _: "   numbers\n   settings\n")


def page_of_ufuncs(root: Path) -> str:
    """Return the page of the reference that lists the ufuncs."""
    for page in sorted((root / "docs" / "api").glob("*.rst")):
        if ".. automodule:: numpy_ext.ufuncs" in page.read_text(encoding="utf-8"):
            return str(page.relative_to(root))
    raise Refusal("no page of docs/api lists the ufuncs")


def edits(root: Path, name: str, folder: str) -> dict[str, Callable[[str], str]]:
    """Return what is done to each file that names what there is."""
    row = f"| `text_{name}.py` | the rows of {name} |\n"
    pointer = f"    &nx_py_ufunc_{name},\n"
    function = f"\n.. autofunction:: {name}\n"
    return {
        f"src/{folder}/meson.build": lambda text: listed(
            text, r"^nx_sources \+= files\(", r"\)", f"'{name}.c'", "  "
        ),
        "src/binding/meson.build": lambda text: listed(
            text, r"^native_sources = files\(", r"\)", f"'py_{name}.c'", "  "
        ),
        "src/binding/py_ufuncs.c": lambda text: replaced(
            in_order(
                text,
                r'#include "binding/py_(?!ufuncs\.h)',
                f'#include "binding/py_{name}.h"\n',
            ),
            r"( ufuncs\[\] = \{\n.*?)(\};)",
            lambda found: found[1] + pointer + found[2],
        ),
        "tests/c/suites.h": lambda text: replaced(
            text,
            rf"((?:SUITE\({folder}, \w+\)\n)+)",
            lambda found: f"{found[1]}SUITE({folder}, {name})\n",
        ),
        "tests/c/meson.build": lambda text: listed(
            text, rf"^  '{folder}': \[", r"\]", f"'{name}'", "    "
        ),
        "numpy_ext/meson.build": lambda text: listed(
            text, r"^  \[\n", r"\]", f"'_{name}.py'", "    "
        ),
        "numpy_ext/ufuncs.py": lambda text: with_ufunc(text, name),
        "numpy_ext/__init__.py": lambda text: with_name(text, name),
        "docs/api/index.rst": lambda text: with_summary(text, name),
        "docs/api/numbers.rst": lambda text: (
            (text or "Numbers\n=======\n\n.. currentmodule:: numpy_ext\n") + function
        ),
        page_of_ufuncs(root): lambda text: (
            f"{text.rstrip()}\n\n.. data:: {name}\n\n"
            f"   {name} of an array of numbers, as :func:`numpy_ext.{name}` gives it.\n"
        ),
        "docs/architecture.md": lambda text: with_arrow(text, folder),
        "benchmarks/bench_text.py": lambda text: replaced(
            in_order(text, r"import text_", f"import text_{name}\n"),
            r"^ROWS = \[(.*?),?\s*\]",
            lambda found: f"ROWS = [{found[1]}, *text_{name}.ROWS]",
        ),
        "benchmarks/README.md": lambda text: in_order(text, r"\| `text_", row),
        "CHANGELOG.md": lambda text: with_change(text, name),
    }


def with_name(text: str, name: str) -> str:
    """Return numpy_ext/__init__.py with the function of the new kernel."""
    line = f"    from numpy_ext._{name} import {name}\n"
    text = in_order(text, r"    from numpy_ext\._", line)
    text = in_order(text, r'    "\w+": "\w+",', f'    "{name}": "_{name}",\n')
    return replaced(
        text,
        r"(__all__ = \[\n.*?)(\])",
        lambda found: f'{found[1]}    "{name}",\n{found[2]}',
    )


def with_ufunc(text: str, name: str) -> str:
    text = with_table_row(text, [name, "``()``", "float64 of numbers"])
    text = replaced(
        text, r"^(__all__ = \[.*?)(\])", lambda found: f'{found[1]}, "{name}"{found[2]}'
    )
    line = f'{name}: Final[np.ufunc] = _native.ufuncs["{name}"]\n'
    return in_order(text, r"\w+: Final\[np\.ufunc\]", line)


# ---- Writing ---------------------------------------------------------------


def contents(root: Path, name: str, folder: str) -> tuple[dict[str, str], list[str]]:
    """Return what all files have to be, and which of them are new."""
    check_name(name)
    check_clashes(root, name, folder)
    made = {
        substituted(path, name, folder): substituted(text, name, folder)
        for path, text in FILES.items()
    }
    new = list(made)
    for path, edit in edits(root, name, folder).items():
        there = root / path
        if not there.exists():
            new.append(path)
        try:
            made[path] = edit(
                there.read_text(encoding="utf-8") if there.exists() else ""
            )
        except Refusal as reason:
            raise Refusal(f"{path}: {reason}") from None
    return made, new


def lay_out(root: Path, paths: list[str]) -> None:
    """Let clang-format and ruff have the last word, where they are."""
    c_files = [path for path in paths if path.endswith((".c", ".h"))]
    python_files = [path for path in paths if path.endswith(".py")]
    for command in (
        ["clang-format", "-i", *c_files],
        ["ruff", "check", "--quiet", "--fix", "--select", "I,RUF022", *python_files],
        ["ruff", "format", "--quiet", *python_files],
    ):
        if shutil.which(command[0]):
            subprocess.run(command, cwd=root, check=True)


def write(root: Path, name: str, folder: str) -> tuple[list[str], list[str]]:
    """Write the kernel; return the new files and the changed ones."""
    made, new = contents(root, name, folder)
    for path, text in made.items():
        (root / path).write_text(text, encoding="utf-8")
    lay_out(root, list(made))
    return new, [path for path in made if path not in new]


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev new-kernel", description=__doc__)
    parser.add_argument("name", help="of the function, the ufunc and the files")
    parser.add_argument(
        "--folder", default="number", help="of src, where it goes (%(default)s)"
    )
    options = parser.parse_args()
    try:
        new, changed = write(ROOT, options.name, options.folder)
    except Refusal as reason:
        sys.exit(f"dev: {reason}; nothing was written")
    print("written:", *new, sep="\n  ")
    print("with an entry more:", *changed, sep="\n  ")
    kernel = f"src/{options.folder}/{options.name}.c"
    print(
        f"It computes x / (1 + |x|): change that in {kernel}, in its tests and texts."
    )
    print(f"See it work: ./dev test -k {options.name}")


if __name__ == "__main__":
    main()
