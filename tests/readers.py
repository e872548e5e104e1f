"""Readers of pictures for tests of the workers: their processes import them from here. Addresses say what happens."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import stash_sense
from stash_sense.core.catalogue.values import Fetched, ImageReading, ImageTask
from stash_sense.errors import SetupError

HOLD = "hold"  # a file that is locked while slow pictures wait


def tasks(count: int, *, what: str = "ok") -> list[ImageTask]:
    return [
        ImageTask("https://box.example/graphql", f"p{n // 3}", f"{what}{n}", f"https://box.example/{what}/{n}")
        for n in range(count)
    ]


@dataclass(frozen=True)
class Recipe:
    """Opens a reader that writes its process id into `folder` at the start, and its task's id before and after each picture.

    Pictures whose address holds /kill/ end the process every time, /kill-once/ the first time, /slow/ wait for the end of `held(folder)`.
    """

    folder: Path
    broken: str = ""  # "refused": SetupError; "killed": the process ends while opening

    def __call__(self) -> Callable[[ImageTask], ImageReading]:
        if self.broken == "refused":
            raise SetupError("The model pack is damaged; install it again.")
        if self.broken == "killed":
            kill_oneself()
        (self.folder / f"opened-{os.getpid()}").touch()
        return self.read

    def read(self, task: ImageTask) -> ImageReading:
        self._note("reads", task)
        if "/kill/" in task.url:
            kill_oneself()
        if "/kill-once/" in task.url and not (self.folder / "killed").exists():
            (self.folder / "killed").touch()
            kill_oneself()
        if "/slow/" in task.url:
            with (self.folder / HOLD).open("rb") as gate:
                fcntl.flock(gate, fcntl.LOCK_SH)
        self._note("done", task)
        return ImageReading(task, "no_face", content_hash=task.image_id)

    def _note(self, what: str, task: ImageTask) -> None:
        with (self.folder / f"{what}-{os.getpid()}").open("a") as log:
            log.write(task.image_id + "\n")


@contextmanager
def held(folder: Path) -> Iterator[Callable[[], None]]:
    """Until the block ends, or calls what it is handed, no process gets past a /slow/ picture."""
    with (folder / HOLD).open("wb") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield gate.close


def kill_oneself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def opened(folder: Path) -> list[int]:
    """Process ids of all readers that were opened."""
    return sorted(int(path.name.removeprefix("opened-")) for path in folder.glob("opened-*"))


def reads(folder: Path) -> list[str]:
    """Ids of the pictures that some process began to read, sorted; twice if twice."""
    return _noted(folder, "reads")


def done(folder: Path) -> list[str]:
    """The same of the pictures that were read to their end; the answer comes after that."""
    return _noted(folder, "done")


def _noted(folder: Path, what: str) -> list[str]:
    return sorted(line for path in folder.glob(f"{what}-*") for line in path.read_text("utf-8").split())


@dataclass(frozen=True)
class FolderSource:
    """An ImageSource whose pictures are files of `folder`, by the last part of the address."""

    folder: Path

    def fetch(self, url: str) -> Fetched:
        path = self.folder / url.rsplit("/", 1)[-1]
        if not path.is_file():
            return Fetched("gone", message="The server has this picture no more.")
        return Fetched("fetched", path.read_bytes(), "image/jpeg")


@dataclass(frozen=True)
class PortableRecipe(Recipe):
    """What other machines are sent; says with each picture which code has read it, and from where the pack was taken."""

    pack: Path = Path("pack")

    def moved(self, pack: Path) -> PortableRecipe:
        return replace(self, pack=pack)

    def read(self, task: ImageTask) -> ImageReading:
        reading = super().read(task)
        return replace(reading, message=f"{stash_sense.__file__} {(self.pack / 'pack.json').read_text('utf-8')}")


def until(reached: Callable[[], bool], *, limit_s: float = 30.0) -> None:
    """Goes on as soon as it is so."""
    end = time.monotonic() + limit_s
    while not reached():
        assert time.monotonic() < end, "it did not happen"
        os.sched_yield()
