from __future__ import annotations

from typing import Any

import pytest

from stash_sense.entry.arguments import one_of, share
from stash_sense.errors import RequestError


@pytest.mark.parametrize(("given", "value"), [(None, 0.6), ("", 0.6), (0, 0.0), ("0.95", 0.95), (1, 1.0), (0.8, 0.8)])
def test_a_share_is_a_number_from_0_to_1(given: Any, value: float) -> None:
    assert share({"x": given}, "x", 0.6) == value


@pytest.mark.parametrize("given", [80, -0.1, "much", "nan", "inf", True, [0.5]])
def test_anything_else_is_refused_in_words(given: Any) -> None:
    with pytest.raises(RequestError, match=r"^x is .*, but has to be a number from 0 to 1\.$"):
        share({"x": given}, "x", 0.6)


def test_a_word_out_of_a_list() -> None:
    words = ("scene", "image", "both")
    assert one_of({"x": "image"}, "x", words) == "image"
    assert one_of({"x": None}, "x", words) is None
    assert one_of({}, "x", words) is None
    with pytest.raises(RequestError, match=r"^x is tag: use scene, image or both\.$"):
        one_of({"x": "tag"}, "x", words)
