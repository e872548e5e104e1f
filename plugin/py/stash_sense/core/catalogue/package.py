"""What a package says about itself, and the hash that seals it. Standard library only."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from stash_sense.core.catalogue.values import PackageSource, Shortfall, Statement

if TYPE_CHECKING:  # not at run time: operations read manifests without numpy
    from stash_sense.core.values import EmbeddingSpace

FORMAT = 1
DTYPE = "i8"  # of the vectors in the index; each is stretched until its largest number is 127
BUILT = "boxes"  # the package that is built here from stash-boxes
IMPORTED = "imported"  # the same from somebody else
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")

_Decoded = TypeVar("_Decoded")


@dataclass(frozen=True, slots=True)
class PackageHeader:
    """What is known before a package is written. created_at: UTC. previous: the build it takes the place of."""

    name: str
    space: EmbeddingSpace
    sources: tuple[PackageSource, ...]
    created_at: str
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a package as it has to be. sha256: hexadecimal."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """manifest.json of a package. content: sha256 over people, faces and vectors in a fixed order, whatever way they came together."""

    name: str
    build_id: str
    created_at: str
    previous: str | None
    pack: str
    revision: str
    dims: int
    people: int
    faces: int
    content: str
    files: Mapping[str, FileEntry]
    sources: tuple[PackageSource, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class UpdateManifest:
    """update.json: what leads from one build to another. base, base_content: build id and content of the build it is for."""

    base: str
    base_content: str
    target: Manifest
    files: Mapping[str, FileEntry]


def encode(manifest: Manifest) -> str:
    """manifest.json."""
    return sealed({"format": FORMAT, **_body(manifest)})


def decode(text: str) -> Manifest:
    """The manifest of a package. Raises ValueError with what is wrong: no JSON, another format, a broken seal, a field that cannot be."""
    return _decoded(text, _manifest)


def encode_update(update: UpdateManifest) -> str:
    """update.json."""
    return sealed({"format": FORMAT, **asdict(update), "target": _body(update.target)})


def decode_update(text: str) -> UpdateManifest:
    """The manifest of an update. Raises ValueError as `decode` does."""
    return _decoded(
        text,
        lambda body: UpdateManifest(
            file_name(body["base"]), _hash(body["base_content"]), _manifest(body["target"]), decode_files(body["files"])
        ),
    )


def sealed(body: Mapping[str, Any]) -> str:
    """The JSON of `body`, keys in order, with its seal: the sha256 of the same without blanks."""
    seal = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return json.dumps({**body, "seal": seal}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def unsealed(text: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises ValueError: no JSON, another format, a broken seal."""
    body = json.loads(text)
    if not isinstance(body, dict) or "format" not in body:
        raise ValueError("it is none of Stash Sense")
    if body["format"] != FORMAT:
        raise ValueError(f"it has format {body['format']}, this version of the plugin reads format {FORMAT}")
    if sealed({key: value for key, value in body.items() if key != "seal"}) != text:  # not even a blank may differ
        raise ValueError("its seal does not fit its content")
    return body


def decode_files(body: Mapping[str, Any]) -> dict[str, FileEntry]:
    """The entries of the files, by name."""
    return {file_name(name): FileEntry(_hash(entry["sha256"]), int(entry["size"])) for name, entry in body.items()}


def _decoded(text: str, decoder: Callable[[Mapping[str, Any]], _Decoded]) -> _Decoded:
    body = unsealed(text)
    try:
        return decoder(body)
    except (KeyError, TypeError, AttributeError) as err:
        raise ValueError(f"it is incomplete ({err!r})") from err


def _body(manifest: Manifest) -> dict[str, Any]:
    return {"dtype": DTYPE, **asdict(manifest)}


def _manifest(body: Mapping[str, Any]) -> Manifest:
    if body["dtype"] != DTYPE:
        raise ValueError(f"its vectors are {body['dtype']}, this version of the plugin reads {DTYPE}")
    numbers = {key: int(body[key]) for key in ("dims", "people", "faces")}
    if numbers["dims"] < 1 or numbers["people"] < 0 or numbers["faces"] < 0:
        raise ValueError("its counts cannot be")
    return Manifest(
        name=file_name(body["name"]),
        build_id=file_name(body["build_id"]),
        created_at=str(body["created_at"]),
        previous=None if body["previous"] is None else file_name(body["previous"]),
        pack=str(body["pack"]),
        revision=str(body["revision"]),
        content=_hash(body["content"]),
        files=decode_files(body["files"]),
        sources=tuple(map(_source, body["sources"])),
        **numbers,
    )


def file_name(text: Any) -> str:
    """`text`, which is going to be the name of a file or folder. Raises ValueError if it could reach anywhere else."""
    if not isinstance(text, str) or not NAME.fullmatch(text):
        raise ValueError(
            f"{str(text)[:80]!r} is no name for a package: small letters, digits, dot, dash and underscore only"
        )
    return text


def _hash(text: Any) -> str:
    if not isinstance(text, str) or not SHA256.fullmatch(text):
        raise ValueError("a sha256 is none")
    return text


def _source(body: Mapping[str, Any]) -> PackageSource:
    statement = body["statement"]
    return PackageSource(**{**body, "statement": None if statement is None else _statement(statement)})


def _statement(body: Mapping[str, Any]) -> Statement:
    short: Sequence[Mapping[str, Any]] = body["short"]
    return Statement(**{**body, "short": tuple(Shortfall(**part) for part in short)})
