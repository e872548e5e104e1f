"""Whose faces are drawn: photos of LFW with the width of the face in them, in halves that share nobody; or, without LFW, our test photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from calibration.dataset import part_of
from calibration.faces import middle, people_of
from scripts.benchmarks.accuracy_parts.plan import Portrait
from scripts.benchmarks.detector_parts.turn import turned
from stash_sense.adapters.models.encoder import PackEncoder
from stash_sense.core.values import Image
from stash_sense.core.vision import imaging

EDGE, FACE_PX = 250, 90.0  # of the photos made out of tests/data/photos, as LFW's are


@dataclass(frozen=True, slots=True)
class People:
    """fit: on whom settings are chosen; report: on whom figures are stated. One photo each."""

    fit: tuple[Portrait, ...]
    report: tuple[Portrait, ...]


def of_lfw(folder: Path, encoder: PackEncoder, count: int) -> People:
    """`count` people a half, the first in the fixed random order of scripts/calibrate; whoever has a photo, whether or not the detector finds a face in it."""
    chosen: dict[str, list[tuple[str, Path]]] = {"fit": [], "report": []}
    for photos in people_of(folder):
        half = chosen.get(part_of(photos.name))
        if half is not None and len(half) < count:
            half.append((photos.name, photos.paths[0]))
    return People(_measured(chosen["fit"], encoder), _measured(chosen["report"], encoder))


def of_test_photos(folder: Path, made: Path, encoder: PackEncoder) -> People:
    """A few heads, mirrored for the other half: shows that it runs, proves nothing. made: where the photos go."""
    made.mkdir(parents=True, exist_ok=True)
    halves: dict[str, list[Portrait]] = {"fit": [], "report": []}
    for path in sorted(folder.glob("*.jpg")):
        image = imaging.decode(path.read_bytes())
        box = max(encoder.detect(image, thorough=True), key=lambda one: one.box.width).box
        scale = FACE_PX / box.width
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        move = np.array([[scale, 0, EDGE / 2 - scale * x], [0, scale, EDGE / 2 - scale * y]])
        head = cv2.warpAffine(image, move, (EDGE, EDGE), flags=cv2.INTER_AREA)[..., ::-1]
        for half, picture in (("report", head), ("fit", head[:, ::-1])):
            target = made / f"{half}-{path.stem}.png"
            cv2.imwrite(str(target), np.ascontiguousarray(picture))
            halves[half].append(Portrait(target.stem, target, FACE_PX))
    return People(tuple(halves["fit"]), tuple(halves["report"]))


def turn_heads(people: Sequence[Portrait], degrees: float, made: Path) -> list[Portrait]:
    """The same people with their heads turned, every second to the other side; photos once made stay in `made`."""
    made.mkdir(parents=True, exist_ok=True)
    found = []
    for index, one in enumerate(people):
        side = degrees if index % 2 else -degrees
        target = made / f"{one.path.stem}-{side:+.0f}.png"
        if not target.exists():
            cv2.imwrite(str(target), turned(cv2.imread(str(one.path)), one.face_px, side))
        found.append(replace(one, path=target))
    return found


def photo(path: Path) -> Image:
    return imaging.decode(path.read_bytes())


def _measured(chosen: Sequence[tuple[str, Path]], encoder: PackEncoder) -> tuple[Portrait, ...]:
    """With the width of each face; where none is found the median of the others', since LFW brings all faces to one size."""
    widths: list[float | None] = []
    for _, path in chosen:
        image = photo(path)
        face = middle(encoder.detect(image, thorough=True), image.shape[1], image.shape[0])
        widths.append(None if face is None else face.box.width)
    usual = float(np.median([width for width in widths if width is not None]))
    return tuple(Portrait(name, path, width or usual) for (name, path), width in zip(chosen, widths, strict=True))
