"""New data for a page that shows a table: the same code, if the table has the same shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import Spec
from mailbot.build.scaffold_table import DATA_FILE, Table, columns_of, read, skipped
from mailbot.domain.project import Path, Tree


@dataclass(frozen=True, kw_only=True)
class State:
    """A project that is about to be changed."""

    spec: Spec
    table: Table | None = None
    said: str = ""  #: of fresh data


def kept(spec: Spec, files: Tree) -> Table | None:
    """The table that a project shows, as it was kept."""
    stored = files.get(Path(DATA_FILE))
    if spec.template != "viewer" or stored is None:
        return None
    found = read(spec.setting("file"), stored.decode("utf-8", "replace"))
    sources = {one.source for one in spec.columns}
    return found if found and sources <= set(found.columns) else None


def refreshed(spec: Spec, before: Table | None, came: Table | str) -> State | str:
    """The same page with new data; in words why not, where the table has another shape."""
    if isinstance(came, str):
        return f"I kept the data as it was: {came}."
    wanted = [one.source for one in spec.columns]
    lacking = [name for name in wanted if name not in came.columns]
    more = [name for name in came.columns if name not in wanted]
    if lacking or more:
        parts = [f"it lacks {', '.join(lacking)}"] if lacking else []
        parts += [f"{', '.join(more)} is new"] if more else []
        return (
            f"{came.name} has other columns than this page: {'; '.join(parts)}. Send it with the columns "
            f"{', '.join(wanted)}, or mail it as a new request"
        )
    kinds = {one.source: one for one in columns_of(came)}
    wrong = [one.label for one in spec.columns if one.kind == "number" and kinds[one.source].kind != "number"]
    if wrong and came.rows:
        return f"in {came.name}, {', '.join(wrong)} holds no numbers any more, so the total would be wrong; please look"
    columns = tuple(replace(one, comma=kinds[one.source].comma) for one in spec.columns)
    spec = replace(spec, columns=columns).with_setting("file", came.name)
    count = len(before.rows) if before else 0
    new = "the same page with the new data of %s: %s rows (was %s)"
    said = phrase(spec.language, new, came.name, len(came.rows), count)
    return State(spec=spec, table=came, said=said)


def left_out(spec: Spec, table: Table | None) -> tuple[str, ...]:
    """What of a table is not added up, because it is no number."""
    if table is None or spec.template != "viewer":
        return ()
    counts = [(one.label, skipped(table, one)) for one in spec.columns if one.total]
    return tuple(f"{count} cells of {label} are no numbers and are not added up" for label, count in counts if count)
