from __future__ import annotations

import pytest

from stash_sense.core.catalogue.own import Known, match_performers
from stash_sense.core.records import PersonRecord

BOX, OTHER = "https://box.example/graphql", "https://other.example/graphql"


def a_performer(number: int, name: str = "Ann", disambiguation: str | None = None, **ids: str) -> PersonRecord:
    """ids: box=…, other=…"""
    links = tuple(
        {"endpoint": {"box": BOX, "other": OTHER}[box], "stash_id": stash_id} for box, stash_id in ids.items()
    )
    return PersonRecord(f"performer:{number}", name, disambiguation, str(number), links)


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (a_performer(1), [a_performer(1)], 1),
        (a_performer(1), [a_performer(2)], 2),
        (a_performer(1, "ANN"), [a_performer(2, "Ann")], 2),
        (a_performer(1), [a_performer(1, "Bea")], None),
        (a_performer(1), [a_performer(1, "Bea"), a_performer(2)], 2),
        (a_performer(1), [a_performer(2), a_performer(3)], None),
        (a_performer(1, "Ann", "1990"), [a_performer(2, "Ann", "1980"), a_performer(3, "Ann", "1990")], 3),
        (a_performer(1, "Ann", "1990"), [a_performer(2, "Ann")], None),
        (a_performer(1, box="x"), [a_performer(2, "Bea", box="x")], 2),
        (a_performer(1, box="x"), [a_performer(1, box="y"), a_performer(2, "Bea", box="x")], 2),
        (a_performer(1, box="x"), [a_performer(1, box="y")], None),
        (a_performer(1, box="x"), [a_performer(2, other="x")], 2),
        (a_performer(1, box="x"), [a_performer(2, "Bea", box="x"), a_performer(3, "Cleo", box="x")], None),
        (a_performer(1, box="x", other="o"), [a_performer(2, "Bea", box="x"), a_performer(3, "Cleo", other="o")], None),
        (a_performer(1), [], None),
    ],
)
def test_nobody_is_guessed(theirs: PersonRecord, ours: list[PersonRecord], expected: int | None) -> None:
    found = match_performers([theirs], [Known(one) for one in ours])
    assert found == (
        {} if expected is None else {theirs.id: next(one for one in ours if one.performer_id == str(expected))}
    )


def test_a_performer_renamed_meanwhile_is_known_by_the_alias() -> None:
    now = Known(a_performer(1, "Bea"), ("ann",))
    assert match_performers([a_performer(1, "Ann")], [now]) == {"performer:1": now.record}
