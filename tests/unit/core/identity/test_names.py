from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.identity.names import folded, is_full, likeness, name_key, one_word_apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yua Mikami", "Mikami Yua"),
        ("Zoë O'Neil", "ZOE O NEIL"),
        ("Jane  Doe.", "doe, jane"),
        ("ＪＡＮＥ Doe", "Jane Doe"),
        ("Ana María", "ana maria"),
    ],
)
def test_the_same_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Jane Doe", "Jane Roe"), ("はな", "ばな"), ("Jane", "Jane Doe")])
def test_another_name(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("name", "full"), [("jane doe", True), ("jane", False), ("三上悠亜", True), ("はな", False), ("", False)]
)
def test_full_names(name: str, full: bool) -> None:
    assert is_full(name) is full


@pytest.mark.parametrize(
    ("one", "other", "value"), [("martha", "marhta", 0.961), ("dixon", "dicksonx", 0.813), ("dwayne", "duane", 0.84)]
)
def test_likeness_as_published(one: str, other: str, value: float) -> None:
    assert likeness(one, other) == pytest.approx(value, abs=1e-3)


def test_nothing_is_like_nothing() -> None:
    assert likeness("", "") == 0
    assert likeness("jane", "") == 0


def test_a_misspelling_is_in_one_word() -> None:
    assert one_word_apart("jane doherty", "jane dohertie")
    assert one_word_apart("jane doherty", "jane marie doherty")
    assert not one_word_apart("jane doherty", "jana dohertie")


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_a_measure(one: str, other: str) -> None:
    left, right = folded(one), folded(other)
    assert 0 <= likeness(left, right) <= 1
    assert likeness(left, left) == (1 if left else 0)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert name_key(name_key(name)) == name_key(name)
