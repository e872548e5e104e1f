"""LFW photos → vectors of the pack, clean and degraded; resumable, one file of rows per block of people."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from calibration.degrade import degrade, jitter, random_condition
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.core import vision
from stash_sense.core.values import Detection, Face, Frame
from stash_sense.usecases.ports import FaceEncoder

LEFT_OUT = Path(__file__).with_name("left_out.txt")
VISION = Path(vision.__file__).parent
MIN_FACE_PX = 20  # below every condition, so that the calibration sees what a user who lowers min_face_px sees
MOST_PHOTOS = 8  # of one person; the many photos of one president would otherwise outweigh everybody
PARTS = ("size", "sharpness", "pose", "confidence", "exposure", "mirror")
FITTED = {"revision", "bias", "clustering", "admission", "calibration"}  # what rows do not depend on
BLOCK = 20  # people per file: at most so much work is lost when the run is stopped


@dataclass(frozen=True, slots=True)
class Photos:
    """One person's photos."""

    name: str
    paths: tuple[Path, ...]


def people_of(folder: Path) -> list[Photos]:
    """Everybody but those in left_out.txt: people with several photos first, each kind in a fixed random order."""
    left_out = {line for line in LEFT_OUT.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    found = []
    for person in folder.iterdir():
        if person.is_dir() and person.name not in left_out:
            paths = tuple(path for path in sorted(person.glob("*.jpg")) if path.stem not in left_out)
            if paths:
                found.append(Photos(person.name, paths[:MOST_PHOTOS]))
    return sorted(found, key=lambda photos: (len(photos.paths) == 1, _shuffle(photos.name)))


def extract(folder: Path, pack: Path, cache: Path, *, minutes: float) -> None:
    """Fills `cache` with what is missing, until done or the time is up."""
    end = time.monotonic() + minutes * 60
    encoder = open_encoder(pack, runtime=None, threads=1, min_face_px=MIN_FACE_PX).without_bias()
    everybody = people_of(folder)
    cache.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(everybody), BLOCK):
        target = cache / f"{start:05d}.npz"
        if target.exists():
            continue
        if time.monotonic() > end:
            print(f"stopped at person {start} of {len(everybody)}; run again to go on", file=sys.stderr)
            return
        rows = [row for photos in everybody[start : start + BLOCK] for row in _person_rows(photos, encoder)]
        _write(target, rows)
        print(f"{min(start + BLOCK, len(everybody))} of {len(everybody)} people", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    person: str
    photo: int
    variant: int  # 0: as it is; 1, 2: two scenes
    face: Face


def _person_rows(photos: Photos, encoder: FaceEncoder) -> list[_Row]:
    rng = np.random.default_rng(_shuffle(photos.name))
    scenes = [random_condition(rng) for _ in range(2 if len(photos.paths) > 1 else 1)]
    rows = []
    for number, path in enumerate(photos.paths):
        image = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
        width, height = image.shape[1], image.shape[0]
        face = middle(encoder.detect(image), width, height) or middle(
            encoder.detect(image, thorough=True), width, height
        )
        if face is None:
            continue
        pictures = [(image, face), *(degrade(image, face, jitter(scene, rng), rng) for scene in scenes)]
        for variant, (picture, detection) in enumerate(pictures):
            rows += [
                _Row(photos.name, number, variant, found)
                for found in encoder.encode(Frame(picture, 0, kind="picture"), [detection])
            ]
    return rows


def middle(detections: list[Detection], width: int, height: int) -> Detection | None:
    """LFW centres the person meant; others in the picture are somebody else."""

    def away(detection: Detection) -> float:
        box = detection.box
        return float(np.hypot((box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2))

    best = min(detections, key=away, default=None)
    return best if best is not None and away(best) < width / 5 else None


def _write(target: Path, rows: list[_Row]) -> None:
    scratch = target.with_suffix(".part")
    with scratch.open("wb") as file:
        np.savez(
            file,
            person=np.array([row.person for row in rows], dtype=str),
            photo=np.array([row.photo for row in rows], dtype=np.int16),
            variant=np.array([row.variant for row in rows], dtype=np.int8),
            vector=np.array([row.face.vector for row in rows], dtype=np.float16),
            size=np.array([row.face.size_px for row in rows], dtype=np.float32),
            quality=np.array([row.face.quality.total for row in rows], dtype=np.float32),
            parts=np.array([[getattr(row.face.quality, part) for part in PARTS] for row in rows], dtype=np.float32),
        )
    scratch.replace(target)


def cache_key(pack: Path) -> str:
    """Changes with everything that shapes a row, whose vector has its bias still: the models, the vision code, the ways to make a photo worse."""
    body = json.loads((pack / "pack.json").read_text("utf-8"))
    shaping = {key: value for key, value in body.items() if key not in FITTED}
    digest = hashlib.sha256(json.dumps(shaping, sort_keys=True).encode())
    for path in [*sorted(set(VISION.glob("*.py")) - {VISION / "bias.py"}), Path(__file__).with_name("degrade.py")]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _shuffle(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")
