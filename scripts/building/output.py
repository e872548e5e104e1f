"""What scripts/build-gallery shows and writes: a bar or lines, a status, a plan, the JSON file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from stash_sense.core.catalogue.records import Plan, SourceStatus
from stash_sense.core.catalogue.values import Statement
from stash_sense.errors import RequestError
from stash_sense.usecases.build_gallery import FoundIds
from stash_sense.usecases.build_report import lasting, stated

WIDTH = 30
BAR_EVERY_S, LINE_EVERY_S = 0.2, 15.0


@dataclass(slots=True)
class Bar:
    """A usecases.ports.Progress: a bar that is drawn over itself on a terminal, a line now and then elsewhere."""

    out: TextIO
    clock: Callable[[], float] = time.monotonic
    _next: float = 0.0
    _drawn: bool = False

    def __call__(self, done: float, total: float) -> None:
        terminal = self.out.isatty()
        if self.clock() < self._next and done < total:
            return
        self._next = self.clock() + (BAR_EVERY_S if terminal else LINE_EVERY_S)
        share = min(done / total, 1.0) if total else 0.0
        text = f"{share:4.0%}  {done:,.0f} of {total:,.0f}"
        if terminal:
            filled = round(share * WIDTH)
            print(f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {text}\x1b[K", end="", file=self.out, flush=True)
            self._drawn = True
        else:
            print(text, file=self.out, flush=True)

    def close(self) -> None:
        if self._drawn:
            print(file=self.out)
            self._drawn = False


def plan_lines(plan: Plan) -> list[str]:
    lines = [
        f"{one.endpoint}: {one.people:,} people, {one.requests:,} requests, {one.images:,} pictures, "
        f"{one.gigabytes:.1f} GB, {lasting(one.hours)}"
        for one in plan.sources
    ]
    total = f"Together {plan.requests:,} requests, {plan.images:,} pictures, {plan.gigabytes:.1f} GB to download, {lasting(plan.hours)}."
    return [*lines, total]


def status_lines(status: Sequence[SourceStatus]) -> list[str]:
    if not status:
        return ["Nothing has been built here yet."]
    lines = []
    for one in status:
        source = one.source
        swept = stated(source.statement) if source.statement else "nobody has looked for everybody"
        lines += [
            f"{source.name} ({source.endpoint})",
            f"  everybody: {swept}",
            f"  {one.people:,} people read ({one.waiting_people:,} wait), {one.retired:,} merged or deleted, "
            f"{one.with_faces:,} known by {one.faces:,} faces",
            f"  {one.images:,} pictures read, {one.waiting_images:,} not read, {one.errors:,} errors",
        ]
        if one.rejected:
            lines.append(
                "  not used: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(one.rejected.items()))
            )
        lines.append(f"  {one.next_step}")
    return lines


def found_body(found: Sequence[FoundIds]) -> dict[str, Any]:
    """{"complete", "count", "ids", "sources"}: ids of all sources together, in order."""
    ids = sorted({box_id for one in found for box_id in one.box_ids})
    return {
        "complete": all(one.statement is None or one.statement.complete for one in found),
        "count": len(ids),
        "ids": ids,
        "sources": [
            {"endpoint": one.endpoint, "count": len(one.box_ids), "statement": _statement(one.statement)}
            for one in found
        ],
    }


def status_body(status: Sequence[SourceStatus], ids: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The same after a build, with what became of everybody."""
    found = [
        FoundIds(
            one.source.endpoint,
            one.source.statement if one.source.scope == "all" else None,
            tuple(ids.get(one.source.endpoint, ())),
        )
        for one in status
    ]
    body = found_body(found)
    body["complete"] &= all(one.source.message is None and one.source.begun_at is None for one in status)
    for source, one in zip(body["sources"], status, strict=True):
        source |= {key: value for key, value in asdict(one).items() if key not in {"source", "next_step"}}
        source |= {"built_at": one.source.built_at, "scope": one.source.scope, "message": one.source.message}
    return body


def _statement(statement: Statement | None) -> dict[str, Any] | None:
    return None if statement is None else asdict(statement)


def write_json(path: Path, body: Mapping[str, Any]) -> None:
    """Whole or not at all. Raises RequestError if it cannot be written."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", "utf-8")
        beside.replace(path)
    except OSError as err:
        raise RequestError(f"{path} cannot be written ({err.strerror}): name another file with --json.") from err
