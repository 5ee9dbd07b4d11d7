"""Several files as one table.

Each file is read by itself, so that no quote and no record reaches into the next one.
The dtypes are those of one look at all files: a column that shows another type in a
file than in all of them is read again there, as that type.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from errno import ENOENT
from time import perf_counter
from typing import Any, Final

import numpy as np

from numpy_ext._column import Column, string_dtype, with_nan
from numpy_ext._concat import joined_columns
from numpy_ext._converters import converted
from numpy_ext._csv_read import Shown, content_form, read_table
from numpy_ext._dialect import AUTO
from numpy_ext._dtypes import STRING
from numpy_ext._given import given_column
from numpy_ext._options import CsvOptions
from numpy_ext._plan import Form, Plan, is_category, make_plan
from numpy_ext._rejects import Dirt, joined_rejects
from numpy_ext._schema import Field
from numpy_ext._source import is_path, open_source, was_changed
from numpy_ext._table import Table
from numpy_ext.errors import CsvSchemaError, CsvValueError

__all__ = ["read_files"]

NO_PLAN: Final = Plan((), (), (), ())

# From the coarsest on.
TIMES: Final = tuple(f"datetime64[{unit}]" for unit in ("D", "s", "ms", "us", "ns"))


@dataclass(slots=True)
class Part:
    """What one file holds: columns, and the types that its fields show."""

    path: str
    options: CsvOptions
    plan: Plan
    num_rows: int
    columns: dict[str, Column]
    shown: dict[str, Shown]
    types: dict[str, str]  # what the columns are read as, none if not as they stay
    report: Any
    reasons: dict[str, Field]
    rejects: Any
    dirt: Dirt  # what was left out, for another read of the file


def read_files(source: Any, options: CsvOptions) -> Table:
    """Read a path, a pattern, or a list of them."""
    began = perf_counter()
    paths = found_paths(source, options.glob)
    dialect, check = None, None
    if options.delimiter == AUTO:
        from numpy_ext._sniff import settled_files

        options, dialect, check = settled_files(paths, options)
    plan, parts = read_parts(paths, options, check)
    if options.filename_column in plan.names:
        path = next(p.path for p in parts if options.filename_column in p.columns)
        raise ValueError(
            f"filename_column={options.filename_column!r} is the name of a column of "
            f"{path!r}"
        )
    settle_types(plan, parts)
    columns = [
        one_column(name, form, parts)
        if form.converter is None
        else converted(one_column(name, form, parts), form.converter)
        for name, form in zip(plan.names, plan.forms, strict=True)
    ]
    if options.filename_column is not None:
        columns.append(path_column(options.filename_column, parts))
    table = Table._from_columns(columns, sum(part.num_rows for part in parts))
    table._rejects = joined_rejects([part.rejects for part in parts])
    table._report = figures(parts, began)
    table._dialect = dialect or options
    return table


def figures(parts: list[Part], began: float) -> Any:
    """Return what reading the files took, in all."""
    reports = zip(*(part.report for part in parts), strict=True)
    sizes, _, threads, times, counts = reports
    size = None if None in sizes else sum(sizes)
    summed = tuple(map(sum, zip(*times, strict=True)))
    counted = tuple(map(sum, zip(*counts, strict=True)))
    return size, perf_counter() - began, max(threads), summed, counted


# ---- Which files -----------------------------------------------------------


def found_paths(source: Any, is_pattern: bool) -> list[str]:
    """Return the paths that a source names; those of a pattern are sorted."""
    given = [source] if is_path(source) else source
    if not isinstance(given, (list, tuple)):
        raise TypeError(
            "glob, filename_column and union_by_name are for a path or a list of them, "
            f"got {type(source).__name__}"
        )
    for item in given:
        if not is_path(item):
            raise TypeError(f"a list of paths must hold paths, got {item!r:.60}")
    paths = [os.fsdecode(os.fspath(path)) for path in given]
    if not paths:
        raise ValueError("the list of paths is empty, so there is nothing to read")
    return matched(paths) if is_pattern else paths


def matched(patterns: list[str]) -> list[str]:
    """Return the files that patterns match, each once."""
    found: dict[str, None] = {}
    for pattern in patterns:
        paths = sorted(glob.glob(pattern, recursive=True))
        files = [path for path in paths if not os.path.isdir(path)]
        if not files:
            raise FileNotFoundError(ENOENT, "no file matches this pattern", pattern)
        found.update(dict.fromkeys(files))
    return list(found)


# ---- Reading each ----------------------------------------------------------


def read_parts(
    paths: list[str], options: CsvOptions, check: Callable[[str], None] | None
) -> tuple[Plan, list[Part]]:
    """Read the files one by one, until there are as many rows as wanted.

    All but the first one are checked before.
    """
    plan: Plan | None = None
    first: tuple[str, ...] = ()
    if options.union_by_name:
        if check is not None:
            for path in paths[1:]:
                check(path)
            check = None
        headers = [names_in(path, options) for path in paths]
        plan = make_plan(options, tuple(dict.fromkeys(n for h in headers for n in h)))

    def planned(names: tuple[str, ...]) -> Plan:
        nonlocal plan, first
        if plan is None:
            plan, first = make_plan(options, names), names
        if options.union_by_name:
            return as_in_file(plan, headers, names)
        if names != first:
            raise other_names(names, first, paths[0])
        return plan

    parts: list[Part] = []
    left = options.nrows
    for path in paths:
        if parts and left == 0:
            break
        if parts and check is not None:
            check(path)
        rejected = sum(part.report[4][0] for part in parts)
        parts.append(read_part(path, options.with_nrows(left), planned, rejected))
        if left is not None:
            left -= parts[-1].num_rows
    assert plan is not None
    return plan, parts


def names_in(path: str, options: CsvOptions) -> tuple[str, ...]:
    """Return the names of the columns of a file."""
    found: list[tuple[str, ...]] = []

    def noted(names: tuple[str, ...]) -> Plan:
        found.append(names)
        return NO_PLAN

    with open_source(path, form=content_form(options)) as source:
        read_table(source, options.with_nrows(0), planner=noted)
    return found[0]


def read_part(path: str, options: CsvOptions, planner: Any, rejected: int) -> Part:
    """Read one file as its own fields want it; the others have so many rejects."""
    made: list[Plan] = []
    shown: list[Shown] = []

    def planned(names: tuple[str, ...]) -> Plan:
        made.append(planner(names))
        return made[0]._replace(forms=tuple(map(plain_form, made[0].forms)))

    began = perf_counter()
    dirt = Dirt(tells=True, before=rejected)
    with open_source(path, form=content_form(options)) as source:
        table = read_table(source, options, began, planned, shown, dirt)
    plan = made[0]
    by_name = dict(zip(plan.names, shown, strict=True))
    types = {
        name: column.type if column.has_values and form == plain_form(form) else ""
        for (name, column), form in zip(by_name.items(), plan.forms, strict=True)
    }
    columns = dict(table._columns)
    reasons = {name: column.field for name, column in columns.items()}
    return Part(
        path,
        options,
        plan,
        table.num_rows,
        columns,
        by_name,
        types,
        table._report,
        reasons,
        table._rejects,
        Dirt(again=True, left_out=dirt.left_out),
    )


def plain_form(form: Form) -> Form:
    """Return a form that takes every value: NaN comes when the type is known.

    And so do functions, which get the cells of all files.
    """
    if form.converter is not None:
        return form._replace(converter=None)
    is_nan = form.missing == "nan" and form.dtype is None
    return form._replace(missing="auto") if is_nan else form


def as_in_file(
    plan: Plan, headers: list[tuple[str, ...]], names: tuple[str, ...]
) -> Plan:
    """Return the plan for a file that has some of the columns, in another order."""
    at = {name: place for place, name in enumerate(names)}
    if any(name not in plan.names and name not in united(headers) for name in names):
        raise CsvSchemaError("the header was changed while the files were read")
    return only(plan, {name: at[name] for name in plan.names if name in at})


def united(headers: list[tuple[str, ...]]) -> set[str]:
    return {name for names in headers for name in names}


def only(plan: Plan, places: dict[str, int]) -> Plan:
    """Return the plan for some columns, found at these places."""
    kept = [number for number, name in enumerate(plan.names) if name in places]
    return Plan(
        tuple(plan.names[k] for k in kept),
        tuple((places[plan.names[k]], *plan.requests[k][1:]) for k in kept),
        plan.rules,
        tuple(plan.forms[k] for k in kept),
    )


def other_names(
    names: tuple[str, ...], first: tuple[str, ...], path: str
) -> CsvSchemaError:
    """Return the error of a file whose columns are not those of the first one."""
    lost = [name for name in first if name not in names]
    more = [name for name in names if name not in first]
    what = [f"no {name!r}" for name in lost[:3]] + [
        f"{name!r} too" for name in more[:3]
    ]
    told = f"has {', '.join(what)}" if what else "has them in another order"
    return CsvSchemaError(
        f"the columns are not those of {path!r}: this file {told}",
        code="NX504",
        hint="union_by_name=True, which takes columns by their names",
    )


# ---- One type for all ------------------------------------------------------


def settle_types(plan: Plan, parts: list[Part]) -> None:
    """Read columns again where a file alone shows another type than all files do."""
    wanted = {
        name: joint_type([p.shown[name] for p in parts if name in p.shown])
        for name, form in zip(plan.names, plan.forms, strict=True)
        if form.dtype is None
    }
    while True:
        try:
            for part in parts:
                read_again(part, wanted)
            return
        except CsvValueError as error:
            # A number or a time that the joint type does not hold, as it turns out.
            misfit = error.code in ("NX601", "NX602") and error.column in wanted
            if not misfit or wanted[str(error.column)] == "string":
                raise
            wanted[str(error.column)] = "string"


def joint_type(shown: list[Shown]) -> str:
    """Return the least type that may hold what several files show.

    Integers may not fit, and times may be beyond nanoseconds: that is told by reading
    them as this type, and makes a string. Text that is all numbers, integers with
    leading zeros for example, is float64 beside decimals: that is tried as well.
    """
    firm = [column for column in shown if column.has_values]
    types = {column.type for column in firm}
    if not firm:
        return ""
    if len({column.zoned for column in firm if column.type in TIMES}) > 1:
        return "string"
    if len(types) == 1:
        return types.pop()
    if types <= set(TIMES):
        return max(types, key=TIMES.index)
    if types == {"int64", "uint64"}:
        return "uint64"
    if "float64" in types and types <= {"int64", "uint64", "float64", "string"}:
        return "float64"
    return "string"


def read_again(part: Part, wanted: dict[str, str]) -> None:
    """Read the columns of a file that are of another type than wanted."""
    plan = part.plan
    places: dict[str, int] = {}
    requests = []
    for name, (at, _, limit, rule) in zip(plan.names, plan.requests, strict=True):
        target = wanted.get(name, "")
        if target and part.types[name] != target and part.num_rows > 0:
            places[name] = at
            requests.append((at, target, limit, rule))
    if not places:
        return
    again = only(plan, places)._replace(requests=tuple(requests))
    with open_source(part.path, form=content_form(part.options)) as source:
        table = read_table(
            source, part.options, planner=lambda _: again, dirt=part.dirt
        )
    if table.num_rows != part.num_rows:
        raise was_changed(part.path)
    for name, column in table._columns.items():
        part.columns[name] = column
        part.types[name] = wanted[name]


# ---- One column of all -----------------------------------------------------


def one_column(name: str, form: Form, parts: list[Part]) -> Column:
    """Return a column of all files, one below the other."""
    columns = [
        named(part.columns[name], part, parts, name, form)
        if name in part.columns
        else nowhere(name, form, part)
        for part in parts
    ]
    if not any(part.num_rows for part in parts) and form.dtype is None:
        if is_category(form):
            return columns[0]
        empty = np.empty(0, dtype=string_dtype(form))
        missing = "masked" if form.missing == "masked" else "auto"
        return Column.of_values(name, empty, None, "no data rows", missing=missing)
    if len(columns) == 1:
        return columns[0]
    floats = {column.array().dtype.kind == "f" for column in columns if column.length}
    if form.missing == "nan" and floats == {True, False}:
        columns = [
            as_floats(column, part.path)
            for column, part in zip(columns, parts, strict=True)
        ]
    return joined_columns(name, columns)


def named(
    column: Column, part: Part, parts: list[Part], name: str, form: Form
) -> Column:
    """Return a column whose reason names the file that settled the dtype."""
    if form.dtype is not None or not part.types[name]:
        return column
    for other in parts:
        shown = other.shown.get(name)
        if shown is not None and shown.has_values and shown.type == part.types[name]:
            first = other
            break
    else:
        reason = " and ".join(kinds_of(name, parts))
        column._field = replace(column.field, reason=reason, widened=True)
        return column
    field = first.reasons[name]
    is_first = first is parts[0]
    column._field = replace(
        column.field,
        reason=f"{first.path}: {field.reason}" if len(parts) > 1 else field.reason,
        widened=field.widened or not is_first,
        zone=field.zone,
    )
    return column


def kinds_of(name: str, parts: list[Part]) -> list[str]:
    """Return which types a column shows, each with the first file that shows it."""
    kinds: dict[str, str] = {}
    for part in parts:
        shown = part.shown.get(name)
        if shown is not None and shown.has_values:
            kinds.setdefault(shown.type, part.path)
    return [f"{path} has {kind}" for kind, path in kinds.items()]


def nowhere(name: str, form: Form, part: Part) -> Column:
    """Return the cells of a file that does not have a column: all are missing."""
    if form.missing == "raise":
        raise CsvSchemaError(
            f"the file has no column {name!r}, and no cell of it may be missing",
            code="NX504",
            path=part.path,
            hint=f"missing={{{name!r}: 'auto'}}",
        )
    if form.converter is not None:
        return given_column(name, np.zeros(part.num_rows, dtype=STRING), False)
    if part.num_rows == 0:
        return Column.of_values(name, np.empty(0, dtype=STRING), None, "no data rows")
    empty = np.full(part.num_rows, np.nan)
    mask = np.ones(part.num_rows, dtype=np.bool_)
    return Column.of_values(name, empty, mask, "no values")


def as_floats(column: Column, path: str) -> Column:
    """Return integers and bools as floats with NaN, as some of them are missing."""
    mask = column.mask
    if mask is None:
        mask = np.zeros(column.length, dtype=np.bool_)
    try:
        floats = with_nan(column.values(), mask)
    except CsvValueError as error:
        error.path, error.column = path, column.name
        error.hint = f"missing={{{column.name!r}: 'auto'}}"
        raise
    field = column.field
    return Column.of_values(
        column.name, floats, column.mask, field.reason, None, "auto", field.widened
    )


def path_column(name: str, parts: list[Part]) -> Column:
    """Return the column of the paths."""
    paths = np.array([part.path for part in parts], dtype=STRING)
    values = np.repeat(paths, [part.num_rows for part in parts])
    return Column.of_values(name, values, None, "the path of the file")
