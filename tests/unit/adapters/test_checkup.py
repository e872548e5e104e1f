from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from stash_sense.adapters import checkup
from stash_sense.adapters.store.database import open_database
from stash_sense.errors import SetupError, StashSenseError


class Usage(NamedTuple):
    free: int


def test_an_intact_database_says_its_size(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        assert checkup.check_database(db, tmp_path) == "intact, 1 MB"


def test_a_row_that_refers_to_nothing_is_found(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO candidate VALUES (99, 1, 'performer:1', 0.5, 1, 0.1, 0.5, 1)")
        with pytest.raises(SetupError, match="rows that are gone"):
            checkup.check_database(db, tmp_path)


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.executemany(
            "INSERT INTO person (id, name, updated_at) VALUES (?, ?, 'now')",
            [(f"performer:{i}", "x" * 200) for i in range(500)],
        )
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "sense.db"
    data = bytearray(file.read_bytes())
    for offset in range((pages + 5) * 4096, len(data) - 4096, 4096):
        data[offset : offset + 2000] = bytes(2000)
    file.write_bytes(data)
    with closing(open_database(tmp_path)) as db, pytest.raises(StashSenseError, match="damaged"):
        checkup.check_database(db, tmp_path)


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    assert checkup.check_folder(tmp_path) == f"{tmp_path} can be written"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"cannot be written .* Give the user"):
        checkup.check_folder(tmp_path / "gone")


@pytest.mark.parametrize(("free", "text"), [(3_200_000_000, "3.2 GB free"), (600_000_000, "600 MB free")])
def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, text: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free))
    assert checkup.check_room(tmp_path) == text


def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(12_000_000))
    with pytest.raises(SetupError, match="Only 12 MB are free"):
        checkup.check_room(tmp_path)


def test_a_disk_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not say"):
        checkup.check_room(tmp_path / "gone")
