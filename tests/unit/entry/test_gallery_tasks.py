"""Arguments of the gallery tasks that are turned down before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from stash_sense.entry import gallery_tasks
from stash_sense.entry.protocol import Connection, Request
from stash_sense.errors import RequestError

NOWHERE = Connection("http", "127.0.0.1", 1, None, None, "", "")


@pytest.mark.parametrize("task", ["import_gallery", "export_gallery", "import_own_data", "export_own_data"])
def test_a_path_that_depends_on_where_stash_was_started_is_refused(task: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"boxes\.zip is not a full path"):
        getattr(gallery_tasks, task)(Request(task, {"path": "boxes.zip"}, NOWHERE, tmp_path))
    assert list(tmp_path.iterdir()) == []
