"""Clips that several tests read, made once per session."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.media import clips


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def plain(folder: Path) -> Path:
    """4 s at 25 frames a second, a key frame every second, with sound; the index at the end."""
    return clips.make(folder / "plain.mp4", sound=True)


@pytest.fixture(scope="session")
def plain_mkv(folder: Path) -> Path:
    return clips.make(folder / "plain.mkv")


@pytest.fixture(scope="session")
def index_first(folder: Path) -> Path:
    return clips.make(folder / "index_first.mp4", container_options={"movflags": "faststart"})
