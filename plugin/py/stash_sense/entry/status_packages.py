"""What the status operation says about a gallery package. Standard library only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from stash_sense.adapters.galleries.package import Package
from stash_sense.core.gallery_records import GalleryRecord
from stash_sense.entry.wiring_galleries import folder_of
from stash_sense.errors import StashSenseError


def describe_package(gallery: GalleryRecord, data_dir: Path, pack: str, revision: str) -> dict[str, Any]:
    sources: list[dict[str, str]] = []
    problem = None
    try:
        with closing(Package.open(folder_of(data_dir, gallery))) as package:
            sources = [{"name": one.name, "host": one.host} for one in package.manifest.sources]
        if (gallery.pack, gallery.revision) != (pack, revision):
            problem = f"The gallery “{gallery.name}” is of the model pack {gallery.pack} and waits for that pack, or to be built again."
    except StashSenseError as err:
        problem = str(err)
    return {
        "name": gallery.name,
        "build_id": gallery.build_id,
        "people": gallery.people,
        "faces": gallery.faces,
        "activated_at": gallery.activated_at,
        "can_roll_back": gallery.previous is not None,
        "sources": sources,
        "problem": problem,
    }
