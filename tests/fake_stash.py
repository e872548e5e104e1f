"""A Stash in memory (Library and Editor), videos and an encoder whose "pixels" say who is where: use cases run on these without I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import numpy as np
from tests.builders import DIMS, a_face, a_person, unit

from stash_sense.core.values import Box, Detection, EmbeddingSpace, Face, Frame, Image
from stash_sense.errors import DecodeError, NotFoundError
from stash_sense.usecases.ports import Named, Performer, Picture, Scene, StashId, VideoInfo

SPACE = EmbeddingSpace("test", "1", DIMS)


def a_scene(scene_id: str = "1", **changes: Any) -> Scene:
    values: dict[str, Any] = {
        "title": f"Scene {scene_id}",
        "organized": False,
        "path": f"/videos/{scene_id}.mp4",
        "fingerprint": f"oshash{scene_id}",
        "duration_s": 100.0,
        "performers": (),
        "tags": (),
        "screenshot_path": None,
        **changes,
    }
    return Scene(id=scene_id, **values)


def a_picture(image_id: str = "1", **changes: Any) -> Picture:
    values: dict[str, Any] = {
        "title": f"Picture {image_id}",
        "organized": False,
        "path": f"/pictures/{image_id}.jpg",
        "fingerprint": f"md5{image_id}",
        "is_video": False,
        "performers": (),
        "tags": (),
        "image_path": f"/image/{image_id}/image",
        **changes,
    }
    return Picture(id=image_id, **values)


@dataclass
class FakeStash:
    """Implements usecases.ports.Library and Editor. `writes` lists every change; `refuse` is raised by the next write.

    `dies`: the process is killed when it has called the method of that name so many times more, before anything is done.
    """

    scene_rows: dict[str, Scene] = field(default_factory=dict)
    picture_rows: dict[str, Picture] = field(default_factory=dict)
    performer_rows: dict[str, Performer] = field(default_factory=dict)
    galleries: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    writes: list[tuple[Any, ...]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    refuse: Exception | None = None
    dies: dict[str, int] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: count(100))

    # Library

    def scenes(self, *, ids: Sequence[str] | None = None) -> Iterator[Scene]:
        self._live_on("scenes")
        yield from self._rows(self.scene_rows, ids)

    def pictures(
        self, *, ids: Sequence[str] | None = None, gallery_id: str | None = None, one_performer: bool = False
    ) -> Iterator[Picture]:
        wanted = self.galleries[gallery_id] if gallery_id is not None else ids
        rows = self._rows(self.picture_rows, wanted)
        yield from [row for row in rows if not one_performer or len(row.performers) == 1]

    def picture_count(self, *, gallery_id: str | None = None, one_performer: bool = False) -> int:
        return len(list(self.pictures(gallery_id=gallery_id, one_performer=one_performer)))

    def casts(self, kind: str, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        rows: dict[str, Any] = self.scene_rows if kind == "scene" else self.picture_rows
        return {row.id: frozenset(one.id for one in row.performers) for row in self._rows(rows, ids)}

    def performers(self, *, ids: Sequence[str] | None = None) -> Iterator[Performer]:
        yield from self._rows(self.performer_rows, ids)

    def performer_count(self) -> int:
        return len(self.performer_rows)

    def fetch(self, path: str) -> tuple[bytes, str]:
        self.fetched.append(path)
        if path not in self.files:
            raise NotFoundError("The picture is not on the Stash server any more.")
        return self.files[path], "image/jpeg"

    # Editor

    def change(
        self,
        kind: str,
        ids: Sequence[str],
        *,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        add_performers: Sequence[str] = (),
        remove_performers: Sequence[str] = (),
    ) -> None:
        self._write("change", kind, tuple(ids), tuple(add_tags), tuple(remove_tags), tuple(add_performers), tuple(remove_performers))  # fmt: skip
        rows: dict[str, Any] = self.scene_rows if kind == "scene" else self.picture_rows
        for one in ids:
            if one not in rows:
                raise NotFoundError(f"The {kind} is not in Stash any more.")
            row = rows[one]
            tags = {tag.id for tag in row.tags} - set(remove_tags) | set(add_tags)
            people = {performer.id for performer in row.performers} - set(remove_performers) | set(add_performers)
            rows[one] = replace(
                row,
                tags=tuple(Named(tag, self.tags[tag]) for tag in sorted(tags)),
                performers=tuple(Named(person, self.performer_rows[person].name) for person in sorted(people)),
            )

    def find_tag(self, name: str) -> Named | None:
        wanted = name.casefold()
        for tag_id, tag_name in self.tags.items():
            if tag_name.casefold() == wanted or self.aliases.get(tag_id, "").casefold() == wanted:
                return Named(tag_id, tag_name)
        return None

    def find_tag_by_id(self, tag_id: str) -> Named | None:
        return Named(tag_id, self.tags[tag_id]) if tag_id in self.tags else None

    def child_tags(self, parent_id: str) -> list[Named]:
        return [Named(tag_id, self.tags[tag_id]) for tag_id, parent in self.parents.items() if parent == parent_id]

    def create_tag(self, name: str, *, parent_id: str | None, description: str) -> Named:
        self._write("create_tag", name)
        return self.add_tag(name, parent_id=parent_id)

    def destroy_tags(self, tag_ids: Sequence[str]) -> None:
        self._write("destroy_tags", tuple(self.tags[tag_id] for tag_id in tag_ids))
        for tag_id in tag_ids:
            del self.tags[tag_id]
            self.parents.pop(tag_id, None)
            for rows in (self.scene_rows, self.picture_rows):
                for key, row in rows.items():
                    rows[key] = replace(row, tags=tuple(tag for tag in row.tags if tag.id != tag_id))

    def tag_use(self, tag_id: str) -> int:
        rows = [*self.scene_rows.values(), *self.picture_rows.values()]
        return sum(any(tag.id == tag_id for tag in row.tags) for row in rows)

    def create_performer(self, name: str, *, disambiguation: str | None, stash_ids: Sequence[StashId]) -> Performer:
        self._write("create_performer", name)
        return self.add_performer(name, disambiguation=disambiguation, stash_ids=tuple(stash_ids))

    def destroy_performer(self, performer_id: str) -> None:
        self._write("destroy_performer", performer_id)
        self.performer_rows.pop(performer_id, None)  # as in Stash, nothing happens if it is gone already

    def performer_use(self, performer_id: str) -> int:
        rows = [*self.scene_rows.values(), *self.picture_rows.values()]
        return sum(any(performer.id == performer_id for performer in row.performers) for row in rows)

    # For tests

    def add_scene(self, scene_id: str = "1", **changes: Any) -> Scene:
        self.scene_rows[scene_id] = a_scene(scene_id, **changes)
        return self.scene_rows[scene_id]

    def add_picture(self, image_id: str = "1", **changes: Any) -> Picture:
        self.picture_rows[image_id] = a_picture(image_id, **changes)
        return self.picture_rows[image_id]

    def add_performer(self, name: str, *, image: bytes | None = None, **changes: Any) -> Performer:
        performer_id = str(next(self.ids))
        path = f"/performer/{performer_id}/image?t=1" if image is not None else None
        if image is not None and path is not None:
            self.files[path] = image
        self.performer_rows[performer_id] = Performer(performer_id, name, image_path=path, **changes)
        return self.performer_rows[performer_id]

    def add_tag(self, name: str, *, parent_id: str | None = None) -> Named:
        tag_id = str(next(self.ids))
        self.tags[tag_id], self.parents[tag_id] = name, parent_id
        return Named(tag_id, name)

    def tag_names(self, scene_id: str = "1") -> set[str]:
        return {tag.name for tag in self.scene_rows[scene_id].tags}

    def named(self, performer: Performer) -> tuple[Named, ...]:
        return (Named(performer.id, performer.name),)

    def _live_on(self, name: str) -> None:
        if name in self.dies:
            self.dies[name] -= 1
            if not self.dies[name]:
                del self.dies[name]
                raise KeyboardInterrupt

    def _write(self, *what: Any) -> None:
        self._live_on(what[0])
        if self.refuse is not None:
            error, self.refuse = self.refuse, None
            raise error
        self.writes.append(what)

    @staticmethod
    def _rows(rows: Mapping[str, Any], ids: Sequence[str] | None) -> list[Any]:
        wanted = sorted(rows, key=int) if ids is None else [one for one in ids if one in rows]
        return [rows[one] for one in wanted]


def pixels(*people: int) -> Image:
    """A picture of these people (seeds of builders.a_person, 1 to 255)."""
    image = np.zeros((1, max(len(people), 1), 3), np.uint8)
    for place, seed in enumerate(people):
        image[0, place] = seed
    return image


def jpeg(*people: int) -> bytes:
    """What FakePictures decodes to `pixels(*people)`."""
    return b"jpeg" + bytes(people)


@dataclass
class FakeVideos:
    """Implements FrameSource: for each path, who is seen at a given second. Anything else is a DecodeError."""

    seen: dict[str, Callable[[float], Sequence[int]]] = field(default_factory=dict)
    duration_s: float | None = 100.0
    asked: list[tuple[str, int, bool]] = field(default_factory=list)

    def probe(self, path: str) -> VideoInfo:
        if path not in self.seen:
            raise DecodeError("The video is damaged: copy it again.")
        return VideoInfo(self.duration_s, 1920, 1080, 0)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        self.asked.append((path, len(seconds), exact))
        for second in seconds:
            yield Frame(pixels(*self.seen[path](second)), round(second * 1000), second)


class FakePictures:
    """Implements Pictures for what `jpeg` makes."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = files or {}

    def decode(self, data: bytes) -> Image:
        if not data.startswith(b"jpeg"):
            raise DecodeError("The image is damaged: replace it.")
        return pixels(*data[4:])

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise DecodeError("The image file is not where Stash says it is.")
        return self.files[path]


class TableEncoder:
    """Implements FaceEncoder: a face for every pixel that is not 0; its vector lies around builders.a_person(value).

    Values from 200 on are faces too poor to use (quality 0).
    """

    def __init__(self, space: EmbeddingSpace = SPACE) -> None:
        self.space = space
        self.detected = 0

    def for_scene(self) -> TableEncoder:
        return self

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        self.detected += 1
        spots = np.zeros((4, 2), np.float32)
        found = [place for place in range(image.shape[1]) if image[0, place, 0]]
        return [Detection(Box(place, 0.0, place + 1.0, 1.0), spots, 0.9) for place in found]

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        faces = []
        for detection in detections:
            seed = int(frame.image[0, round(detection.box.left), 0])
            noise = np.random.default_rng([seed, abs(frame.index)]).normal(size=DIMS) / np.sqrt(DIMS)
            face = a_face(
                unit(a_person(seed) + 0.3 * noise),
                frame=frame.index,
                time_s=frame.time_s,
                left=detection.box.left * 200,
                kind=frame.kind,
                quality=0.0 if seed >= 200 else 0.8,
            )
            faces.append(face)
        return faces
