"""Which of the two readers is taken."""

from __future__ import annotations

import pytest

from stash_sense.adapters.media.frames import open_frames
from stash_sense.adapters.media.video import VideoFrames
from stash_sense.errors import SetupError

MISSING = "stash_sense.adapters.media.no_such_reader"


def test_pyav_comes_first() -> None:
    assert open_frames(threads=2) == VideoFrames(threads=2)


def test_the_next_reader_is_taken_where_the_first_cannot_be_imported() -> None:
    pytest.importorskip("cv2")
    source = open_frames(readers=(MISSING, "stash_sense.adapters.media.video_opencv"))
    assert type(source).__module__ == "stash_sense.adapters.media.video_opencv"


def test_without_any_reader_the_set_up_task_is_named() -> None:
    with pytest.raises(SetupError, match="Set up or repair"):
        open_frames(readers=(MISSING,))
