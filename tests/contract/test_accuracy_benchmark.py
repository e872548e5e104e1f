"""scripts/bench accuracy from photos to figures, on a handful of photos of four people."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("cv2", reason="the benchmark draws with OpenCV")

from scripts.benchmarks import accuracy
from scripts.benchmarks.accuracy_parts import pipeline, plan
from scripts.benchmarks.accuracy_parts.large import Run

PHOTOS = Path(__file__).parents[1] / "data" / "photos"
TINY = accuracy.Amount(runs=(Run(5, 2),), turns=2, scenes=1, made_up=20, minutes=5)


def name_in(part: str, taken: set[str]) -> str:
    """A name whose hash falls into the part."""
    from calibration.dataset import part_of

    name = next(f"Person_{i}" for i in count() if f"Person_{i}" not in taken and part_of(f"Person_{i}") == part)
    taken.add(name)
    return name


def lfw_of(folder: Path) -> None:
    """Like LFW: a folder a person, the face in the middle. Mirrored and darker copies stand for further people and photos."""
    taken: set[str] = set()
    pictures = {path.stem: portrait(path) for path in sorted(PHOTOS.glob("*.jpg"))}
    obama = [image for stem, image in pictures.items() if stem.startswith("obama")]
    biden, collins, hopper = (pictures[stem] for stem in ("biden-2010", "collins-1992", "hopper-1984"))
    save(folder, name_in("report", taken), obama)
    save(folder, name_in("report", taken), [biden, (biden * 0.8).astype(np.uint8), biden[:, ::-1]])
    save(folder, name_in("report", taken), [hopper])
    save(folder, name_in("report", taken), [hopper[:, ::-1]])
    for part in ("fit", "tune"):
        for image in (collins, collins[:, ::-1], hopper, biden[:, ::-1]):
            save(folder, name_in(part, taken), [image])


@lru_cache
def encoder() -> Any:
    from stash_sense.adapters.models.encoder import open_encoder

    return open_encoder(accuracy.PACK)


def portrait(path: Path) -> np.ndarray:
    """250 × 250 with the face in the middle, some 90 pixels wide."""
    image = cv2.imread(str(path))
    found = encoder().detect(np.ascontiguousarray(image[..., ::-1]), thorough=True)
    box = max(found, key=lambda one: one.box.width).box
    scale = 90 / box.width
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    move = np.array([[scale, 0, 125 - scale * middle[0]], [0, scale, 125 - scale * middle[1]]])
    return cv2.warpAffine(image, move, (250, 250), flags=cv2.INTER_AREA)


def save(folder: Path, name: str, images: list[np.ndarray]) -> None:
    (folder / name).mkdir(parents=True)
    for number, image in enumerate(images, 1):
        cv2.imwrite(str(folder / name / f"{name}_{number:04d}.jpg"), image)


def test_from_photos_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (plan, pipeline):
        monkeypatch.setattr(module, "FRAMES", 10)
        monkeypatch.setattr(module, "DURATION_S", 60.0)
    lfw_of(tmp_path / "lfw")
    options = ["--lfw", str(tmp_path / "lfw"), "--cache", str(tmp_path / "cache"), "--workers", "1"]
    assert accuracy.main([*options, "--json", str(tmp_path / "out.json")], amount=TINY) == 0
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert found["lfw"]["gallery"] == 5
    assert set(found["lfw"]["dir_at_fpir"]) == {"0.001", "0.01", "0.1"}
    assert {"precision", "recall", "f1", "ece", "false_names_per_hour"} <= set(found["scenes"])
    assert found["scenes"]["halves"]["easy"]["right"] >= 1
    assert found["scenes"]["halves"]["hard"]["gallery"] > 20
    assert set(found["rules"]["easy"]) >= {"all of ours", "no margin", "original, frequency", "original, cluster"}
    capsys.readouterr()
    assert accuracy.main(options, amount=TINY) == 0  # from the cache
    again = json.loads(capsys.readouterr().out)
    assert {**again, "date": ""} == {**found, "date": ""}
