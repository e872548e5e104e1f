"""The demo library: short clips and pictures made on the spot from public-domain photos, and who is in them.

Clips show other photos than the references wherever there are several of a person: Barack Obama's performer image is of 2012, the
clips show 2009 and 2010. Of Joe Biden and Eileen Collins there is one photo each: the reference is the photo, clips show it mirrored,
lighter or darker, turned and scaled. Grace Hopper is nobody's performer: the unknown person. Origins and licences: NOTICE.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.standin.scenery import Actor, Script, draw_picture, film, photo_bytes
from tests.standin.stash import StandIn

OBAMA, BIDEN, COLLINS = "Barack Obama", "Joe Biden", "Eileen Collins"
NO_PHOTO = "Mary Roe"  # a performer without an image
STRANGER = "Grace Hopper"  # in clips, never in the gallery

WHO = {
    "obama-2012": OBAMA,
    "obama-2009": OBAMA,
    "obama-2010": OBAMA,
    "biden-2010": BIDEN,
    "collins-1992": COLLINS,
    "hopper-1984": STRANGER,
}
REFERENCES = {OBAMA: "obama-2012", BIDEN: "biden-2010", COLLINS: "collins-1992"}

SCRIPTS: Mapping[str, Script] = {
    "Address to Congress": Script(
        (1280, 720), 12, [Actor("obama-2009", (0.30, 0.45, 170), (0.62, 0.50, 240), tone=0.95)], seed=1
    ),
    "In the Blue Room": Script(
        (960, 540),
        12,
        [
            Actor("obama-2010", (0.24, 0.36, 100), (0.30, 0.38, 135), tone=1.05),
            Actor("biden-2010", (0.72, 0.38, 130), (0.76, 0.36, 95), mirrored=True, tone=1.1),
        ],
        seed=2,
    ),
    "Before the flight": Script(
        (640, 360),
        10,
        [Actor("collins-1992", (0.35, 0.42, 90), (0.60, 0.45, 120), mirrored=True, tone=0.9)],
        seed=3,
    ),
    "Visitors": Script(
        (960, 540),
        14,
        [
            Actor("collins-1992", (0.30, 0.45, 95), (0.26, 0.40, 115), seen=(0.0, 0.7), tone=1.1, sway_degrees=6),
            Actor("hopper-1984", (0.72, 0.42, 130), (0.68, 0.45, 165), seen=(0.25, 1.0), mirrored=True),
        ],
        seed=4,
    ),
    "Empty rooms": Script((640, 360), 8, [], seed=5),
    "Filmed upright": Script(
        (406, 720),
        10,
        [Actor("obama-2010", (0.45, 0.35, 120), (0.55, 0.42, 160), mirrored=True, tone=0.9)],
        seed=6,
        turned=True,
    ),
}
# Scenes that already carry a performer: who is on the cast. Mary Roe is not in it, nor is there a photo of her.
CAST = {"Before the flight": (COLLINS, NO_PHOTO)}


@dataclass(frozen=True)
class DemoClip:
    """A clip and the truth about it. people: the performers seen in it; strangers: seen people who are in no gallery."""

    title: str
    path: Path
    people: frozenset[str]
    strangers: frozenset[str]
    cast: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoPicture:
    """A picture and who is in it. tagged: the performers it carries in Stash before anything runs."""

    path: Path
    people: frozenset[str]
    strangers: frozenset[str] = frozenset()
    tagged: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoLibrary:
    """Everything on disk. references: performer → JPEG. gallery: a zip; its pictures in order, with who is in them."""

    folder: Path
    clips: tuple[DemoClip, ...]
    references: Mapping[str, bytes]
    without_photo: tuple[str, ...]
    pictures: tuple[DemoPicture, ...]
    gallery: Path
    gallery_people: tuple[frozenset[str], ...]

    def clip(self, title: str) -> DemoClip:
        return next(clip for clip in self.clips if clip.title == title)

    def fill(self, stash: StandIn) -> dict[str, int]:
        """Puts it all into a stand-in; returns the ids: performers by name, scenes by title, pictures by file name, `gallery`."""
        performers = {name: stash.add_performer(name, image=image) for name, image in self.references.items()}
        performers |= {name: stash.add_performer(name) for name in self.without_photo}
        ids = {name: row.id for name, row in performers.items()}
        for clip in self.clips:
            cast = [performers[name] for name in clip.cast]
            ids[clip.title] = stash.add_scene(clip.path, title=clip.title, performers=cast, cover=True).id
        for picture in self.pictures:
            tagged = [performers[name] for name in picture.tagged]
            ids[picture.path.name] = stash.add_image(picture.path, title=picture.path.stem, performers=tagged).id
        ids["gallery"] = stash.add_gallery(self.gallery, title="White House visit").id
        return ids


def build_demo(folder: Path) -> DemoLibrary:
    """Makes the clips and pictures in `folder`, the same ones each time; those already there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2, "demo") as pool:  # Pillow and the encoder work outside Python's lock
        made = list(pool.map(lambda one: _clip(folder, *one), SCRIPTS.items()))
    pictures = (
        _picture(folder, "reception.jpg", [("biden-2010", 0.25), ("collins-1992", 0.70)]),
        _picture(folder, "portrait.jpg", [("collins-1992", 0.5)], tagged=(COLLINS,)),
    )
    gallery, people = _gallery(folder / "visit.zip")
    references = {name: photo_bytes(photo) for name, photo in REFERENCES.items()}
    return DemoLibrary(folder, tuple(made), references, (NO_PHOTO,), pictures, gallery, people)


def _clip(folder: Path, title: str, script: Script) -> DemoClip:
    path = folder / f"{title}.mp4"
    if not path.is_file():
        film(script, folder / f"{title}.part.mp4").replace(path)
    people, strangers = _seen([actor.photo for actor in script.actors])
    return DemoClip(title, path, people, strangers, CAST.get(title, ()))


def _seen(photos: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    names = frozenset(WHO[photo] for photo in photos)
    return names - {STRANGER}, names & {STRANGER}


def _jpeg(places: list[tuple[str, float]], seed: int) -> bytes:
    actors = [Actor(photo, (x, 0.4, 120), (x, 0.4, 120), mirrored=True, tone=1.05) for photo, x in places]
    target = io.BytesIO()
    draw_picture(Script((960, 640), 1, actors, seed)).save(target, "JPEG", quality=88)
    return target.getvalue()


def _picture(folder: Path, name: str, places: list[tuple[str, float]], *, tagged: tuple[str, ...] = ()) -> DemoPicture:
    (folder / name).write_bytes(_jpeg(places, len(name)))
    people, strangers = _seen([photo for photo, _ in places])
    return DemoPicture(folder / name, people, strangers, tagged)


def _gallery(path: Path) -> tuple[Path, tuple[frozenset[str], ...]]:
    shown = [[("obama-2009", 0.4)], [("obama-2010", 0.28), ("biden-2010", 0.75)], [("hopper-1984", 0.5)]]
    with zipfile.ZipFile(path, "w") as archive:
        for number, places in enumerate(shown, 1):
            entry = zipfile.ZipInfo(f"{number:02}.jpg", (2026, 1, 31, 12, 0, 0))  # a fixed date keeps the file the same
            archive.writestr(entry, _jpeg(places, number))
    return path, tuple(_seen([photo for photo, _ in places])[0] for places in shown)
