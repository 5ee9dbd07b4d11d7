"""Times calls over whole texts beside the loops they replace: `./dev bench text`.

The rows are in the modules `text_*.py`; how they are timed is in `contests.py`.
"""

import contest_runs
import text_digests
import text_groups
import text_numbers
import text_patterns
import text_words

ROWS = [
    *text_digests.ROWS,
    *text_words.ROWS,
    *text_groups.ROWS,
    *text_numbers.ROWS,
    *text_patterns.ROWS,
]

if __name__ == "__main__":
    contest_runs.run("text", __doc__, ROWS, peers=("pandas", "polars"))
