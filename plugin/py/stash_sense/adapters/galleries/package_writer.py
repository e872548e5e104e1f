"""Writes a package: people.db, vectors.usearch, manifest.json, in one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stash_sense.core.catalogue.package import PackageHeader
from stash_sense.core.catalogue.values import PackagePerson


def write_package(galleries: Path, header: PackageHeader, people: Iterable[PackagePerson], *, threads: int = 0) -> Path:
    """The folder <galleries>/<name>/<build id>/ with everybody in `people`; each person's id must be different.

    Takes people one by one, a million faces in bounded memory. Killed at any instant it leaves only a folder that `sweep_leftovers` removes.
    threads: of the index, 0 for all cores. Raises SetupError with the remedy (disk full, no right to write).
    """
    raise NotImplementedError
