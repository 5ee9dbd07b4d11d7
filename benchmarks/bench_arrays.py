"""Times sorting, reductions and JSON beside NumPy and others: `./dev bench arrays`.

The rows are in the modules `arrays_*.py`; how they are timed is in `contests.py`.
"""

import os

# Rows are of one thread: NumPy's linear algebra asks for threads when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import arrays_guide
import arrays_json
import arrays_ndjson
import arrays_order
import arrays_reduce
import arrays_sort
import contest_runs

ROWS = [
    *arrays_guide.ROWS,
    *arrays_json.ROWS,
    *arrays_sort.ROWS,
    *arrays_order.ROWS,
    *arrays_reduce.ROWS,
    *arrays_ndjson.ROWS,
]

if __name__ == "__main__":
    contest_runs.run("arrays", __doc__, ROWS, peers=("pandas", "polars", "orjson"))
