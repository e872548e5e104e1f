from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stash_sense.core.vision import yunet
from stash_sense.core.vision.detect import DetectorSpec, decode

STRIDES = (8, 16, 32)
SPEC = DetectorSpec(input_px=64, strides=STRIDES, decoder=yunet.decode)


def nothing() -> dict[str, NDArray[np.float32]]:
    """Outputs without a face, by name, in the pack's order."""
    return {
        f"{kind}_{stride}": np.zeros((1, (64 // stride) ** 2, width), np.float32)
        for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in STRIDES
    }


def with_face(
    stride: int, row: int, column: int, *, box: list[float], points: list[float], sure: tuple[float, float]
) -> dict[str, NDArray[np.float32]]:
    out, at = nothing(), row * (64 // stride) + column
    out[f"cls_{stride}"][0, at], out[f"obj_{stride}"][0, at] = sure
    out[f"bbox_{stride}"][0, at], out[f"kps_{stride}"][0, at] = box, points
    return out


def test_a_face_stands_where_its_grid_point_and_offsets_say() -> None:
    out = with_face(
        16, 2, 1, box=[0.5, -0.25, np.log(2), np.log(3)], points=[0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1], sure=(0.81, 1.0)
    )
    raw = decode(list(out.values()), SPEC, least=0.5)
    x, y = (1 + 0.5) * 16, (2 - 0.25) * 16
    assert raw.boxes[0] == pytest.approx([x - 16, y - 24, x + 16, y + 24], abs=1e-4)
    assert raw.landmarks[0].tolist() == [[16, 32], [32, 32], [24, 40], [16, 48], [32, 48]]
    assert raw.confidence == pytest.approx([0.9])


def test_all_strides_are_read_and_the_surest_comes_first() -> None:
    out = nothing()
    for stride, sure in zip(STRIDES, (0.6, 0.9, 0.7), strict=True):
        out[f"cls_{stride}"][0, -1] = out[f"obj_{stride}"][0, -1] = sure
    raw = decode(list(out.values()), SPEC, least=0.5)
    assert raw.confidence == pytest.approx([0.9, 0.7, 0.6])
    assert raw.boxes.mean(axis=1).tolist() == [48, 32, 56], "the last point of each grid, and sides of one stride"


def test_both_probabilities_count_and_stay_within_0_and_1() -> None:
    unsure = with_face(8, 0, 0, box=[0] * 4, points=[0] * 10, sure=(1.0, 0.2))
    assert len(decode(list(unsure.values()), SPEC, least=0.5).confidence) == 0
    beyond = with_face(8, 0, 0, box=[0] * 4, points=[0] * 10, sure=(1.4, 1.1))
    assert decode(list(beyond.values()), SPEC, least=0.5).confidence.tolist() == [1.0]
    below = with_face(8, 0, 0, box=[0] * 4, points=[0] * 10, sure=(-3.0, -3.0))
    assert len(decode(list(below.values()), SPEC, least=0.5).confidence) == 0


@pytest.mark.parametrize("kind", ["cls", "obj", "bbox", "kps"])
def test_broken_numbers_give_no_face(kind: str) -> None:
    out = with_face(8, 3, 3, box=[0] * 4, points=[0] * 10, sure=(0.9, 0.9))
    out[f"{kind}_8"][0, 27] = np.nan
    raw = decode(list(out.values()), SPEC, least=0.5)
    assert (raw.boxes.shape, raw.landmarks.shape, raw.confidence.shape) == ((0, 4), (0, 5, 2), (0,))


def test_an_absurd_size_stays_a_number() -> None:
    out = with_face(32, 0, 0, box=[0, 0, 1e4, -1e4], points=[0] * 10, sure=(0.9, 0.9))
    assert np.isfinite(decode(list(out.values()), SPEC, least=0.5).boxes).all()
