from __future__ import annotations

from dataclasses import replace

import pytest

from stash_sense.core.catalogue.site_report import SiteReport

GOOD = SiteReport(
    "babepedia.com", "now", "compact", "1", people=8, pages=10, pictures=20, faces=20, matching=18, elsewhere=1
)


def test_a_site_whose_faces_match_is_trusted() -> None:
    assert GOOD.trusted
    assert GOOD.doubt is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"faces": 9, "matching": 9, "elsewhere": 0}, "9 usable faces"),
        ({"people": 4}, "4 people"),
        ({"elsewhere": 3}, "3 of 20 faces are nearer to somebody else"),
        ({"matching": 15}, "only 15 of 20 faces match"),
    ],
)
def test_other_sites_are_not_and_it_says_why(changes: dict[str, int], words: str) -> None:
    report = replace(GOOD, **changes)
    assert not report.trusted
    assert words in str(report.doubt)


@pytest.mark.parametrize("changes", [{"faces": 10, "matching": 8}, {"people": 5}, {"elsewhere": 2}, {"matching": 16}])
def test_the_limits_themselves_are_good_enough(changes: dict[str, int]) -> None:
    assert replace(GOOD, **changes).trusted
