"""NOTICE names every model file with the origin that scripts/convert-models really uses."""

from __future__ import annotations

from pathlib import Path

from scripts.convert.sources import DETECTOR, EMBEDDER

from stash_sense.adapters.models.packs import load_pack

ROOT = Path(__file__).parents[4]


def test_every_model_file_and_its_origin_is_named() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    pinned = [source.sha256 for source in (DETECTOR, EMBEDDER)] + [
        source.member_sha256 for source in (DETECTOR, EMBEDDER)
    ]
    missing = [
        word for word in [*load_pack(ROOT / "plugin" / "models" / "compact").files, *pinned] if word not in notice
    ]
    assert missing == []
    for source in (DETECTOR, EMBEDDER):
        name, _, version = source.spec.rpartition("@")
        assert f"npm {name} {version}, {source.member.removeprefix('package/')}" in notice
