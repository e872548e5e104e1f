"""scripts/bench detector from heads to figures, on a few heads of tests/data/photos."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="the benchmark draws with OpenCV")

from scripts.benchmarks import detector
from scripts.benchmarks.detector_parts import frames, scenes, things
from scripts.benchmarks.detector_parts.frames import Series, Way


def test_from_heads_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        frames, "series", lambda: [Series("face width", {"16 px": Way(face_px=16), "96 px": Way(face_px=96)})]
    )
    monkeypatch.setattr(scenes, "KINDS", {"easy": scenes.KINDS["easy"]})
    monkeypatch.setattr(things, "KINDS", {name: things.KINDS[name] for name in ("checkerboard", "cartoon face")})
    options = [
        "--quick",
        "--cache",
        str(tmp_path / "cache"),
        "--json",
        str(tmp_path / "out.json"),
        "--sheets",
        str(tmp_path),
    ]
    assert detector.main([*options, *(f"--part={part}" for part in ("series", "false", "scenes"))]) == 0
    result = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert json.loads(capsys.readouterr().out) == result
    assert result["people"] == {"fit": 6, "report": 6}
    small, large = result["series"]["face width"].values()
    assert small["adaptive"]["recall"] == 0.0
    assert large["adaptive"]["recall"] == large["every tile"]["recall"] == 1.0
    assert result["false_faces"]["checkerboard"]["boxes"] == 0
    assert result["false_faces"]["cartoon face"].get("suggested", 0) == 0
    assert (tmp_path / "false-faces.png").exists()
    upright, upside_down = (result["scenes"]["easy"][f"{angle}° as stored"] for angle in (0, 180))
    assert upright["right"] == upright["usable"] > 0
    assert upside_down["right"] == 0  # whatever is found of faces upside down is of nobody
    assert result["scenes"]["easy"]["180° product"]["right"] == upright["right"]


def test_without_photos_it_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--lfw DIR"):
        detector.main(["--cache", str(tmp_path)])
