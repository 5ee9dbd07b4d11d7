"""The files of the repository, without what merely lies in its folder."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = {"build", "dist", "__pycache__"}


def listed_by_git() -> list[Path] | None:
    """Return tracked and new files, none that is ignored; None without a checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if not (ROOT / ".git").exists():  # an unpacked archive may lie in another checkout
        return None
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
    except FileNotFoundError:
        return None
    if done.returncode != 0:
        return None
    names = done.stdout.split(b"\0")
    return [ROOT / os.fsdecode(name) for name in names if name]


def walked() -> list[Path]:
    """Return the files outside hidden and built folders."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [n for n in folders if not n.startswith(".") and n not in BUILT]
        found += [Path(folder, name) for name in names]
    return found


def in_environment(path: Path) -> bool:
    """Tell whether a file is of a virtual environment that somebody made in here."""
    folders = path.relative_to(ROOT).parents
    return any((ROOT / folder / "pyvenv.cfg").exists() for folder in folders)


def repository_files() -> list[Path]:
    paths = listed_by_git()
    if paths is None:
        paths = walked()
    # A deleted file is listed until the deletion is committed.
    return sorted(p for p in set(paths) if p.is_file() and not in_environment(p))
