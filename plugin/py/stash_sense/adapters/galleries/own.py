"""The user's own data as one file: a zip of own.json, which seals it, and own.db. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from stash_sense.adapters.galleries import people_db
from stash_sense.adapters.galleries.archive import Archive, Progress, silent, write_zip
from stash_sense.adapters.galleries.manifest import entry_of
from stash_sense.adapters.galleries.staging import plain_words, staged
from stash_sense.adapters.store.database import Database
from stash_sense.core.catalogue.own import OwnData, OwnPerson
from stash_sense.core.catalogue.package import FORMAT, decode_files, sealed, unsealed
from stash_sense.core.gallery_records import EnrolmentRecord, ReferenceRecord
from stash_sense.core.records import DecisionRecord, PersonRecord
from stash_sense.errors import SetupError

OWN = "own.json"
DATA = "own.db"
RECORDS: Mapping[str, Any] = {
    "person": PersonRecord,
    "reference": ReferenceRecord,
    "enrolment": EnrolmentRecord,
    "decision": DecisionRecord,
}
JSON = {"links", "before", "after"}  # fields that are no single value
EXTRA = {"person": ("crop",)}
MARKS = ("kind", "stash_id", "fingerprint")

Row = dict[str, Any]


def write_own(target: Path, data: OwnData, now: str, progress: Progress = silent) -> dict[str, int]:
    """Writes `target`, whole or not at all; returns how many rows of each kind. Raises SetupError with the remedy."""
    with plain_words(target.parent), staged(target.parent) as folder:
        with people_db.creating(folder / DATA, _schema()) as db:
            _fill(db, "person", ({**_row(one.record), "crop": one.crop} for one in data.people))
            _fill(db, "reference", map(_row, data.references))
            _fill(db, "enrolment", map(_row, data.enrolments))
            _fill(db, "decision", map(_row, data.decisions))
            marks = [(*subject, mark) for subject, mark in data.fingerprints.items()]
            _fill(db, "fingerprint", (dict(zip(MARKS, mark, strict=True)) for mark in marks))
            counts = {table: int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]) for table in RECORDS}
        body = {
            "format": FORMAT,
            "kind": "own",
            "created_at": now,
            "counts": counts,
            "files": {DATA: asdict(entry_of(folder / DATA))},
        }
        (folder / OWN).write_text(sealed(body), "utf-8")
        write_zip(target, [folder / OWN, folder / DATA], progress)
    return counts


@contextmanager
def read_own(source: Path, workspace: Path, progress: Progress = silent) -> Iterator[OwnData]:
    """The data in the file `source`, checked, as long as the block runs. workspace: a folder to unpack in. Raises SetupError."""
    with plain_words(workspace), closing(Archive(source)) as archive, staged(workspace) as folder:
        archive.extract(folder, _files(archive), progress)
        with closing(people_db.open_for_reading(folder / DATA)) as db:
            yield OwnData(
                people=(OwnPerson(_record("person", row), row["crop"]) for row in _rows(db, "person")),
                references=(_record("reference", row) for row in _rows(db, "reference")),
                enrolments=(_record("enrolment", row) for row in _rows(db, "enrolment")),
                decisions=(_record("decision", row) for row in _rows(db, "decision")),
                fingerprints={(row["kind"], row["stash_id"]): row["fingerprint"] for row in _rows(db, "fingerprint")},
            )


def _files(archive: Archive) -> Mapping[str, Any]:
    try:
        body = unsealed(archive.text(OWN).decode("utf-8"))
        files = decode_files(body["files"])
        if body["kind"] != "own" or set(files) != {DATA}:
            raise ValueError("it holds something else")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise SetupError(f"{archive.shown} cannot be used: {err}. Copy it again.") from err
    return files


def _columns(table: str) -> list[str]:
    return [*(one.name for one in fields(RECORDS[table])), *EXTRA.get(table, ())] if table in RECORDS else list(MARKS)


def _schema() -> list[str]:
    return [f"CREATE TABLE {table} ({', '.join(_columns(table))})" for table in (*RECORDS, "fingerprint")]


def _fill(db: Database, table: str, rows: Iterable[Row]) -> None:
    names = _columns(table)
    places = ", ".join("?" * len(names))
    db.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", ([row[name] for name in names] for row in rows)
    )


def _row(record: Any) -> Row:
    values = {one.name: getattr(record, one.name) for one in fields(record)}
    return {name: json.dumps(value) if name in JSON else value for name, value in values.items()}


def _rows(db: people_db.Reading, table: str) -> Iterator[Row]:
    """In the file's own order. A file of another version of the plugin may have columns more or fewer."""
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY rowid")
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _record(table: str, row: Row) -> Any:
    kind = RECORDS[table]
    known = {one.name for one in fields(kind)}
    values = {name: json.loads(value) if name in JSON else value for name, value in row.items() if name in known}
    if "links" in values:
        values["links"] = tuple(values["links"])
    try:
        return kind(**values)
    except TypeError as err:  # a field that has no default is missing
        raise SetupError(f"The exported data lack something this version of the plugin needs ({err}).") from err


@dataclass(frozen=True, slots=True)
class OwnZip:
    """Fits usecases.own_data.OwnFile. workspace: a folder to unpack in."""

    path: Path
    workspace: Path
    progress: Progress = silent

    def write(self, data: OwnData, now: str) -> dict[str, int]:
        return write_own(self.path, data, now, self.progress)

    def read(self) -> AbstractContextManager[OwnData]:
        return read_own(self.path, self.workspace, self.progress)
