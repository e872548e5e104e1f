"""Rule: a performer's stash id leads to somebody whom the stash-box has merged or deleted."""

from __future__ import annotations

from dataclasses import dataclass

from stash_sense.core.curation.values import Finding, Subject

RULE = "outdated_stash_id"


@dataclass(frozen=True, slots=True)
class Outdated:
    """A stash id that leads nowhere. new_stash_id, new_name: of whom it was merged into; None: deleted."""

    performer_id: str
    name: str
    endpoint: str
    stash_id: str
    new_stash_id: str | None = None
    new_name: str | None = None

    @property
    def became(self) -> str:
        return "merged" if self.new_stash_id else "deleted"


def outdated_stash_id(found: Outdated) -> Finding:
    """confidence: 1, the box says so itself."""
    host = found.endpoint.partition("://")[2].partition("/")[0] or found.endpoint
    merged = f"was merged into {found.new_name}" if found.new_name else "was deleted"
    return Finding(
        rule=RULE,
        subjects=(Subject("performer", found.performer_id, found.name),),
        confidence=1.0,
        title=f"A stash id of {found.name} is out of date",
        why=f"The person behind it {merged} on {host}.",
        evidence={
            "performer_id": found.performer_id,
            "name": found.name,
            "endpoint": found.endpoint,
            "stash_id": found.stash_id,
            "became": found.became,
            "new_stash_id": found.new_stash_id,
            "new_name": found.new_name,
        },
        actions=("replace_stash_id",) if found.new_stash_id else ("remove_stash_id",),
        detail=f"{found.endpoint} {found.stash_id}",
    )
