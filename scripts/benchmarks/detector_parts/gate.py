"""What the product makes of a face: of pictures shown for a while as a video would, how many boxes, tracks, and what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from calibration.simulate import ExactGallery
from stash_sense.adapters.models.encoder import PackEncoder
from stash_sense.adapters.models.packs import load_pack
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules, make_tracks
from stash_sense.core.matching.evidence import decide
from stash_sense.core.matching.probe import probe_of
from stash_sense.core.values import Decision, Face, Frame, Image, Track
from stash_sense.settings import effective
from stash_sense.usecases.matching import policy_of, score_all

SHOWN = 3  # frames of each picture, while the camera moves a little
STEP_S = 10.0


@dataclass(frozen=True, slots=True)
class Gate:
    """Clustering and decision as a task does them, against a gallery."""

    encoder: PackEncoder
    gallery: ExactGallery
    rules: ClusterRules
    calibration: Calibration

    def decided(self, faces: Sequence[Face]) -> list[tuple[Track, Decision]]:
        """Who the faces of one scene are."""
        tracks = make_tracks(faces, self.rules, step_s=STEP_S)
        probes = [probe_of(track) for track in tracks]
        if not probes:
            return []
        scores = score_all([probe.views for probe in probes], self.gallery, self.calibration.scoring)
        outcome = decide(probes, scores, policy=policy_of(effective({})), calibration=self.calibration)
        return list(zip(tracks, outcome.decisions, strict=True))

    def faces(self, frames: Iterable[Frame]) -> list[Face]:
        scene = self.encoder.for_scene()
        return [face for frame in frames for face in scene.encode(frame, scene.detect(frame.image))]


def open_gate(pack: Path, encoder: PackEncoder, gallery: ExactGallery) -> Gate:
    loaded = load_pack(pack)
    return Gate(encoder, gallery, ClusterRules.from_pack(loaded.clustering), Calibration.from_pack(loaded.calibration))


def panned(image: Image) -> list[Frame]:
    """The picture as a moving camera shows it: shifted, a little closer each time, compressed."""
    frames = []
    for number in range(SHOWN):
        closer = 1 + 0.02 * number
        move = np.array([[closer, 0, 7.0 * number], [0, closer, -4.0 * number]])
        moved = cv2.warpAffine(image, move, (image.shape[1], image.shape[0]), borderMode=cv2.BORDER_REPLICATE)
        _, data = cv2.imencode(".jpg", moved[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
        back = np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])
        frames.append(Frame(back, number, STEP_S * number))
    return frames


def false_faces(pictures: Iterable[tuple[str, Image]], gate: Gate) -> tuple[dict[str, dict[str, Any]], list[Face]]:
    """By kind of picture: boxes, of those fit for matching, tracks, and the tracks' verdicts; and the finds, to be looked at."""
    counts: dict[str, Counter[str]] = {}
    seen: list[Face] = []
    for name, image in pictures:
        count = counts.setdefault(name, Counter())
        faces = gate.faces(panned(image))
        seen += [face for face in faces if face.frame == 0]
        count["pictures"] += 1
        count["frames"] += SHOWN
        count["boxes"] += len(faces)
        count["sure"] += sum(face.detection.confidence >= gate.calibration.bands.sure_face for face in faces)
        count["usable"] += sum(face.quality.total > 0 for face in faces)
        for _, decision in gate.decided(faces):
            count["tracks"] += 1
            count[decision.verdict] += 1
            if decision.verdict == "insufficient":
                count[decision.why] += 1
    return {name: dict(count) for name, count in counts.items()}, seen


def sheet(faces: Sequence[Face], target: Path, *, across: int = 12) -> None:
    """The finds side by side with their confidence and quality, for the eye."""
    cells = []
    for face in faces:
        cell = cv2.resize(cv2.imdecode(np.frombuffer(face.crop, np.uint8), cv2.IMREAD_COLOR), (120, 120))
        words = f"{face.detection.confidence:.2f} q{face.quality.total:.2f}"
        cv2.putText(cell, words, (3, 115), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
        cells.append(cell)
    while not cells or len(cells) % across:
        cells.append(np.zeros((120, 120, 3), np.uint8))
    rows = [np.hstack(cells[start : start + across]) for start in range(0, len(cells), across)]
    cv2.imwrite(str(target), np.vstack(rows))
