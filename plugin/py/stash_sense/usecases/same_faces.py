"""Decisions follow a face from one model pack to another.

Their templates cannot be compared with vectors of another pack. But both packs have looked at the same instants of the same file, so the track that
a decision was about is the new one whose faces stand in the same places.
"""

from __future__ import annotations

from collections.abc import Sequence

from stash_sense.core.codec import to_blob
from stash_sense.core.records import FaceRecord, MediaKind
from stash_sense.core.values import Box, EmbeddingSpace, Track
from stash_sense.usecases.stores import Stores

SAME_PLACE = 0.3  # least intersection over union: detectors draw the same face with somewhat different boxes


def carry_over(stores: Stores, kind: MediaKind, stash_id: str, tracks: Sequence[Track], space: EmbeddingSpace) -> None:
    """Gives standing decisions on a scene or image, last analysed with another pack, the template of the new track they are about.

    To be called before the new analysis replaces the old one.
    """
    media = stores.media.get(kind, stash_id)
    if media is None or (media.pack, media.revision) == (space.pack, space.revision):
        return
    foreign = [
        decision
        for decision in stores.decisions.standing(kind, stash_id)
        if decision.template is not None and (decision.pack, decision.revision) != (space.pack, space.revision)
    ]
    if not foreign:
        return
    kept = {track.id: track.kept for track in stores.media.tracks(media.id, with_faces=True)}
    with stores.transaction():
        for decision in foreign:
            track = _same(kept.get(decision.track_id or 0, ()), tracks)
            if track is not None:
                stores.decisions.put_template(
                    decision.id, to_blob(track.template), pack=space.pack, revision=space.revision
                )


def _same(faces: Sequence[FaceRecord], tracks: Sequence[Track]) -> Track | None:
    """The track with the most of these faces; None if none has one."""
    counts = [
        sum(any(_alike(old, new.frame, new.detection.box) for new in track.faces) for old in faces) for track in tracks
    ]
    best = max(counts, default=0)
    return tracks[counts.index(best)] if best else None


def _alike(old: FaceRecord, frame: int, box: Box) -> bool:
    """Whether a stored face stands where `box` does in frame number `frame`."""
    left, top, right, bottom = old.box
    across = min(right, box.right) - max(left, box.left)
    down = min(bottom, box.bottom) - max(top, box.top)
    if old.frame != frame or across <= 0 or down <= 0:
        return False
    both = (right - left) * (bottom - top) + box.width * box.height - across * down
    return across * down >= SAME_PLACE * both
