"""Times sorting, reductions and JSON beside NumPy and others: `./dev bench arrays`.

The rows are in the modules `arrays_*.py`; how they are timed is in `contests.py`.
"""

import arrays_guide
import contest_runs

ROWS = [
    *arrays_guide.ROWS,
]

if __name__ == "__main__":
    contest_runs.run("arrays", __doc__, ROWS, peers=("pandas", "polars", "orjson"))
