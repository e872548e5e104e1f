"""The library as it was last read: facts come back as they were stored, and the mark moves only at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.library import LibraryStore
from stash_sense.core.curation.snapshots import MediaFacts, PerformerFacts

JANE = PerformerFacts(
    "9", "Jané “J”", "2", ("JD", ""), (("https://box/graphql", "a"),), ("x.com/j",), "1990", "CZ", "FEMALE"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[LibraryStore]:
    with closing(open_database(tmp_path)) as db:
        yield LibraryStore(db)


def test_facts_come_back_by_ascending_number(library: LibraryStore) -> None:
    plain = PerformerFacts("10", "Zoe")
    library.put("performer", [plain, JANE])
    assert list(library.performers()) == [JANE, plain]
    scenes = [MediaFacts("scene", str(number), f"S {number}", ("9",), ("1", "2")) for number in range(2100, 0, -1)]
    library.put("scene", scenes)
    library.put("image", [MediaFacts("image", "5", "I", ("9", "10"))])
    assert list(library.media("scene")) == scenes[::-1]
    assert list(library.media("image")) == [MediaFacts("image", "5", "I", ("9", "10"))]


def test_newer_facts_replace_older_ones_and_gone_objects_go(library: LibraryStore) -> None:
    library.put("performer", [JANE, PerformerFacts("10", "Zoe")])
    library.put("performer", [PerformerFacts("9", "Janet")])
    library.drop("performer", ["10"])
    assert list(library.performers()) == [PerformerFacts("9", "Janet")]
    assert (library.ids("performer"), library.ids("scene")) == ({"9"}, set())


def test_the_mark_moves_when_a_sweep_has_ended(library: LibraryStore) -> None:
    assert (library.mark("scene"), library.under_way("scene")) == (None, None)
    library.begin("scene", since=None, next_mark="t5")
    library.put("scene", [MediaFacts("scene", "70", "S")], last_id="70")
    assert (library.mark("scene"), library.under_way("scene")) == (None, (None, "70"))
    library.finish("scene")
    assert (library.mark("scene"), library.under_way("scene")) == ("t5", None)
    library.begin("scene", since="t5", next_mark="t8")
    assert (library.mark("scene"), library.under_way("scene")) == ("t5", ("t5", "0"))
    assert library.mark("performer") is None


def test_what_a_cast_was_checked_on_is_remembered(library: LibraryStore) -> None:
    assert library.cast_stamp("7") is None
    library.put_cast_stamp("7", "a")
    library.put_cast_stamp("7", "b")
    assert library.cast_stamp("7") == "b"
    library.drop_cast_stamps(["7", "8"])
    assert library.cast_stamp("7") is None
