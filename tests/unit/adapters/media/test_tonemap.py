from __future__ import annotations

import numpy as np
import pytest
from tests.media.hdr import hlg_value, pq_value

from stash_sense.adapters.media.tonemap import to_sdr

CODES = {"pq": pq_value, "hlg": hlg_value}


def shown(curve: str, nits: float) -> int:
    """The 8-bit grey that a grey of so many nits becomes."""
    code = np.rint(CODES[curve](np.array(nits, dtype=float)) * 65535).astype(np.uint16)
    pixel = to_sdr(np.full((1, 1, 3), code, np.uint16), curve)[0, 0]
    assert np.ptp(pixel.astype(int)) <= 1  # grey stays grey
    return int(pixel[1])


@pytest.mark.parametrize("curve", ["pq", "hlg"])
def test_faces_keep_the_brightness_they_have_in_sdr(curve: str) -> None:
    for light in (0.05, 0.18, 0.4):  # of diffuse white, which is 203 nits
        sdr = 255 * (1.099 * light**0.45 - 0.099)
        assert shown(curve, light * 203) == pytest.approx(sdr, abs=4)


@pytest.mark.parametrize("curve", ["pq", "hlg"])
def test_highlights_are_told_apart_up_to_the_peak(curve: str) -> None:
    greys = [shown(curve, nits) for nits in (0, 50, 100, 203, 400, 700, 1000)]
    assert greys == sorted(set(greys))
    assert greys[0] == 0
    assert greys[-1] >= 250


def test_beyond_the_peak_is_white() -> None:
    assert shown("pq", 10_000) == 255


def test_pictures_of_any_height_are_done_to_the_last_row() -> None:
    picture = np.full((131, 3, 3), 30_000, np.uint16)
    assert np.unique(to_sdr(picture, "pq")).size == 1
