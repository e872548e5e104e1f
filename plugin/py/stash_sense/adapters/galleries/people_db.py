"""people.db of a package: everything but the vectors. Standard library only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from stash_sense.adapters.endpoints import host_of
from stash_sense.adapters.store.database import Database, plain_words
from stash_sense.adapters.store.migrate import statements
from stash_sense.core.catalogue.digest import StoredFace, content_digest, face_key
from stash_sense.core.catalogue.values import PackagePerson, PersonId
from stash_sense.errors import SetupError

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE person (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    disambiguation TEXT,
    gender TEXT,
    birth_date TEXT,
    country TEXT,
    digest BLOB NOT NULL -- sha256 over everything about the person, with faces and vectors
);
CREATE TABLE person_id (
    person_no INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    host TEXT NOT NULL,
    box_id TEXT NOT NULL,
    retired INTEGER NOT NULL -- 1: merged or deleted on the box
);
CREATE INDEX person_id_box ON person_id (box_id, host);
CREATE INDEX person_id_person ON person_id (person_no);
CREATE TABLE crop (person_no INTEGER PRIMARY KEY, jpeg BLOB NOT NULL); -- apart, since a search reads every name
CREATE TABLE alias (person_no INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX alias_person ON alias (person_no);
CREATE TABLE url (person_no INTEGER NOT NULL, url TEXT NOT NULL);
CREATE INDEX url_person ON url (person_no);
CREATE TABLE face (
    key INTEGER PRIMARY KEY, -- of the vector in the index
    person_no INTEGER NOT NULL,
    source TEXT NOT NULL,
    image_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    quality REAL NOT NULL
);
CREATE INDEX face_person ON face (person_no);
"""
CHILDREN = ("person_id", "crop", "alias", "url", "face")
_PERSON = "no, id, name, disambiguation, gender, birth_date, country"


class _Cursor(sqlite3.Cursor):
    """Errors while rows are fetched name the file too."""

    def fetchone(self) -> Any:
        with _naming(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _naming(self.connection):
            return super().fetchall()

    def __next__(self) -> Any:
        with _naming(self.connection):
            return super().__next__()


class Reading(sqlite3.Connection):
    """Errors name the file: a package that cannot be read is damaged."""

    path: Path

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        with _naming(self):
            return self.cursor(_Cursor).execute(sql, parameters)


@contextmanager
def _naming(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except sqlite3.ProgrammingError:  # a fault of ours, not of the file
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as err:
        raise damaged(db.path if isinstance(db, Reading) else Path(), err) from err


def damaged(path: Path, err: object) -> SetupError:
    return SetupError(f"{path} is damaged ({err}): import or build the gallery again.")


def open_for_reading(path: Path) -> Reading:
    """The database of a finished package, which nobody changes: no locks, no files beside it."""
    try:
        db: Reading = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, factory=Reading
        )
    except sqlite3.Error as err:
        raise damaged(path, err) from err
    db.path = path
    return db


def creating(path: Path, schema: Sequence[str] = ()) -> AbstractContextManager[Database]:
    """A new database to fill; schema: statements, by default those of people.db."""
    return writing(path, schema or tuple(statements(SCHEMA)))


@contextmanager
def writing(path: Path, schema: Sequence[str] = ()) -> Iterator[Database]:
    """A database to change in one go: COMMIT at the end; after an exception the file is of no use.

    Without a journal, since only a finished file is ever put in place.
    """
    with plain_words():
        db: Database = sqlite3.connect(path, isolation_level=None, factory=Database)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        for statement in schema:
            db.execute(statement)
        db.execute("BEGIN")
        yield db
        db.execute("COMMIT")
    finally:
        db.close()


def put_meta(db: sqlite3.Connection, values: dict[str, str]) -> None:
    db.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", list(values.items()))


def meta(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM meta").fetchall())


def free_key(db: sqlite3.Connection, taken: Iterable[int], key: int) -> int:
    """`key`, or the next one that no face has."""
    while key in taken or db.execute("SELECT 1 FROM face WHERE key = ?", (key,)).fetchone():
        key += 1
    return key


def key_of(db: sqlite3.Connection, taken: Iterable[int], person_id: str, content_hash: str, place: int) -> int:
    return free_key(db, taken, face_key(person_id, content_hash, place))


def insert(db: sqlite3.Connection, person: PackagePerson, faces: Sequence[StoredFace], digest: bytes) -> None:
    """Adds a person. Raises ValueError if the id is there already."""
    row = db.execute(
        "INSERT OR IGNORE INTO person (id, name, disambiguation, gender, birth_date, country, digest) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no",
        (person.id, person.name, person.disambiguation, person.gender, person.birth_date, person.country, digest),
    ).fetchone()  # fmt: skip
    if row is None:
        raise ValueError(f"{person.id} comes twice")
    (no,) = row
    if person.crop is not None:
        db.execute("INSERT INTO crop (person_no, jpeg) VALUES (?, ?)", (no, person.crop))
    db.executemany(
        "INSERT INTO person_id (person_no, endpoint, host, box_id, retired) VALUES (?, ?, ?, ?, ?)",
        [(no, known.endpoint, host_of(known.endpoint), known.box_id, known.retired) for known in person.ids],
    )
    db.executemany("INSERT INTO alias (person_no, name) VALUES (?, ?)", [(no, alias) for alias in person.aliases])
    db.executemany("INSERT INTO url (person_no, url) VALUES (?, ?)", [(no, url) for url in person.urls])
    db.executemany(
        "INSERT INTO face (key, person_no, source, image_id, content_hash, quality) VALUES (?, ?, ?, ?, ?, ?)",
        [(face.key, no, face.source, face.image_id, face.content_hash, face.quality) for face in faces],
    )


def delete(db: sqlite3.Connection, person_id: str) -> None:
    for table in CHILDREN:
        db.execute(f"DELETE FROM {table} WHERE person_no = (SELECT no FROM person WHERE id = ?)", (person_id,))
    db.execute("DELETE FROM person WHERE id = ?", (person_id,))


def read_person(db: sqlite3.Connection, person_id: str) -> tuple[PackagePerson, list[tuple[int, str, str, str, float]]]:
    """A person without faces, and key, source, image id, content hash and quality of each face, by key. Raises KeyError."""
    row = db.execute(f"SELECT {_PERSON} FROM person WHERE id = ?", (person_id,)).fetchone()
    if row is None:
        raise KeyError(person_id)
    no, _, name, disambiguation, gender, birth_date, country = row
    ids = db.execute("SELECT endpoint, box_id, retired FROM person_id WHERE person_no = ? ORDER BY rowid", (no,))
    aliases = db.execute("SELECT name FROM alias WHERE person_no = ? ORDER BY rowid", (no,))
    urls = db.execute("SELECT url FROM url WHERE person_no = ? ORDER BY rowid", (no,))
    faces = db.execute(
        "SELECT key, source, image_id, content_hash, quality FROM face WHERE person_no = ? ORDER BY key", (no,)
    )
    person = PackagePerson(
        id=person_id,
        name=name,
        ids=tuple(PersonId(endpoint, box_id, bool(retired)) for endpoint, box_id, retired in ids),
        faces=(),
        disambiguation=disambiguation,
        aliases=tuple(alias for (alias,) in aliases),
        gender=gender,
        birth_date=birth_date,
        country=country,
        urls=tuple(url for (url,) in urls),
        crop=crop_of(db, no),
    )
    return person, list(faces)


def face_keys(db: sqlite3.Connection, person_id: str) -> list[int]:
    rows = db.execute("SELECT key FROM face WHERE person_no = (SELECT no FROM person WHERE id = ?)", (person_id,))
    return [key for (key,) in rows]


def vacuum(path: Path) -> None:
    """Takes the gaps out of a database that was changed."""
    with plain_words(), closing(sqlite3.connect(path, isolation_level=None, factory=Database)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("VACUUM")


def crop_of(db: sqlite3.Connection, no: int | None) -> bytes | None:
    row = db.execute("SELECT jpeg FROM crop WHERE person_no = ?", (no,)).fetchone()
    return row[0] if row else None


def digests(db: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Id and digest of everybody, by ascending id."""
    yield from db.execute("SELECT id, digest FROM person ORDER BY id")


def content(db: sqlite3.Connection) -> str:
    """sha256 over everybody."""
    return content_digest(digests(db))


def counts(db: sqlite3.Connection) -> tuple[int, int]:
    """People and faces."""
    people, faces = db.execute("SELECT (SELECT COUNT(*) FROM person), (SELECT COUNT(*) FROM face)").fetchone()
    return int(people), int(faces)
