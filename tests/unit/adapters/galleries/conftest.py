from __future__ import annotations

from pathlib import Path

import pytest
from tests.packages import (
    a_package,
)

from stash_sense.adapters.galleries.folders import GalleryFolders


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of three people; not to be changed."""
    return a_package(tmp_path_factory.mktemp("there"))


@pytest.fixture(scope="session")
def there(built: Path) -> GalleryFolders:
    """Where it lies."""
    return GalleryFolders(built.parents[1])


@pytest.fixture(scope="session")
def zipped(built: Path, there: GalleryFolders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    return there.export("boxes", built.name, str(tmp_path_factory.mktemp("zip") / "shared.zip"))


@pytest.fixture
def folders(tmp_path: Path) -> GalleryFolders:
    """An empty data folder."""
    return GalleryFolders(tmp_path / "data" / "galleries")
