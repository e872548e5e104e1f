"""The bundled pack is whole, and every damage to a pack is one sentence that names the remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stash_sense.adapters.models.packs import load_pack, verify
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import SetupError

COMPACT = Path(__file__).parents[4] / "plugin" / "models" / "compact"
REMEDY = "“Set up or repair”"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled pack, to be damaged."""
    return Path(shutil.copytree(COMPACT, tmp_path / "compact"))


def rewrite(folder: Path, change: Any) -> None:
    body = json.loads((folder / "pack.json").read_text("utf-8"))
    change(body)
    (folder / "pack.json").write_text(json.dumps(body), "utf-8")


def test_the_bundled_pack_matches_its_hashes() -> None:
    pack = load_pack(COMPACT)
    verify(pack, COMPACT)
    assert sorted(pack.files) == sorted(path.name for path in COMPACT.iterdir() if path.name != "pack.json")
    assert pack.space == EmbeddingSpace("compact", pack.revision, 512)


def test_the_bundled_pack_stays_small() -> None:
    """The zipped plugin has to stay below 8 MB, and weights hardly compress."""
    assert sum(path.stat().st_size for path in COMPACT.iterdir()) < 7_200_000


def test_the_mouth_centre_lies_between_the_mouth_corners() -> None:
    alignment = load_pack(COMPACT).alignment
    names = [load_pack(COMPACT).detector.keypoints[index] for index in alignment.points]
    assert names == ["left eye", "right eye", "nose", "mouth centre"]
    assert np.allclose(alignment.pattern[3], [(41.55 + 70.73) / 2, (92.37 + 92.20) / 2], atol=0.01)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=f"no readable pack.json.*{REMEDY}"):
        load_pack(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{", b'{"name": "compact"'])
def test_a_broken_manifest_is_said(folder: Path, content: bytes) -> None:
    (folder / "pack.json").write_bytes(content)
    with pytest.raises(SetupError, match=f"damaged pack.json.*{REMEDY}"):
        load_pack(folder)


@pytest.mark.parametrize("content", ["[]", "null", '"text"', "7", "{}"])
def test_json_that_is_no_manifest_is_said(folder: Path, content: str) -> None:
    (folder / "pack.json").write_text(content, "utf-8")
    with pytest.raises(SetupError, match=f"incomplete.*{REMEDY}"):
        load_pack(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("revision"),
        lambda body: body.update(name=""),
        lambda body: body["embedder"].update(dims="many"),
        lambda body: body["alignment"].update(points=[0, 1]),
        lambda body: body["files"].pop("embedder.bin"),
        lambda body: body.update(files=[]),
        lambda body: body.update(quality=3),
    ],
    ids=[
        "no revision",
        "no name",
        "dims no number",
        "too few points",
        "file without hash",
        "files no table",
        "quality",
    ],
)
def test_an_incomplete_manifest_is_said(folder: Path, change: Any) -> None:
    rewrite(folder, change)
    with pytest.raises(SetupError, match=f"incomplete.*{REMEDY}"):
        load_pack(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a\\b", "..", ""])
def test_a_pack_cannot_reach_out_of_its_folder(folder: Path, name: str) -> None:
    rewrite(folder, lambda body: body["files"].update({name: "00"}))
    with pytest.raises(SetupError, match="is not a file name"):
        load_pack(folder)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", sorted(load_pack(COMPACT).files))
@pytest.mark.parametrize("damage", [truncate, flip_a_bit], ids=["truncated", "one bit"])
def test_a_damaged_file_is_named(folder: Path, name: str, damage: Any) -> None:
    damage(folder / name)
    with pytest.raises(SetupError, match=f"{name} of the pack “compact” is damaged.*{REMEDY}"):
        verify(load_pack(folder), folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "embedder.onnx").unlink()
    with pytest.raises(SetupError, match=f"embedder.onnx of the pack “compact” cannot be read.*{REMEDY}"):
        verify(load_pack(folder), folder)


def test_only_the_wanted_files_are_compared(folder: Path) -> None:
    truncate(folder / "detector.bin")
    verify(load_pack(folder), folder, ["detector.onnx"])
    with pytest.raises(SetupError, match=r"detector\.bin"):
        verify(load_pack(folder), folder, ["detector.onnx", "detector.bin"])
