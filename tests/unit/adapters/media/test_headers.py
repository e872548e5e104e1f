from __future__ import annotations

import numpy as np
import pytest
from tests.media import stills

from stash_sense.adapters.media.headers import Header, read_header


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (stills.jpeg(64, 48), Header("jpeg", 64, 48)),
        (stills.png(64, 48), Header("png", 64, 48)),
        (stills.png(64, 48, "rgba"), Header("png", 64, 48, alpha=True)),
        (stills.png(64, 48, "gray16be"), Header("png", 64, 48, deep=True)),
        (stills.encoded("gif", "rgb8", 64, 48), Header("gif", 64, 48)),
        (stills.encoded("bmp", "bgr24", 64, 48), Header("bmp", 64, 48)),
        (stills.encoded("tiff", "rgb24", 64, 48), Header("tiff", 64, 48)),
        (stills.encoded("libwebp", "yuv420p", 64, 48), Header("webp", 64, 48)),
        (
            stills.encoded("libwebp", "yuva420p", picture=np.full((48, 64, 4), 90, np.uint8)),
            Header("webp", 64, 48, alpha=True),
        ),
        (stills.avif(64, 48), Header("heif", 64, 48)),
        (stills.png_that_claims(70_000, 70_000), Header("png", 70_000, 70_000)),
    ],
    ids=lambda value: value.kind if isinstance(value, Header) else "",
)
def test_kind_size_and_transparency(data: bytes, header: Header) -> None:
    assert read_header(data) == header


@pytest.mark.parametrize("data", [b"", b"GIF8", b"hello, this is no picture", b"\x89PNG\r\n\x1a\n\0\0"])
def test_none_where_there_is_nothing_to_tell(data: bytes) -> None:
    assert read_header(data) is None


def test_a_jpeg_with_a_thumbnail_inside_tells_its_own_size() -> None:
    small = stills.jpeg(16, 16)
    whole = stills.jpeg(64, 48)
    with_thumbnail = whole[:2] + b"\xff\xe1" + (len(small) + 2).to_bytes(2, "big") + small + whole[2:]
    assert read_header(with_thumbnail) == Header("jpeg", 64, 48)
