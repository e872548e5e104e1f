"""How far a build is, and what came of it in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stash_sense.core.catalogue.records import Plan, SourceStatus
from stash_sense.core.catalogue.values import Statement
from stash_sense.errors import StashSenseError
from stash_sense.usecases.reporting import counted


class Steps(Protocol):
    """usecases.reporting.Report fits."""

    failed: int
    done: int

    def expect(self, total: int) -> None: ...
    def step(self, *, failed: bool = False) -> None: ...
    def within(self, share: float) -> None: ...


@dataclass(slots=True)
class BuildReport:
    """Steps whose number becomes known on the way. failed: pictures that could not be read."""

    steps: Steps
    total: int = 0
    failed: int = 0

    def more(self, count: int) -> None:
        """So many further steps will come, at most."""
        self.total += count
        self.steps.expect(self.total)

    def settle(self, count: int) -> None:
        """So many further steps will come, now that it is known."""
        self.total = self.steps.done + count
        self.steps.expect(self.total)

    def step(self) -> None:
        self.steps.step()

    @property
    def done(self) -> int:
        return self.steps.done

    def sweeping(self, done: float, total: float) -> None:
        """How far the enumeration is; it counts as one step that is not finished."""
        self.steps.within(done / total if total else 0.0)


def summary(
    status: Sequence[SourceStatus], here: Collection[str], troubles: Mapping[str, StashSenseError], failed: int
) -> str:
    """The sentences for the user. here: endpoints of this build."""
    people = sum(one.with_faces for one in status)
    faces = sum(one.faces for one in status)
    parts = [
        f"The gallery from stash-boxes knows {counted(people, 'person', 'people')} by {counted(faces, 'face', 'faces')}."
    ]
    for one in status:
        if (trouble := troubles.get(one.source.endpoint)) is not None:
            parts.append(f"{one.source.name} could not be read to the end: {trouble}")
        elif one.source.endpoint in here and one.source.scope == "all" and one.source.statement is not None:
            parts.append(f"{one.source.name}: {stated(one.source.statement)}.")
    if failed:
        parts.append(f"{counted(failed, 'picture', 'pictures')} could not be read now: the next build tries again.")
    return " ".join(parts)


def stated(statement: Statement) -> str:
    """The statement in words: "complete, 20 of 20 at …", or how many are missing and where."""
    if statement.complete:
        return f"complete, {statement.found:,} of {statement.count:,} at {statement.at}"
    short = max(0, statement.count - statement.found)
    where = ", ".join(f"{part.missing:,} in {part.part}" for part in statement.short)
    missing = f"{short:,} short of {statement.count:,}" if short else f"{statement.found:,} found, not proved complete,"
    return f"{missing} at {statement.at}" + (f" ({where})" if where else "")


def planned(plan: Plan) -> str:
    """What a build would take, in a sentence or two."""
    people = sum(source.people for source in plan.sources)
    if not people:
        return "Nobody is left to be read."
    where = f" on {len(plan.sources)} stash-boxes" if len(plan.sources) > 1 else ""
    return (
        f"{counted(people, 'person', 'people')}{where}: at most {counted(plan.requests, 'request', 'requests')} and "
        f"{counted(plan.images, 'picture', 'pictures')}, {plan.gigabytes:.1f} GB to download, about {lasting(plan.hours)}."
    )


def lasting(hours: float) -> str:
    """ "12 minutes", "3.5 hours"."""
    return f"{hours:.1f} hours" if hours >= 1 else counted(max(1, round(hours * 60)), "minute", "minutes")
