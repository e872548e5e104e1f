"""Model packs: pack.json decoded, and its files checked against their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stash_sense.adapters.models.manifest import REPAIR, read_manifest, remedy_of, verify_files
from stash_sense.core.values import EmbeddingSpace, Points
from stash_sense.core.vision.bias import Bias
from stash_sense.errors import SetupError

Part = Literal["detector", "embedder"]
Runtime = Literal["onnxruntime", "ncnn"]


@dataclass(frozen=True, slots=True)
class Model:
    """One network of a pack.

    input: height and width in pixels. colour: "RGB" or "BGR". A blob is (pixel − mean) · scale, (n, 3, input, input), float32.
    outputs: names in the order in which a session returns them. files: names by runtime.
    """

    kind: str
    input: int
    colour: str
    mean: float
    scale: float
    outputs: tuple[str, ...]
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DetectorModel(Model):
    """strides: input pixels per point of each grid of the detector. keypoints: what each landmark is, left and right as seen in the image."""

    strides: tuple[int, ...]
    keypoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbedderModel(Model):
    """dims: length of the vector. flip: the vectors of a crop and of its mirror image are added."""

    dims: int
    flip: bool


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """points: which landmarks of the detector are aligned with which row of `pattern` (k, 2), pixels of a crop of size × size."""

    points: tuple[int, ...]
    pattern: Points
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A model pack as its pack.json describes it.

    quality, clustering, admission, calibration: measured thresholds, decoded by the core modules that use them; empty where a pack brings none.
    bias: what is taken off the vectors; None where that was not measured.
    files: sha256 (hexadecimal) by file name. remedy: what to do about a damaged one. provisional: the thresholds were not measured with
    these models, so no probability above the calibration's low ceiling is stated.
    """

    name: str
    revision: str
    licence: str
    source: str
    detector: DetectorModel
    alignment: Alignment
    embedder: EmbedderModel
    files: Mapping[str, str]
    quality: Mapping[str, Any] = field(default_factory=dict)
    bias: Bias | None = None
    clustering: Mapping[str, Any] = field(default_factory=dict)
    admission: Mapping[str, Any] = field(default_factory=dict)
    calibration: Mapping[str, Any] = field(default_factory=dict)
    provisional: bool = False
    remedy: str = REPAIR

    @property
    def space(self) -> EmbeddingSpace:
        return EmbeddingSpace(self.name, self.revision, self.embedder.dims)

    def model(self, part: Part) -> Model:
        return self.detector if part == "detector" else self.embedder


def load_pack(folder: Path) -> Pack:
    """The pack in `folder`; its model files are not touched. Raises SetupError if pack.json is missing or makes no sense."""
    body = read_manifest(folder)
    try:
        return _decode(body)
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise SetupError(f"The pack.json in {folder} is incomplete ({err}). {REPAIR}") from err


def verify(pack: Pack, folder: Path, names: Iterable[str] | None = None) -> None:
    """Compares the files of `pack` (or just `names`) with their sha256.

    Raises SetupError naming the first file that is missing or differs.
    """
    wanted = pack.files if names is None else {name: pack.files[name] for name in names}
    verify_files(pack.name, wanted, folder, pack.remedy)


def _decode(body: Any) -> Pack:
    detector, alignment, embedder = body["detector"], body["alignment"], body["embedder"]
    pattern = np.array(alignment["pattern"], np.float32)
    points = tuple(int(index) for index in alignment["points"])
    if pattern.shape != (len(points), 2):
        raise ValueError(f"the alignment pattern has the shape {pattern.shape} for {len(points)} points")
    pack = Pack(
        name=_text(body, "name"),
        revision=_text(body, "revision"),
        licence=_text(body, "licence"),
        source=_text(body, "source"),
        detector=DetectorModel(
            **_model(detector), strides=_strides(detector), keypoints=tuple(map(str, detector["keypoints"]))
        ),
        alignment=Alignment(points, pattern, int(alignment["size"])),
        embedder=EmbedderModel(**_model(embedder), dims=int(embedder["dims"]), flip=bool(embedder["flip"])),
        files={_file_name(name): str(sha256) for name, sha256 in body["files"].items()},
        quality=dict(body.get("quality", {})),
        bias=Bias.from_pack(body.get("bias", {}), int(embedder["dims"])),
        clustering=dict(body.get("clustering", {})),
        admission=dict(body.get("admission", {})),
        calibration=dict(body.get("calibration", {})),
        provisional=bool(body.get("provisional", False)),
        remedy=remedy_of(body),
    )
    used = {name for model in (pack.detector, pack.embedder) for names in model.files.values() for name in names}
    if missing := sorted(used - set(pack.files)):
        raise ValueError(f"no sha256 for {', '.join(missing)}")
    return pack


def _model(body: Any) -> dict[str, Any]:
    return {
        "kind": _text(body, "kind"),
        "input": int(body["input"]),
        "colour": _text(body, "colour"),
        "mean": float(body["mean"]),
        "scale": float(body["scale"]),
        "outputs": tuple(map(str, body["outputs"])),
        "files": {runtime: tuple(map(_file_name, names)) for runtime, names in body["files"].items()},
    }


def _strides(detector: Any) -> tuple[int, ...]:
    """ "stride" of a detector with one grid, else "strides"."""
    strides = tuple(map(int, detector["strides"] if "strides" in detector else [detector["stride"]]))
    if not strides or min(strides) < 1 or any(int(detector["input"]) % stride for stride in strides):
        raise ValueError(f"the strides {strides} do not divide the input of {detector['input']} pixels")
    return strides


def _text(body: Any, key: str) -> str:
    if not isinstance(body[key], str) or not body[key]:
        raise ValueError(f"{key} is not a text")
    return str(body[key])


def _file_name(name: Any) -> str:
    """A plain file name: a pack from elsewhere must not reach out of its folder."""
    if not isinstance(name, str) or name in {"", ".", ".."} or "/" in name or "\\" in name:
        raise ValueError(f"{name!r} is not a file name")
    return name
