"""The evidence in plain words, for the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from stash_sense.core.matching.calibrate import Bands
from stash_sense.core.matching.probe import Probe
from stash_sense.core.values import Candidate, Face

Obstacle = Literal["empty gallery", "all rejected", "given away"]

# What a low part of the quality looks like: (adjective for one picture, words for several faces).
LACKING = {
    "size": ("small", "small faces"),
    "sharpness": ("blurred", "blurred faces"),
    "pose": ("turned", "faces turned away"),
    "confidence": ("unclear", "faces hard to make out"),
    "exposure": ("badly lit", "dark or glaring faces"),
    "mirror": ("half hidden", "half hidden faces"),
}
STILL = ", as still as a picture on the wall"


def why_named(
    probe: Probe, candidate: Candidate, bands: Bands, *, prior: Literal["cast", "costar"] | None = None
) -> str:
    """E.g. "12 good faces in 9 frames, clear margin"."""
    parts = [_seen(probe, bands)]
    if candidate.margin >= bands.clear_margin:
        parts.append("clear margin")
    elif candidate.margin < bands.narrow_margin:
        parts.append("small margin")
    if candidate.references <= bands.few_references:
        parts.append(_references(candidate.references))
    if prior == "cast":
        parts.append("already on the scene")
    elif prior == "costar":
        parts.append("appears with others of this scene")
    return ", ".join(parts)


def why_unknown(probe: Probe, closest: Candidate | None, bands: Bands, obstacle: Obstacle | None) -> str:
    """E.g. "9 good faces in 7 frames, nobody with reference photos comes close"."""
    return f"{_seen(probe, bands)}, {_nobody(closest, bands, obstacle)}"


def why_insufficient(probe: Probe, min_face_px: float, bands: Bands) -> str:
    """E.g. "faces under 36 px", "seen in a single blurred frame", "perhaps no face at all"."""
    noun = "picture" if probe.kind == "picture" else "frame"
    if probe.size_px < min_face_px:
        return f"faces under {min_face_px:.0f} px"
    if probe.confidence < bands.sure_face:
        return "perhaps no face at all"
    adjective, words = LACKING[probe.weakest]
    if probe.frames == 1:
        return f"seen in a single {adjective} {noun}"
    if probe.weakest == "size":
        words = f"faces of only {probe.size_px:.0f} px"
    return f"{words} in {probe.frames} {noun}s"


def why_unusable(faces: Sequence[Face], min_face_px: float) -> str | None:
    """What the faces of quality 0 lacked, e.g. "5 faces under 36 px, 2 blurred"; None if there are none."""
    bad = [face for face in faces if face.quality.total <= 0]
    small = sum(face.size_px < min_face_px for face in bad)
    rest = [LACKING[face.quality.weakest()][0] for face in bad if face.size_px >= min_face_px]
    counts = [(f"under {min_face_px:.0f} px", small), *((word, rest.count(word)) for word in sorted(set(rest)))]
    words = [f"{count} {word}" for word, count in counts if count]
    if not words:
        return None
    number, rest_of_first = words[0].split(" ", 1)
    return ", ".join([f"{number} {_plural('face', int(number))} {rest_of_first}", *words[1:]])


def _nobody(closest: Candidate | None, bands: Bands, obstacle: Obstacle | None) -> str:
    if obstacle == "empty gallery":
        return "there are no reference photos yet"
    if obstacle == "all rejected":
        return "everybody who came close was ruled out by you"
    if obstacle == "given away":
        return "the closest person is seen more clearly elsewhere in it"
    if closest is None or closest.probability < bands.show_from:
        return "nobody with reference photos comes close"
    if closest.margin < bands.narrow_margin:
        return "nobody stands out clearly"
    if closest.references <= bands.few_references:
        return f"the closest person has {_references(closest.references)}"
    return "nobody is close enough"


def _seen(probe: Probe, bands: Bands) -> str:
    good = "good " if probe.quality >= bands.good_quality else ""
    noun = "picture" if probe.kind == "picture" else "frame"
    return f"{probe.faces} {good}{_plural('face', probe.faces)} in {probe.frames} {_plural(noun, probe.frames)}"


def _references(count: int) -> str:
    return "only one reference photo" if count == 1 else f"only {count} reference photos"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
