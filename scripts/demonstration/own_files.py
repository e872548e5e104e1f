"""The user's own videos and photos in the stand-in: a performer per folder, its first photo as the performer's image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.standin.probe import IMAGE
from tests.standin.stash import StandIn


class NotUsableError(Exception):
    """What was given cannot be used; the text says what to do."""


@dataclass(frozen=True)
class OwnFiles:
    """people: name → photos. videos: as the user named them → where they are."""

    people: Mapping[str, Sequence[Path]]
    videos: Mapping[str, Path]

    def fill(self, stash: StandIn) -> dict[str, int]:
        """Puts all of it into the stand-in; returns the scene id of each video. Raises NotUsableError for a missing video."""
        for name, photos in self.people.items():
            performer = stash.add_performer(name, image=photos[0].read_bytes())
            for photo in photos[1:]:
                stash.add_image(photo.absolute(), title=photo.name, performers=[performer])
        scenes = {}
        for name, path in self.videos.items():
            if not path.is_file():
                raise NotUsableError(f"There is no file {name}.")
            scenes[name] = stash.add_scene(path.absolute(), title=path.name).id
        return scenes


def read_people(folder: Path) -> dict[str, list[Path]]:
    """The photos below each folder of `folder`, by the folder's name. Raises NotUsableError if there are none."""
    if not folder.is_dir():
        raise NotUsableError(f"There is no folder {folder}.")
    people = {
        one.name: sorted(path for path in one.rglob("*") if path.suffix.lower() in IMAGE and path.is_file())
        for one in sorted(folder.iterdir())
        if one.is_dir() and not one.name.startswith(".")
    }
    people = {name: photos for name, photos in people.items() if photos}
    if not people:
        raise NotUsableError(
            f"{folder} holds no folder with photos: it needs one folder per person, named like the person."
        )
    return people
