"""The rows of the stand-in's library: plain values, named as in Stash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class FileRow:
    """One file; `kind` is video, image or zip. A file inside a zip has a virtual path below the zip's."""

    id: int
    kind: str
    path: str
    size: int = 0
    mod_time: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    duration: float = 0.0
    video_codec: str = ""
    audio_codec: str = ""
    frame_rate: float = 0.0
    bit_rate: int = 0
    format: str = ""
    zip_path: str | None = None
    created_at: str = ""
    updated_at: str = ""

    @property
    def basename(self) -> str:
        return Path(self.path).name


@dataclass
class Row:
    """What every object of the library has. The id lists are replaced, never changed in place: readers take no lock."""

    id: int
    created_at: str = ""
    updated_at: str = ""


@dataclass
class MediaRow(Row):
    """What scenes, images and galleries have in common."""

    title: str = ""
    details: str = ""
    date: str | None = None
    rating100: int | None = None
    organized: bool = False
    files: list[FileRow] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    performer_ids: list[int] = field(default_factory=list)
    gallery_ids: list[int] = field(default_factory=list)
    studio_id: int | None = None  # there are no studios themselves


@dataclass
class SceneRow(MediaRow):
    cover: bytes | None = None
    stash_ids: list[dict[str, str]] = field(default_factory=list)


@dataclass
class ImageRow(MediaRow):
    pass


@dataclass
class GalleryRow(MediaRow):
    folder: str | None = None


@dataclass
class PerformerRow(Row):
    name: str = ""
    disambiguation: str = ""
    urls: list[str] = field(default_factory=list)
    gender: str | None = None
    birthdate: str | None = None
    country: str | None = None
    details: str = ""
    favorite: bool = False
    alias_list: list[str] = field(default_factory=list)
    ignore_auto_tag: bool = False
    tag_ids: list[int] = field(default_factory=list)
    image: bytes | None = None
    stash_ids: list[dict[str, str]] = field(default_factory=list)
    custom_fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class TagRow(Row):
    name: str = ""
    sort_name: str = ""
    description: str = ""
    aliases: list[str] = field(default_factory=list)
    ignore_auto_tag: bool = False
    favorite: bool = False
    parent_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Mutation:
    """One change that came in over GraphQL. field: the mutation's name; operation: the name of the client's document."""

    field: str
    operation: str | None
    input: Mapping[str, Any]

    @property
    def client_mutation_id(self) -> str | None:
        return self.input.get("clientMutationId")
