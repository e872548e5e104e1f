"""What the use cases need from the outside, as small Protocols; the adapters just fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from stash_sense.core.records import (
    Named as Named,  # part of this vocabulary, but needed where every millisecond counts
)

if TYPE_CHECKING:  # not at run time: hooks and operations use these ports without numpy
    from stash_sense.core.values import Detection, EmbeddingSpace, Face, Frame, Image, Vectors

MediaKind = Literal["scene", "image"]


class Progress(Protocol):
    """Called after each committed item: how many of how many are done."""

    def __call__(self, done: float, total: float) -> None: ...


# --- Media ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container says. duration_s: None where it says nothing and nothing could be measured. width, height: upright pixels."""

    duration_s: float | None
    width: int
    height: int
    rotation: int  # degrees clockwise that the frames are turned upright by: 0, 90, 180, 270


class FrameSource(Protocol):
    """Reads single frames of video files, upright, with square pixels, RGB, SDR."""

    def probe(self, path: str) -> VideoInfo:
        """Raises DecodeError (missing file, empty file, no video stream, not a video), each with its own sentence."""
        ...

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        """Frames near `seconds`, ascending: the key frame before each instant, each key frame once, unless `exact`.

        Where key frames are so sparse that fewer than half of the instants would give a frame of their own, decodes to the instants.
        Broken stretches are passed over; raises DecodeError if nothing at all could be decoded.
        """
        ...


class Pictures(Protocol):
    """Decodes still pictures."""

    def decode(self, data: bytes) -> Image:
        """Upright (EXIF applied) RGB. Raises DecodeError."""
        ...

    def read(self, path: str) -> bytes:
        """The file's bytes, also from inside a zip ("/x/gallery.zip/01.jpg"). Raises DecodeError if it cannot be read."""
        ...


# --- Vision --------------------------------------------------------------------------------------------------------


class FaceEncoder(Protocol):
    """Finds faces and turns them into vectors; everything about the model pack is behind it."""

    @property
    def space(self) -> EmbeddingSpace: ...

    def for_scene(self) -> FaceEncoder:
        """The same with the memory of one scene: near-identical frames and faces are not worked out twice."""
        ...

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        """Faces of one picture, best first. thorough: pad the border and look at more scales (tight portraits, second look)."""
        ...

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        """The detections with quality, vector and crop; those that cannot be aligned are left out."""
        ...


class Neighbour(NamedTuple):
    """A reference near a probe. row: position in the index's own order; score: cosine similarity.

    A tuple, since a re-match of a library makes millions of them.
    """

    row: int
    score: float


class FaceIndex(Protocol):
    """The enrolled references of one embedding space."""

    def __len__(self) -> int: ...

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """For each row of `probes` the k nearest references, best first (fewer if the index is smaller)."""
        ...


# --- Stash ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StashId:
    endpoint: str
    stash_id: str


@dataclass(frozen=True, slots=True)
class Performer:
    """image_path: path and query of the performer's own image on the Stash server; None if there is only the stock one."""

    id: str
    name: str
    disambiguation: str | None = None
    aliases: tuple[str, ...] = ()
    stash_ids: tuple[StashId, ...] = ()
    image_path: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """path, fingerprint (oshash, else md5, else size and mtime), duration_s: of the primary file; None without a file."""

    id: str
    title: str
    organized: bool
    path: str | None
    fingerprint: str | None
    duration_s: float | None
    performers: tuple[Named, ...]
    tags: tuple[Named, ...]
    screenshot_path: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in Stash. path: of its first visual file; a picture inside a zip has a virtual path below the zip's.

    is_video: the "image" is a short clip (GIF, webm); its frames are read like a video's.
    """

    id: str
    title: str
    organized: bool
    path: str | None
    fingerprint: str | None
    is_video: bool
    performers: tuple[Named, ...]
    tags: tuple[Named, ...]
    image_path: str | None


class Library(Protocol):
    """Reading the user's Stash. Every listing pages by id, so that rows written meanwhile are neither lost nor repeated."""

    def scenes(self, *, ids: Sequence[str] | None = None) -> Iterator[Scene]:
        """All scenes by ascending id, or the given ones that still exist."""
        ...

    def pictures(
        self, *, ids: Sequence[str] | None = None, gallery_id: str | None = None, one_performer: bool = False
    ) -> Iterator[Picture]:
        """All pictures by ascending id, or the given ones, those of a gallery, or those with exactly one performer."""
        ...

    def picture_count(self, *, gallery_id: str | None = None, one_performer: bool = False) -> int: ...

    def casts(self, kind: MediaKind, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """The performers' ids of each of the given scenes or images that still exist; cheaper than reading these."""
        ...

    def performers(self, *, ids: Sequence[str] | None = None) -> Iterator[Performer]: ...

    def performer_count(self) -> int: ...

    def fetch(self, path: str) -> tuple[bytes, str]:
        """Bytes and content type of a path on the Stash server, such as a performer's image."""
        ...


class Editor(Protocol):
    """Writing to the user's Stash: only by ADD and REMOVE, with our clientMutationId; a call with no ids does nothing."""

    def change(
        self,
        kind: MediaKind,
        ids: Sequence[str],
        *,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        add_performers: Sequence[str] = (),
        remove_performers: Sequence[str] = (),
    ) -> None:
        """Raises NotFoundError if one of the objects is gone."""
        ...

    def find_tag(self, name: str) -> Named | None:
        """By exact name or alias, letter case aside."""
        ...

    def find_tag_by_id(self, tag_id: str) -> Named | None: ...

    def child_tags(self, parent_id: str) -> list[Named]: ...

    def create_tag(self, name: str, *, parent_id: str | None, description: str) -> Named:
        """Creates it with ignore_auto_tag; if another process was faster, returns that one."""
        ...

    def destroy_tags(self, tag_ids: Sequence[str]) -> None: ...

    def tag_use(self, tag_id: str) -> int:
        """How many objects of any kind carry it."""
        ...

    def create_performer(self, name: str, *, disambiguation: str | None, stash_ids: Sequence[StashId]) -> Performer: ...

    def destroy_performer(self, performer_id: str) -> None: ...

    def performer_use(self, performer_id: str) -> int:
        """On how many scenes, images and galleries the performer stands."""
        ...
