from __future__ import annotations

import sys

from stash_sense.adapters.platform import interpreter
from stash_sense.core.setup import check_platform, check_python


def test_this_very_interpreter_is_supported() -> None:
    found = interpreter()
    assert (found.version, found.bits) == (sys.version_info[:2], 64)
    assert found.executable == sys.executable
    assert check_python(found).ok
    assert check_platform(found).ok
