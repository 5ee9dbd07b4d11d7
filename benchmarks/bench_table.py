"""Times what a table costs to hand on: `./dev bench table`.

The table is the `mixed` file, read once. Each hand-over is repeated in one process,
after a warm-up, and the median counts; peers are imported before.
"""

import argparse
import datetime
import gc
import pickle
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import results
import workloads
from bench_csv import machine, refuse_slow_builds, warm_memory

import numpy_ext

RESULTS = results.HERE / "results" / "table.json"
SCRATCH = results.HERE.parent / "build" / "bench" / "table.json"
RUNS = 15


@dataclass(frozen=True)
class HandOver:
    name: str
    what: str
    run: Callable[[], object]
    most_ms: float = 0
    """The time it may take; 0: it is what another one is compared with."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench table", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="%(default)s")
    parser.add_argument(
        "--quick", action="store_true", help="a small file: to see that all works"
    )
    return parser.parse_args()


def pickled(value: object) -> Any:
    return pickle.loads(pickle.dumps(value, protocol=5))


def pickled_out_of_band(value: object) -> Any:
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(data, buffers=buffers)


def hand_overs(table: numpy_ext.Table) -> list[HandOver]:
    import duckdb
    import pandas
    import polars  # noqa: F401  (to_polars finds it imported)

    strings = [name for name in table if table.schema[name].dtype.kind == "T"]
    plain = table.drop(*strings)
    frame = table.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    objects = frame.astype(dict.fromkeys(strings, object))
    connection = duckdb.connect()

    def to_duckdb() -> list[Any]:
        connection.register("t", table)
        found: list[Any] = connection.sql("select count(*) from t").fetchall()
        return found

    return [
        HandOver("polars", "to_polars()", table.to_polars, 20),
        HandOver("duckdb", "register, count(*)", to_duckdb, 20),
        HandOver("arrow", "to_arrow()", table.to_arrow, 20),
        HandOver(
            "pandas",
            "to_pandas(copy=False) without strings",
            lambda: plain.to_pandas(copy=False),
            50,
        ),
        HandOver("pickle", "there and back", lambda: pickled(table)),
        HandOver("pickle, pandas", "the same frame", lambda: pickled(frame)),
        HandOver(
            "pickle, pandas objects", "strings as objects", lambda: pickled(objects)
        ),
        HandOver("pickle 5", "buffers out of band", lambda: pickled_out_of_band(table)),
        HandOver(
            "pickle 5, pandas", "the same frame", lambda: pickled_out_of_band(frame)
        ),
    ]


def figures(hand_over: HandOver, runs: int) -> dict[str, Any]:
    samples = []
    for i in range(runs + 1):
        gc.collect()
        begin = time.perf_counter()
        made = hand_over.run()
        seconds = time.perf_counter() - begin
        del made
        if i > 0:
            samples.append(seconds)
    return {
        "name": hand_over.name,
        "what": hand_over.what,
        "seconds_median": statistics.median(samples),
        "seconds_best": min(samples),
        "most_ms": hand_over.most_ms,
    }


def print_figures(rows: list[dict[str, Any]]) -> None:
    print(f"{'to':<24}{'median ms':>11}{'[best]':>11}{'bar ms':>8}  what")
    for row in rows:
        best = f"[{row['seconds_best'] * 1e3:.2f}]"
        bar = f"{row['most_ms']:.0f}" if row["most_ms"] else "-"
        print(
            f"{row['name']:<24}{row['seconds_median'] * 1e3:>11.2f}{best:>11}{bar:>8}"
            f"  {row['what']}"
        )
    seconds = {row["name"]: row["seconds_median"] for row in rows}
    for other in ("pickle, pandas", "pickle, pandas objects", "pickle 5, pandas"):
        ratio = seconds[other] / seconds[other.partition(",")[0]]
        print(f"{other}: takes {ratio:.1f} times as long as ours")


def main() -> None:
    options = arguments()
    runs = 1 if options.quick else options.runs
    build = numpy_ext.info()
    refuse_slow_builds(build)
    if not options.quick:
        warm_memory()
    workload = workloads.find("mixed", quick=options.quick)
    table = numpy_ext.read_csv(workload.path)
    print(f"{workload.path.name}: {table.num_rows:,} rows, {table.num_columns} columns")
    rows = [figures(hand_over, runs) for hand_over in hand_overs(table)]
    print_figures(rows)
    peers = ("numpy", "pandas", "polars", "pyarrow", "duckdb")
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "build": build,
        "versions": {name: metadata.version(name) for name in peers},
        "rows": table.num_rows,
        "runs": runs,
        "hand_overs": rows,
    }
    whole = not options.quick and options.runs >= RUNS
    path = RESULTS if whole else SCRATCH
    results.save(report, path)
    print(f"\nwritten: {path}")
    if options.quick:
        print("This was a quick run: its figures mean nothing.")


if __name__ == "__main__":
    main()
