from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stash_sense.core.vision import scrfd
from stash_sense.core.vision.detect import DetectorSpec, decode

STRIDES = (8, 16, 32)
SPEC = DetectorSpec(input_px=64, strides=STRIDES, decoder=scrfd.decode)


def nothing() -> dict[str, NDArray[np.float32]]:
    """Outputs without a face as det_10g gives them: two anchors a grid point, no axis for the picture."""
    return {
        f"{kind}_{stride}": np.zeros((2 * (64 // stride) ** 2, width), np.float32)
        for kind, width in (("score", 1), ("box", 4), ("points", 10))
        for stride in STRIDES
    }


def with_face(
    stride: int, row: int, column: int, anchor: int, confidence: float = 0.8
) -> dict[str, NDArray[np.float32]]:
    """Half a stride to the left and top, one and two to the right and bottom; keypoints on the corners and in the middle."""
    out, at = nothing(), 2 * (row * (64 // stride) + column) + anchor
    out[f"score_{stride}"][at] = confidence
    out[f"box_{stride}"][at] = 0.5, 0.5, 1, 2
    out[f"points_{stride}"][at] = 0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1
    return out


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("anchor", [0, 1])
def test_a_face_reaches_from_its_grid_point_in_strides(anchor: int, batched: bool) -> None:
    outputs = list(with_face(16, 2, 1, anchor).values())
    raw = decode([out[np.newaxis] for out in outputs] if batched else outputs, SPEC, least=0.5)
    assert raw.boxes.tolist() == [[16 - 8, 32 - 8, 16 + 16, 32 + 32]]
    assert raw.landmarks[0].tolist() == [[16, 32], [32, 32], [24, 40], [16, 48], [32, 48]]
    assert raw.confidence == pytest.approx([0.8])


@pytest.mark.parametrize("stride", STRIDES)
def test_every_stride_is_read(stride: int) -> None:
    raw = decode(list(with_face(stride, 1, 0, 0).values()), SPEC, least=0.5)
    assert raw.boxes.tolist() == [[-stride / 2, stride / 2, stride, 3 * stride]]


def test_a_smaller_window_has_smaller_grids() -> None:
    spec = DetectorSpec(input_px=32, strides=STRIDES, decoder=scrfd.decode)
    outputs = [np.zeros((2 * (32 // stride) ** 2, width), np.float32) for width in (1, 4, 10) for stride in STRIDES]
    outputs[0][-1] = 0.9
    raw = decode(outputs, spec, least=0.5)
    assert raw.boxes.tolist() == [[24, 24, 24, 24]]


def test_the_unsure_and_the_broken_give_no_face() -> None:
    assert len(decode(list(with_face(8, 0, 0, 0, 0.49).values()), SPEC, least=0.5).confidence) == 0
    assert len(decode(list(with_face(8, 0, 0, 0, np.nan).values()), SPEC, least=0.5).confidence) == 0
    broken = with_face(8, 0, 0, 0)
    broken["points_8"][0, 3] = np.inf
    assert len(decode(list(broken.values()), SPEC, least=0.5).confidence) == 0
