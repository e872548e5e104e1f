"""Pieces of Stash's answers that scenes, images and performers have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stash_sense.adapters.stash.answers import local_path
from stash_sense.usecases.ports import Named, StashId


def named(rows: Sequence[Mapping[str, Any]]) -> tuple[Named, ...]:
    return tuple(Named(str(row["id"]), row["name"]) for row in rows)


def stash_ids(rows: Sequence[Mapping[str, Any]]) -> tuple[StashId, ...]:
    return tuple(StashId(row["endpoint"], row["stash_id"]) for row in rows)


def fingerprint(file: Mapping[str, Any]) -> str:
    """oshash, else md5, else size and time of the last change: another value means another content."""
    known = {row["type"]: row["value"] for row in file["fingerprints"]}
    for kind in ("oshash", "md5"):
        if known.get(kind):
            return f"{kind}:{known[kind]}"
    return f"file:{file['size']}:{file['mod_time']}"


def title(row: Mapping[str, Any], file: Mapping[str, Any] | None) -> str:
    """The title, or the file name as Stash's own pages show it."""
    return row["title"] or (file["basename"] if file else "")


def optional_path(address: str | None) -> str | None:
    return local_path(address) if address else None
