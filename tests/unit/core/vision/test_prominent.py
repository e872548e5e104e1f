from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import a_face

from stash_sense.core.vision.prominent import prominent


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        pytest.param({"size_px": 150}, True, id="as large"),
        pytest.param({"size_px": 60}, False, id="small"),
        pytest.param({"size_px": 150, "confidence": 0.6}, False, id="doubtful"),
        pytest.param({"size_px": 150, "left": 900}, False, id="cut off by the edge"),
        pytest.param({"size_px": 150, "left": 840}, True, id="hardly cut off"),
    ],
)
def test_faces_in_the_background_are_no_second_person(second: dict[str, float], counts: bool) -> None:
    values = dict(second)
    confidence = values.pop("confidence", 0.9)
    near = a_face(size_px=300).detection
    other = replace(a_face(**values).detection, confidence=confidence)
    found = prominent([other, near], width=980, height=600, sure_face=0.7)
    assert found == ([near, other] if counts else [near])
