"""pip, started as a child: pinned, hashed wheels into a folder of ours, nothing else touched."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stash_sense.adapters.children import Finished, run_child
from stash_sense.core.setup import Check, Installation

LIMIT_S = 3600.0  # a slow line takes its time; the user can stop the task
# The user's pip configuration stays in force (mirror, proxy, certificates) but for what would get in the way of a folder of ours.
ENVIRONMENT = {
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_USER": "0",
    "PIP_PREFIX": "",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PYTHONWARNINGS": "ignore",
}
OPTIONS = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir", "--ignore-installed")
PATIENCE = ("--progress-bar", "off", "--timeout", "20", "--retries", "2")


@dataclass(frozen=True, slots=True)
class Pip:
    """requirements: the file to install. wheel_folders: where a bundled pip may lie, if the interpreter has none installed."""

    requirements: Path
    wheel_folders: tuple[Path, ...] | None = None
    module: str = "pip"

    def find(self) -> Check:
        if self._module_is_there():
            return Check("pip", True, "found")
        if wheel := self._bundled():
            return Check("pip", True, f"not installed; the one that came with Python is used ({wheel.name})")
        return Check(
            "pip",
            False,
            "This Python has no pip to install packages with.",
            "Install it (Debian and Ubuntu: apt install python3-pip; Alpine: apk add py3-pip; Fedora: dnf install python3-pip; "
            "elsewhere: python3 -m ensurepip), then run this task again.",
        )

    def install(self, target: Path, on_package: Callable[[str, int, int], None]) -> Installation:
        room = target / ".tmp"  # pip unpacks here first: same file system, so that files are moved, not copied
        room.mkdir()
        bundled = None if self._module_is_there() else self._bundled()
        start = ["pip", *(("--from", str(bundled)) if bundled else ())]
        counter = _Counter(_names(self.requirements), on_package)
        finished = self._run([*start, *self._arguments(target)], room, counter)
        shutil.rmtree(room, ignore_errors=True)
        output = finished.output + ("\nThe installation timed out" if finished.timed_out else "")
        return Installation(finished.code, output)

    def _run(self, arguments: list[str], room: Path, on_line: Callable[[str], None]) -> Finished:
        environment = {**ENVIRONMENT, "TMPDIR": str(room), "TEMP": str(room), "TMP": str(room)}
        try:
            return run_child(arguments, environment=environment, limit_s=LIMIT_S, on_line=on_line)
        except OSError as err:
            return Finished(1, f"ERROR: {err}")

    def _arguments(self, target: Path) -> list[str]:
        return ["install", "--target", str(target), *OPTIONS, *PATIENCE, "-r", str(self.requirements)]

    def _module_is_there(self) -> bool:
        return importlib.util.find_spec(self.module) is not None

    def _bundled(self) -> Path | None:
        """The newest pip wheel that came with Python (ensurepip), or with the distribution (Debian: python3-pip-whl)."""
        wheels = [wheel for folder in self._folders() for wheel in sorted(folder.glob("pip-*.whl"))]
        return wheels[-1] if wheels else None

    def _folders(self) -> Iterator[Path]:
        if self.wheel_folders is not None:
            yield from self.wheel_folders
            return
        yield Path("/usr/share/python-wheels")
        if named := sysconfig.get_config_var("WHEEL_PKG_DIR"):
            yield Path(named)
        yield Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled"


@dataclass(slots=True)
class _Counter:
    """Turns pip's lines into progress: one “Collecting” a package, or “Processing” for a wheel in a folder."""

    names: list[str]
    on_package: Callable[[str, int, int], None]
    count: int = 0

    def __call__(self, line: str) -> None:
        if match := re.match(r"(?:Collecting |Processing (?:.*[/\\])?)([\w.-]*?)(?:-\d[^/\\]*\.whl|[=<>\s]|$)", line):
            self.count = min(self.count + 1, len(self.names))
            self.on_package(match[1], self.count, len(self.names))


def _names(requirements: Path) -> list[str]:
    """Each package once, in the order of the file."""
    lines = requirements.read_text("utf-8").splitlines()
    return list(dict.fromkeys(match[1] for line in lines if (match := re.match(r"([\w.-]+)==", line))))
