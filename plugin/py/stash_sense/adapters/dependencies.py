"""Where the installed dependencies lie and whether they are complete.

Every task and operation passes through here, so: standard library only, nothing imported that `json` and `pathlib` do not bring along,
no dependency imported to see whether it is there. The answer comes from a stamp that the task “Set up or repair” writes last:

    <data>/site/<tag>/stamp.json    {"state": "installed" | "system", "set": "default" | "musl", "packages": {name: version}, …}

`installed`: the packages lie beside the stamp. `system`: the interpreter had everything already; "prefix" and "files" say which and where.
The tag changes with the Python version, the platform and the requirement file, so a changed container or plugin asks for set-up again.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
STAMP = "stamp.json"
TASK = "Set up or repair"
PLATFORM: str = sys.platform
RUNTIMES = {"default": "onnxruntime", "musl": "ncnn"}  # requirement set → what runs the models


def python_tag() -> str:
    """Interpreter as in wheel names: "cp312"; "cp313t" for a free-threaded build, which cannot load the wheels of the other."""
    name = {"cpython": "cp", "pypy": "pp"}.get(sys.implementation.name, sys.implementation.name)
    free_threaded = "t" if "free-threading" in sys.version else ""
    return f"{name}{sys.version_info.major}{sys.version_info.minor}{free_threaded}"


def system() -> str:
    """Which wheels the platform takes: "manylinux", "musllinux", "macosx", "win" or, where we have none, the platform's own name."""
    if PLATFORM == "linux":
        return "manylinux" if glibc_version() else "musllinux"
    return {"darwin": "macosx", "win32": "win"}.get(PLATFORM, PLATFORM)


def glibc_version() -> str:
    """ "2.36", or "" where the C library is not glibc."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc").strip()
    except (AttributeError, ValueError, OSError):  # Windows; musl and macOS do not know the name
        return ""


def machine() -> str:
    """Processor as in wheel names: x86_64, aarch64 (Linux), arm64 (macOS, Windows), amd64 (Windows)."""
    if PLATFORM == "win32":  # os.uname is not there, and the interpreter may be emulated: its build decides
        return next((name for name in ("amd64", "arm64") if f"({name})" in sys.version.lower()), "win32")
    return os.uname().machine


def requirement_set() -> str:
    """The set this interpreter takes: "default" (onnxruntime and OpenCV), or "musl" (ncnn and Pillow) where onnxruntime has no wheel.

    The environment variable STASH_SENSE_RUNTIME = onnxruntime | ncnn chooses one.
    """
    wanted = os.environ.get("STASH_SENSE_RUNTIME", "").strip().lower()
    for name, runtime in RUNTIMES.items():
        if wanted == runtime:
            return name
    no_onnxruntime = system() == "musllinux" or (
        system() == "macosx" and machine() == "x86_64" and sys.version_info >= (3, 14)
    )
    return "musl" if no_onnxruntime else "default"


def requirement_file() -> Path:
    return REQUIREMENTS / f"{requirement_set()}.txt"


def tag(requirements: Path | None = None) -> str:
    """Folder name for this interpreter, such as "cp312-manylinux-x86_64-1f0c22ab" (the end: CRC of the requirement file)."""
    text = (requirements or requirement_file()).read_bytes().replace(b"\r\n", b"\n")
    return f"{python_tag()}-{system()}-{machine()}-{zlib.crc32(text):08x}"


def read_stamp(folder: Path) -> dict[str, object] | None:
    """What set-up wrote into `folder`; None if there is no (readable) stamp."""
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def site_folder(data_dir: Path, requirements: Path | None = None) -> Path | None:
    """The folder of this interpreter's dependencies (or just of its stamp, where they are the system's); None if set-up is due."""
    try:
        folder = data_dir / "site" / tag(requirements)
    except OSError:  # a plugin folder without its requirement file
        return None
    stamp = read_stamp(folder)
    return folder if stamp is not None and _holds(stamp) else None


def add_to_path(data_dir: Path) -> bool:
    """Makes the dependencies importable, ahead of older copies elsewhere; False if set-up is due."""
    folder = site_folder(data_dir)
    if folder is None:
        return False
    if (read_stamp(folder) or {}).get("state") == "installed" and str(folder) not in sys.path:
        sys.path.insert(1 if sys.path else 0, str(folder))  # 0 is plugin/py, where our own package lies
    return True


def missing_sentence() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"Stash Sense is not set up for this Python ({version}) yet: "
        f"run the task “{TASK}” under Settings > Tasks > Plugin tasks, then try again."
    )


def summary(data_dir: Path) -> dict[str, object]:
    """For the status operation: {ok, runtime, packages {name: version}, origin, message}."""
    folder = site_folder(data_dir)
    stamp: Mapping[str, object] = (read_stamp(folder) if folder else None) or {}
    return {
        "ok": folder is not None,
        "runtime": RUNTIMES[requirement_set()],
        "packages": stamp.get("packages", {}),
        "origin": stamp.get("state"),
        "message": None if folder else missing_sentence(),
    }


def _holds(stamp: Mapping[str, object]) -> bool:
    if stamp.get("state") == "installed":
        return True
    files = stamp.get("files")
    if stamp.get("state") != "system" or stamp.get("prefix") != sys.prefix or not isinstance(files, list):
        return False
    return all(Path(str(file)).exists() for file in files)
