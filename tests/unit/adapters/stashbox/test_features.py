from __future__ import annotations

import pytest

from stash_sense.adapters.stashbox.answers import UnknownNameError
from stash_sense.adapters.stashbox.features import Features, is_theporndb


@pytest.mark.parametrize(
    ("host", "answer"),
    [("theporndb.net", True), ("api.theporndb.net", True), ("stashdb.org", False), ("nottheporndb.net", False)],
)
def test_theporndb_is_known_by_its_host(host, answer):
    assert is_theporndb(host) is answer


def test_theporndb_has_no_merges_or_steady_sorts_whatever_its_schema_says():
    features = Features({}, theporndb=True)
    wanted = ["merged_into", "merged_ids", "sort NAME", "snapshot", "pages", "updated"]
    assert [features.supports(one) for one in wanted] == [False] * 4 + [True, True]


def test_what_nobody_could_ask_about_counts_as_there_until_it_is_refused():
    features = Features({})
    err = UnknownNameError("no such field", "Performer", "updated")
    assert features.supports("updated") is True
    features.refuse(err)
    assert features.supports("updated") is False


def test_a_name_that_is_refused_though_left_out_is_an_error():
    features = Features({"Performer": frozenset({"id"})})
    with pytest.raises(UnknownNameError):
        features.refuse(UnknownNameError("no such field", "Performer", "updated"))
