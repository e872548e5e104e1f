"""The library's references vouch for pictures of the same person on a box."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.builders import DIMS, a_person

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.codec import to_blob
from stash_sense.core.gallery_records import ReferenceRecord
from stash_sense.core.records import PersonRecord
from stash_sense.core.values import EmbeddingSpace
from stash_sense.usecases.own_faces import LibraryFaces

SPACE = EmbeddingSpace("test", "1", DIMS)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        stores = SqliteStores(db)
        for performer, stash_id in ((1, "ann"), (2, "bea")):
            link = {"endpoint": "https://box", "stash_id": stash_id}
            stores.gallery.put_person(
                PersonRecord(f"performer:{performer}", stash_id, None, str(performer), (link,)), "t"
            )
        yield stores


def a_reference(
    stores: SqliteStores, number: int, *, origin: str = "image", state: str = "used", pack: str = "test"
) -> None:
    stores.gallery.add_reference(
        ReferenceRecord("performer:1", origin, str(number), f"h{number}", pack, "1", state, 0.9, to_blob(a_person(number)), b"", "t")
    )  # fmt: skip


def test_references_in_use_are_found_by_any_of_the_ids(stores: SqliteStores) -> None:
    a_reference(stores, 1)
    a_reference(stores, 2, state="set_aside")
    a_reference(stores, 3, origin="site")
    a_reference(stores, 4, pack="other")
    own = LibraryFaces(stores, SPACE)
    found = own.of([("https://elsewhere", "x"), ("https://box", "ann")])
    assert found.shape == (1, DIMS)
    assert np.allclose(found[0], a_person(1), atol=1e-3)


def test_strangers_have_none(stores: SqliteStores) -> None:
    a_reference(stores, 1)
    own = LibraryFaces(stores, SPACE)
    assert own.of([("https://box", "bea")]).shape == own.of([("https://box", "nobody")]).shape == (0, DIMS)
