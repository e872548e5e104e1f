"""pack.json of the compact pack: what the models are and how they want their input.

The blocks in KEPT belong to others (scripts/calibrate and the vision measurements) and are carried over as they stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .sources import DETECTOR, EMBEDDER

REVISION = "2"  # raise it when vectors change: galleries of different revisions never mix
KEPT = ("quality", "bias", "clustering", "admission", "calibration")

MOUTH = ((41.5493, 92.3655), (70.7299, 92.2041))  # the two mouth corners of the 112 × 112 ArcFace pattern
PATTERN = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    tuple(round(sum(values) / 2, 4) for values in zip(*MOUTH, strict=True)),
)

BODY: dict[str, Any] = {
    "name": "compact",
    "revision": REVISION,
    "licence": "detector Apache-2.0, embedder MIT",
    "source": f"npm {DETECTOR.spec} {DETECTOR.member}; npm {EMBEDDER.spec} {EMBEDDER.member}; built by scripts/convert-models",
    "detector": {
        "kind": "blazeface-full-range",
        "input": 192,
        "colour": "RGB",
        "mean": 127.5,
        "scale": 1 / 127.5,
        "outputs": ["boxes", "scores"],
        "stride": 4,
        "keypoints": ["left eye", "right eye", "nose", "mouth centre", "left ear", "right ear"],
        "files": {"onnxruntime": ["detector.onnx"], "ncnn": ["detector.param", "detector.bin"]},
        "note": (
            "boxes (n, 2304, 16): per cell of the 48 × 48 grid, row by row, centre x, centre y, width, height, then x, y of the keypoints (left "
            "and right as seen in the image), in input pixels from the cell's centre (column + 0.5, row + 0.5) · stride; "
            "scores (n, 2304, 1): logits"
        ),
    },
    "alignment": {"points": [0, 1, 2, 3], "pattern": [list(point) for point in PATTERN], "size": 112},
    "embedder": {
        "kind": "mobilefacenet-512",
        "input": 112,
        "colour": "BGR",
        "mean": 127.5,
        "scale": 1 / 127.5,
        "outputs": ["vector"],
        "dims": 512,
        "flip": True,
        "files": {"onnxruntime": ["embedder.onnx"], "ncnn": ["embedder.param", "embedder.bin"]},
    },
}


def write_manifest(files: Mapping[str, bytes], before: Mapping[str, Any]) -> bytes:
    """pack.json for the given model files; `before`: the present pack.json, for the blocks of others."""
    body = dict(BODY) | {"files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}}
    body |= {key: before[key] for key in KEPT if key in before}
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode()
