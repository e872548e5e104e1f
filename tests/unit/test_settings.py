"""The setting model_pack takes one of our packs or a folder; everything else of settings.py: tests/unit/test_settings_documented.py, journeys."""

from __future__ import annotations

import pytest

from stash_sense.errors import RequestError
from stash_sense.settings import check, effective, names_in


@pytest.mark.parametrize("value", ["compact", "opencv", "buffalo_l", "/packs/mine", "D:\\packs\\mine"])
def test_a_pack_or_a_folder_is_taken(value: str) -> None:
    assert check("model_pack", value) == value
    assert effective({"model_pack": f" {value} "})["model_pack"] == value


@pytest.mark.parametrize("value", ["antelope", "Compact", 3])
def test_anything_else_is_refused_and_counts_as_unset(value: object) -> None:
    with pytest.raises(RequestError, match="takes compact or opencv or buffalo_l or the path of a folder"):
        check("model_pack", value)
    assert effective({"model_pack": value})["model_pack"] == "compact"


def test_nothing_is_accepted_by_default() -> None:
    assert effective({})["accept_licence"] == ""


def test_a_list_of_names_is_taken_as_it_is_written() -> None:
    assert names_in(" StashDB, ,fansdb.cc,") == {"stashdb", "fansdb.cc"}
    assert names_in("") == set()
