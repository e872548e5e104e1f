"""What stash-boxes tell about people, and what their pictures come to. Standard library only; vectors are float16 blobs (core/codec.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Trust = Literal["high", "medium", "low"]
PersonState = Literal["live", "merged", "deleted"]
SortKey = Literal["NAME", "CREATED_AT", "UPDATED_AT"]
Direction = Literal["ASC", "DESC"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a box's people that the server itself can filter by. Empty strings: no filter. gender "UNKNOWN": those without one."""

    gender: str = ""
    birth_year: int | None = None
    name: str = ""  # part of the name, letter case aside; _ and % match any letter and any text, a backslash takes the next letter as it is


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a page of ids. page counts from 1."""

    page: int
    per_page: int
    sort: SortKey = "NAME"
    direction: Direction = "ASC"
    part: Part = Part()


@dataclass(frozen=True, slots=True)
class Listed:
    """A live person as a page of ids shows it. updated: RFC 3339 as the server writes it; None where it has no such field."""

    box_id: str
    name: str
    updated: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to an Ask: the server's count of everybody in the part, and the rows in its order."""

    count: int
    rows: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class BoxImage:
    """A picture of a person on a box. width, height: pixels; None where the server does not say."""

    id: str
    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class BoxPerson:
    """One performer in full, as the box has it. heir: whom it was merged into (merged only). urls: as written there."""

    endpoint: str
    box_id: str
    state: PersonState
    name: str
    disambiguation: str | None = None
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    birth_date: str | None = None  # "1990", "1990-05" or "1990-05-17"
    death_date: str | None = None
    country: str | None = None
    urls: tuple[str, ...] = ()
    images: tuple[BoxImage, ...] = ()
    merged_ids: tuple[str, ...] = ()
    heir: str | None = None
    scene_count: int | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Where people are missing: the part of the box (in words) and how many."""

    part: str
    missing: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sweep may truthfully claim. found: different live people seen; count: the server's own number at the end.

    method: "snapshot" or "pages". at: UTC.
    """

    complete: bool
    found: int
    count: int
    at: str
    method: str
    requests: int = 0
    short: tuple[Shortfall, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageTask:
    """A picture to be downloaded and read. source: endpoint it comes from. person: its owner's box_id."""

    source: str
    person: str
    image_id: str
    url: str


@dataclass(frozen=True, slots=True)
class ReadFace:
    """A usable face in a picture. vector: float16 blob of the pack's space. crop: JPEG, at most 6 KB. size_px: shorter side of the box."""

    vector: bytes
    quality: float
    crop: bytes
    size_px: float
    confidence: float


# What reading a picture can come to. All but the first two give no face.
ImageOutcome = Literal[
    "face",  # exactly one usable face
    "several_faces",  # more than one prominent face; usable ones are handed on, to be taken only if they agree with the person's others
    "no_face",
    "image_too_small",
    "face_too_small",
    "low_confidence",
    "extreme_angle",
    "low_quality",
    "not_an_image",
    "unreadable",
    "gone",  # 404: the server has it no more
    "failed",  # server or network: try again later; retry_after_s may say when
]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the download of a picture came to. outcome "fetched": `data` holds a picture's bytes; else `message` says why not, in one sentence.

    Whether the bytes can be decoded is not known yet. retry_after_s: of "failed", where the server says when.
    """

    outcome: Literal["fetched", "not_an_image", "gone", "failed"]
    data: bytes = b""
    content_type: str = ""
    message: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class ImageReading:
    """What one ImageTask came to. content_hash: sha256 of the bytes, "" without bytes. message: one sentence for failed and unreadable."""

    task: ImageTask
    outcome: ImageOutcome
    content_hash: str = ""
    faces: tuple[ReadFace, ...] = ()
    message: str | None = None
    retry_after_s: float | None = None
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class PersonId:
    """One id of a person on one box. retired: merged into another or deleted there; kept so that old links still find the person."""

    endpoint: str
    box_id: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class PackageFace:
    """A reference in a package. vector: float16 blob, length 1."""

    source: str
    image_id: str
    content_hash: str
    quality: float
    vector: bytes


@dataclass(frozen=True, slots=True)
class PackagePerson:
    """A person in a package. id: "box:<host>:<uuid>" of the leading id (the first of `ids`)."""

    id: str
    name: str
    ids: tuple[PersonId, ...]
    faces: tuple[PackageFace, ...]
    disambiguation: str | None = None
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    birth_date: str | None = None
    country: str | None = None
    urls: tuple[str, ...] = ()
    crop: bytes | None = None


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A source of a package with its completeness statement (None: no sweep of everybody was made)."""

    endpoint: str
    host: str
    name: str
    people: int
    faces: int
    statement: Statement | None = field(default=None)


def person_id(host: str, box_id: str) -> str:
    """The gallery's name for a person of a box."""
    return f"box:{host}:{box_id}"
