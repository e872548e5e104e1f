"""Opens the gallery packages in use; standard library only, until vectors are asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stash_sense.adapters.galleries.package import Package
from stash_sense.core.gallery_records import GalleryRecord
from stash_sense.core.records import PersonRecord
from stash_sense.errors import SetupError
from stash_sense.usecases.stores import Stores

if TYPE_CHECKING:
    from stash_sense.core.values import EmbeddingSpace

log = logging.getLogger(__name__)

GALLERIES = "galleries"  # folder in the data folder: <name>/<build id>/


def folder_of(data_dir: Path, gallery: GalleryRecord) -> Path:
    return data_dir / GALLERIES / gallery.name / gallery.build_id


def open_packages(
    stores: Stores, data_dir: Path, space: EmbeddingSpace | None = None
) -> tuple[list[Package], list[str]]:
    """The packages in use that can be used, by name, and a sentence for each that cannot: nobody else's faces suffer from it.

    space: where vectors will be compared; one of another model pack is left out.
    """
    opened, problems = [], []
    for gallery in stores.packages.all():
        try:
            opened.append(Package.open(folder_of(data_dir, gallery), space))
        except SetupError as err:
            log.warning("%s", err)
            problems.append(str(err))
    return opened, problems


@contextmanager
def people_of_packages(stores: Stores, data_dir: Path) -> Iterator[list[Package]]:
    """The packages for looking people up; closed afterwards."""
    packages, _ = open_packages(stores, data_dir)
    try:
        yield packages
    finally:
        for package in packages:
            package.close()


def look_up(stores: Stores, data_dir: Path, person_id: str) -> tuple[PersonRecord, bytes | None] | None:
    """Somebody from a package in use, with the picture to show."""
    with people_of_packages(stores, data_dir) as packages:
        for package in packages:
            if (person := package.record(person_id)) is not None:
                return person, package.crop(person_id)
    return None
