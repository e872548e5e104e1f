"""The interpreter and the platform that we run on, as set-up judges them."""

from __future__ import annotations

import platform
import re
import struct
import sys

from stash_sense.adapters import dependencies
from stash_sense.core.setup import Interpreter


def interpreter() -> Interpreter:
    chosen = dependencies.requirement_set()
    return Interpreter(
        version=(sys.version_info.major, sys.version_info.minor),
        implementation=sys.implementation.name,
        bits=struct.calcsize("P") * 8,
        free_threaded="free-threading" in sys.version,
        system=dependencies.system(),
        machine=dependencies.machine(),
        requirement_set=chosen,
        runtime=dependencies.RUNTIMES[chosen],
        executable=sys.executable,
        libc=_version(dependencies.glibc_version()),
        macos=_version(platform.mac_ver()[0]) if sys.platform == "darwin" else None,
    )


def _version(text: str) -> tuple[int, int] | None:
    match = re.match(r"(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else None
