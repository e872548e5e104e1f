"""Where model packs lie, and whether they are complete. Standard library only: the status operation asks, too.

A pack that comes with the plugin lies in plugin/models/. One that is downloaded has only its pack.json there; models and a copy of pack.json lie in
<data>/models/<name>/, where the copy, written last, means that everything is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stash_sense.adapters.models.manifest import FETCH, REPAIR, read_manifest
from stash_sense.errors import SetupError


@dataclass(frozen=True, slots=True)
class Source:
    """A file on the web. files: entry → file name for a zip, {"": file name} for a plain file."""

    urls: tuple[str, ...]
    sha256: str
    size: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack from outside. choice: what the setting model_pack says. folder: where its models belong. files: sha256 by name.

    sources: where to download them from; none for a pack that is there as it is. terms: what the user has to accept first; None: nothing.
    """

    choice: str
    folder: Path
    manifest: Path
    name: str
    revision: str
    licence: str
    provisional: bool
    runtimes: frozenset[str]
    files: Mapping[str, str]
    sources: tuple[Source, ...] = ()
    terms: str | None = None
    terms_url: str | None = None

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(source.size for source in self.sources)

    @property
    def complete(self) -> bool:
        """Whether the models that this version of the plugin wants have been downloaded. Their content is checked when they are opened."""
        try:
            return not self.sources or dict(read_manifest(self.folder)["files"]) == dict(self.files)
        except (SetupError, KeyError, TypeError, ValueError):
            return False

    def need(self) -> Path:
        """The folder to open the pack from, with the pack.json of this version of the plugin. Raises SetupError if models are missing."""
        if not self.complete:
            raise SetupError(
                f"The model pack “{self.name}” has not been downloaded yet ({megabytes(self.size)}). {FETCH}"
            )
        if self.folder != self.manifest:
            copy_manifest(self.manifest, self.folder)
        return self.folder


@dataclass(frozen=True, slots=True)
class PackPlaces:
    """bundled: the plugin's folder of packs. downloads: <data>/models."""

    bundled: Path
    downloads: Path

    def names(self) -> list[str]:
        """The packs that the plugin knows."""
        return sorted(path.parent.name for path in self.bundled.glob("*/pack.json"))

    def look_up(self, choice: str) -> PackInfo:
        """The pack that the setting model_pack means: a name, or the path of a folder. Raises SetupError."""
        own = choice in self.names()
        manifest = self.bundled / choice if own else Path(choice)
        body = read_manifest(manifest)
        try:
            sources = _sources(body) if own else ()
            info = _info(choice, manifest, self.downloads / choice if sources else manifest, body, sources)
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            raise SetupError(f"The pack.json in {manifest} is incomplete ({err}). {REPAIR}") from err
        if not own and info.name in self.names():
            raise SetupError(
                f"The pack in {manifest} has the name of one of ours: give it another name in its pack.json, or choose “{info.name}”."
            )
        return info


def is_folder(choice: str) -> bool:
    """Whether a value of the setting model_pack is a path."""
    return "/" in choice or "\\" in choice


def megabytes(size: int) -> str:
    return f"{max(1, round(size / 1e6))} MB"


def copy_manifest(source: Path, target: Path) -> None:
    """Brings the copy of pack.json in line: a new version of the plugin may have measured thresholds anew. Raises SetupError."""
    try:
        wanted = (source / "pack.json").read_bytes()
        path = target / "pack.json"
        if path.exists() and path.read_bytes() == wanted:
            return
        beside = target / f"pack.json.{os.getpid()}.part"
        beside.write_bytes(wanted)
        beside.replace(path)
    except OSError as err:
        raise SetupError(f"The folder {target} cannot be written ({err.strerror}): check its rights.") from err


def _info(choice: str, manifest: Path, folder: Path, body: Any, sources: tuple[Source, ...]) -> PackInfo:
    download = body.get("download", {})
    return PackInfo(
        choice=choice,
        folder=folder,
        manifest=manifest,
        name=_text(body["name"]),
        revision=_text(body["revision"]),
        licence=_text(body["licence"]),
        provisional=bool(body.get("provisional", False)),
        runtimes=frozenset(body["detector"]["files"]) & frozenset(body["embedder"]["files"]),
        files={str(name): str(sha256) for name, sha256 in body["files"].items()},
        sources=sources,
        terms=download.get("terms"),
        terms_url=download.get("terms_url"),
    )


def _sources(body: Any) -> tuple[Source, ...]:
    found = tuple(
        Source(
            urls=tuple(map(_text, source["urls"])),
            sha256=_text(source["sha256"]),
            size=int(source["size"]),
            files=dict(source.get("entries") or {"": _text(source["file"])}),
        )
        for source in body.get("download", {}).get("sources", ())
    )
    if found:
        _check_names([name for source in found for name in source.files.values()], body["files"])
    return found


def _check_names(names: Sequence[str], files: Mapping[str, str]) -> None:
    if sorted(names) != sorted(files):
        raise ValueError(f"it downloads {', '.join(sorted(names))} and not {', '.join(sorted(files))}")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{json.dumps(value)} is not a text")
    return value
