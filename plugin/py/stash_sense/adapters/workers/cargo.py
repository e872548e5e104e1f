"""What other machines need to read pictures, as zips: this very code, the model pack, the recipe. So all of them read alike."""

from __future__ import annotations

import hashlib
import io
import pickle
import threading
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from stash_sense.adapters.workers.inline import OpenReader, Read
from stash_sense.errors import StashSenseError

CODE = Path(__file__).parents[2]  # the folder stash_sense
RECIPE, PACK = "recipe.pickle", "pack"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can state; a cargo's name depends on what is in it alone


class Portable(Protocol):
    """An OpenReader that can be told where the model pack lies on another machine."""

    @property
    def pack(self) -> Path: ...

    def moved(self, pack: Path) -> OpenReader: ...


@dataclass(frozen=True, slots=True)
class Cargo:
    """parts: zips by name; the names change with the content. code, recipe: names of the two parts."""

    parts: Mapping[str, bytes]
    code: str
    recipe: str


def pack_cargo(recipe: Portable) -> Cargo:
    """Everything that `read` needs once it is unpacked on another machine."""
    code = _code()
    kit = _zip([*_models(recipe.pack), (RECIPE, pickle.dumps(recipe))])
    name = f"recipe-{_digest(code + kit)}"
    return Cargo({code_name(): code, name: kit}, code_name(), name)


def code_name() -> str:
    """Changes with the version of this very code."""
    return f"code-{_digest(_code())}"


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
    return out.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


@lru_cache
def _code() -> bytes:
    return _zip(
        (f"{CODE.name}/{path.relative_to(CODE).as_posix()}", path.read_bytes())
        for path in sorted(CODE.rglob("*"))
        if path.is_file() and path.suffix in {".py", ".sql"}
    )


def _models(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield f"{PACK}/{path.name}", path.read_bytes()


_open = threading.local()  # a reader for each thread, since connections must not be shared


def read(folder: str, task: bytes) -> bytes:
    """Runs on the other machine: reads one pickled ImageTask with the recipe in `folder`.

    Returns the pickled ImageReading, or a text where the reader cannot be opened.
    """
    readers: dict[str, Read] = _open.__dict__.setdefault("readers", {})
    if folder not in readers:
        recipe: Portable = pickle.loads((Path(folder) / RECIPE).read_bytes())
        try:
            readers[folder] = recipe.moved(Path(folder) / PACK)()
        except StashSenseError as err:
            return pickle.dumps(str(err))
    return pickle.dumps(readers[folder](pickle.loads(task)))
