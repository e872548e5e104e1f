"""Runs set-up as a process of its own, with a trial that asks for the tiny packages only; dies by SIGKILL at the point it is told.

set_up_driver.py DATA_FOLDER REQUIREMENTS [POINT]
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "plugin/py"))

from stash_sense.adapters.pip import Pip
from stash_sense.adapters.platform import interpreter
from stash_sense.adapters.site import SiteFolders
from stash_sense.core.setup import Check, Installation, Trial
from stash_sense.usecases.install import SetUpPorts, set_up

POINT = sys.argv[3] if len(sys.argv) > 3 else ""


def reached(point: str) -> None:
    if point == POINT:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Site(SiteFolders):
    def lock(self) -> AbstractContextManager[None]:
        held = super().lock()
        reached("lock")
        return held

    def stage(self) -> Path:
        stage = super().stage()
        reached("stage")
        return stage

    def commit(self, stage: Path, trial: Trial) -> None:
        super().commit(stage, trial)

    def remove_unused(self) -> None:
        reached("remove_unused")
        super().remove_unused()


@dataclass(frozen=True)
class CountedPip(Pip):
    def install(self, target: Path, on_package: Callable[[str, int, int], None]) -> Installation:
        def on_step(name: str, count: int, total: int) -> None:
            on_package(name, count, total)
            reached(f"package {count}")

        installation = super().install(target, on_step)
        reached("installed")
        return installation


class ImportsTinyPackages:
    def try_out(self, folder: Path | None) -> Trial:
        there = folder is not None and all((folder / f"tiny_{name}.py").exists() for name in ("one", "two", "three"))
        return Trial(there, (Check("Packages", there, "tiny"),), {"tiny_one": "1.0"})

    def system_has_all(self) -> bool:
        return False


def watch_renames() -> None:
    """Points inside the commit: before the stamped folder moves, and between its two moves where there is an old one."""
    original = Path.rename

    def rename(path: Path, target: str | Path) -> Path:
        reached("stamp")
        moved = original(path, target)
        reached("first rename" if Path(target).name == "old" else "rename")
        return moved

    Path.rename = rename  # type: ignore[method-assign]  # this process does nothing else


def main() -> None:
    watch_renames()
    data, requirements = Path(sys.argv[1]), Path(sys.argv[2])
    ports = SetUpPorts(interpreter(), Site(data, requirements), CountedPip(requirements), ImportsTinyPackages())
    report = set_up(ports, progress=lambda done, total: None)
    checks = [[check.name, check.ok, check.message] for check in report.checks]
    print(json.dumps({"ok": report.ok, "origin": report.origin, "message": report.message, "checks": checks}))


if __name__ == "__main__":
    main()
