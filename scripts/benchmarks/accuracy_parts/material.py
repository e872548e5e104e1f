"""The faces of LFW as scripts/calibrate keeps them, with the photo behind each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.dataset import Data, Person, load
from calibration.faces import PARTS, cache_key, extract, people_of
from stash_sense.core.vision.bias import Bias

TWO_NAMES = Path(__file__).with_name("two_names.txt")


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """number: (rows,) which of the person's photos. pose: (rows,) 1 frontal, 0 turned away. paths: of each person's photos by number."""

    data: Data
    number: NDArray[np.int16]
    pose: NDArray[np.float32]
    paths: dict[str, tuple[Path, ...]]

    def photo(self, person: Person, place: int) -> Path:
        return self.paths[person.name][int(self.number[person.photos[place][0]])]

    def clean(self, person: Person, place: int) -> int:
        """Row of a photo as it is."""
        return person.photos[place][0]


def read(lfw: Path, pack: Path, cache: Path, *, minutes: float, bias: Bias | None) -> Material:
    """bias: what is taken off the vectors.

    Reads what is missing in the cache for at most `minutes`, then goes on with what is there. Raises SystemExit without faces."""
    folder = cache / cache_key(pack)
    extract(lfw, pack, folder, minutes=minutes)
    blocks = [np.load(path) for path in sorted(folder.glob("*.npz"))]
    data = load(folder, bias)
    return Material(
        data=replace(data, people={part: _once(people) for part, people in data.people.items()}),
        number=np.concatenate([block["photo"] for block in blocks]),
        pose=np.concatenate([block["parts"] for block in blocks])[:, PARTS.index("pose")],
        paths={photos.name: photos.paths for photos in people_of(lfw)},
    )


def _once(people: list[Person]) -> list[Person]:
    """Without the second names of those who have two."""
    lines = TWO_NAMES.read_text("utf-8").splitlines()
    second = {line.split()[1] for line in lines if line and not line.startswith("#")}
    return [person for person in people if person.name not in second]
