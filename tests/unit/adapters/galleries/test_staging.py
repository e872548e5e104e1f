from __future__ import annotations

from pathlib import Path

from stash_sense.adapters.galleries.staging import staged, sweep_leftovers


def test_a_folder_that_is_being_filled_is_no_leftover(tmp_path: Path) -> None:
    with staged(tmp_path) as folder:
        sweep_leftovers(tmp_path)
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []
