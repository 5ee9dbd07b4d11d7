"""The notebooks are stored with the outputs that running them gives."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MAX_BYTES = 150_000
SHOWN = {"text/plain", "text/html", "image/png"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def stored(path: Path) -> list[dict]:
    return code_cells(json.loads(path.read_text(encoding="utf-8")))


def joined(text: str | list[str]) -> str:
    """Return text that a file has as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def texts(cell: dict) -> list[str]:
    """Return what a cell has printed and shown as text."""
    return [
        joined(output.get("text") or output["data"]["text/plain"])
        for output in cell["outputs"]
    ]


@pytest.mark.lint
def test_notebooks_are_found():
    assert len(NOTEBOOKS) >= 2


@pytest.mark.lint
@each_notebook
def test_outputs_are_stored_and_small(path):
    cells = stored(path)
    assert [cell["execution_count"] for cell in cells] == [
        number + 1 for number in range(len(cells))
    ]
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert outputs
    for output in outputs:
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr"
        assert set(output.get("data", ())) <= SHOWN
    assert path.stat().st_size <= MAX_BYTES


@each_notebook
def test_stored_text_is_what_cells_give(path):
    """Cells tagged ``varies`` show what depends on the versions of other libraries."""
    for module in ("nbclient", "matplotlib", "pandas", "polars", "duckdb"):
        pytest.importorskip(module)
    from notebooks import executed

    now = code_cells(executed(path))
    for was, is_now in zip(stored(path), now, strict=True):
        if "varies" not in was["metadata"].get("tags", ()):
            assert texts(is_now) == texts(was), f"cell {was['id']}: ./dev notebooks"
