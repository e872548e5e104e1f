"""A catalogue with one box and nobody in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import open_catalogue
from stash_sense.core.catalogue.records import Source

BOX = "https://box.test/graphql"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqliteCatalogue]:
    db, _ = open_catalogue(tmp_path)
    with closing(db):
        catalogue = SqliteCatalogue(db)
        catalogue.sources.put(Source(BOX, "box.test", "Box", "stash-box", "high"))
        yield catalogue
