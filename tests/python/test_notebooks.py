"""The notebooks run from top to bottom and are stored without their outputs."""

import ast
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def code_cells(path: Path) -> list[dict]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_run(path, monkeypatch):
    """In the folder of the notebook, where Jupyter runs it; last values are shown."""
    monkeypatch.chdir(FOLDER)
    namespace: dict = {"__name__": "__main__"}
    for cell in code_cells(path):
        where = f"{path.name}, cell {cell['id']}"
        body = ast.parse("".join(cell["source"]), where).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), where, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), where, "eval"), namespace)
            assert value is None or repr(value)


@pytest.mark.lint
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_cleared(path):
    assert all(cell["outputs"] == [] for cell in code_cells(path))
