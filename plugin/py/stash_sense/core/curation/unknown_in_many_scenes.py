"""Rule: somebody without a name is in many scenes."""

from __future__ import annotations

from collections.abc import Iterable

from stash_sense.core.curation.values import Finding, Subject
from stash_sense.core.unknown_records import UnknownGroup

RULE = "unknown_in_many_scenes"
LEAST = 3  # scenes and images together from which somebody is worth a name
PURITY = 0.98  # that the faces of a group are one person's: what its bound was chosen for (docs/calibration.md)


def unknown_in_many_scenes(groups: Iterable[UnknownGroup]) -> list[Finding]:
    """groups: open ones. confidence: that it is one person."""
    return [_finding(group) for group in groups if group.scenes + group.images >= LEAST]


def _finding(group: UnknownGroup) -> Finding:
    where = _places(group)
    return Finding(
        rule=RULE,
        subjects=(Subject("unknown", str(group.id), "Unknown person"),),
        confidence=PURITY,
        title=f"Somebody without a name is in {where}",
        why=f"{group.faces:,} good faces in {where} are one person whom nobody has named yet.",
        evidence={
            "group_id": str(group.id),
            "scenes": group.scenes,
            "images": group.images,
            "tracks": group.tracks,
            "faces": group.faces,
        },
        actions=("name",),
        weight=float(group.scenes + group.images),
    )


def _places(group: UnknownGroup) -> str:
    counted = [(group.scenes, "scene"), (group.images, "picture")]
    return " and ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counted if count)
