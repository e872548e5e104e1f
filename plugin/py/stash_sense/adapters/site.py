"""<data>/site: one folder of dependencies for each interpreter, put in place whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stash_sense.adapters import dependencies
from stash_sense.adapters.locks import held
from stash_sense.core.setup import AGAIN, Check, Trial
from stash_sense.errors import SetupError

LEFTOVER = "left-"  # folders with this prefix belong to no one once their set-up has ended
KEEP = 2  # folders, the present one included: another container may use the data with another Python


@dataclass(frozen=True, slots=True)
class SiteFolders:
    """requirements: the file whose packages lie here (part of the folder's name)."""

    data_dir: Path
    requirements: Path

    @property
    def site(self) -> Path:
        return self.data_dir / "site"

    @property
    def folder(self) -> Path:
        return self.site / dependencies.tag(self.requirements)

    def prepare(self) -> Check:
        try:
            self.site.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.site, prefix=LEFTOVER) as trial:
                trial.write(b"trial")
                trial.flush()
                os.fsync(trial.fileno())
        except OSError as err:
            return _explained(self.data_dir, err)
        return Check("Data folder", True, str(self.data_dir))

    @contextmanager
    def lock(self) -> Iterator[None]:
        with held(self.site / "lock") as mine:
            if not mine:
                raise SetupError("Another set-up is at work in this data folder: wait until it has ended.")
            yield

    def remove_leftovers(self) -> None:
        for folder in self.site.glob(LEFTOVER + "*"):
            _remove(folder)

    def current(self) -> Path | None:
        return dependencies.site_folder(self.data_dir, self.requirements)

    def packages_at(self, folder: Path) -> Path | None:
        state = (dependencies.read_stamp(folder) or {}).get("state")
        return folder if state == "installed" else None

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.site).free

    def stage(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.site, prefix=LEFTOVER))

    def commit(self, stage: Path, trial: Trial) -> None:
        self._commit(stage, {"state": "installed", "packages": trial.packages})

    def commit_system(self, trial: Trial) -> None:
        stamp: dict[str, object] = {
            "state": "system",
            "packages": trial.packages,
            "prefix": sys.prefix,
            "files": list(trial.files),
        }
        self._commit(self.stage(), stamp)

    def remove_unused(self) -> None:
        own = self.folder
        others = [path for path in self.site.iterdir() if path.is_dir() and path != own]
        others.sort(key=_age, reverse=True)
        for folder in others[KEEP - 1 :]:
            _remove(folder)

    def _commit(self, stage: Path, stamp: dict[str, object]) -> None:
        try:
            _write(stage / dependencies.STAMP, {**stamp, "set": self.requirements.stem, "python": sys.executable})
            stage.chmod(0o755)  # mkdtemp made it private; Stash may run as another user than this set-up
            if self.folder.exists():  # incomplete or broken, or we would not be here
                self.folder.rename(self.stage() / "old")
            stage.rename(self.folder)
        except OSError as err:
            _remove(stage)
            raise SetupError(
                f"The new packages could not be put in place ({err.strerror or err}): "
                "restart Stash so that nothing uses the old ones, then run this task again."
            ) from err
        self.remove_leftovers()


def _write(path: Path, stamp: dict[str, object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(stamp, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _age(folder: Path) -> float:
    """When the folder was put in place; 0 for one without a stamp, which is of no use to anybody."""
    try:
        return (folder / dependencies.STAMP).stat().st_mtime
    except OSError:
        return 0.0


def _explained(data_dir: Path, err: OSError) -> Check:
    if err.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Check("Disk space", False, f"The disk with the data folder {data_dir} is full.", f"Make room, {AGAIN}")
    if err.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        message = f"The data folder {data_dir} cannot be written to ({err.strerror})."
        remedy = "Let the user that runs Stash write there, or set STASH_SENSE_DATA to another folder; " + AGAIN
        return Check("Data folder", False, message, remedy)
    remedy = "Set STASH_SENSE_DATA to another folder for Stash, " + AGAIN
    return Check("Data folder", False, f"The data folder {data_dir} cannot be used ({err.strerror or err}).", remedy)
