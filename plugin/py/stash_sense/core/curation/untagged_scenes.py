"""Rule: a scene has neither performers nor tags."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from stash_sense.core.curation.snapshots import MediaFacts
from stash_sense.core.curation.values import Finding, Subject

RULE = "untagged_scenes"


def untagged_scenes(
    scenes: Iterable[MediaFacts], *, performers: Collection[str], tags: Collection[str], analysed: Collection[str]
) -> Iterator[Finding]:
    """performers, tags: ids that exist; tags without our own, which say nothing about a scene. analysed: scenes in which a person was seen.

    confidence: 1, this is a fact. Scenes in which somebody was seen come first.
    """
    for scene in scenes:
        if any(one in performers for one in scene.performers) or any(one in tags for one in scene.tags):
            continue
        seen = scene.id in analysed
        more = " People were seen in it." if seen else ""
        yield Finding(
            rule=RULE,
            subjects=(Subject("scene", scene.id, scene.title),),
            confidence=1.0,
            title=f"“{scene.title}” has neither performers nor tags",
            why=f"Nothing says who or what is in it.{more}",
            evidence={"scene_id": scene.id, "people_seen": seen},
            actions=("edit_scene",),
            weight=float(seen),
        )
