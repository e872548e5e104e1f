"""Whom a still picture is of, and who just stands in the background."""

from __future__ import annotations

from collections.abc import Sequence

from stash_sense.core.values import Box, Detection

BACKGROUND = 1 / 3  # a face below this share of the largest one's size is background, not a second person
CUT_OFF = 0.2  # so is one of which the picture's edge takes away more than this share of its width or height


def prominent(detections: Sequence[Detection], *, width: int, height: int, sure_face: float) -> list[Detection]:
    """The largest face and whoever else the picture is of; not small, doubtful or cut-off faces in the background.

    width, height: of the picture. sure_face: how sure the detector has to be of a second face.
    """
    ranked = sorted(detections, key=lambda one: min(one.box.width, one.box.height), reverse=True)
    return ranked[:1] + [
        one
        for one in ranked[1:]
        if min(one.box.width, one.box.height) >= BACKGROUND * min(ranked[0].box.width, ranked[0].box.height)
        and one.confidence >= sure_face
        and _cut_off(one.box, width, height) <= CUT_OFF
    ]


def _cut_off(box: Box, width: int, height: int) -> float:
    """Share of the box's width or height, whichever is more, that lies outside the picture."""
    across = max(0.0, -box.left) + max(0.0, box.right - width)
    down = max(0.0, -box.top) + max(0.0, box.bottom - height)
    return max(across / max(box.width, 1e-6), down / max(box.height, 1e-6))
