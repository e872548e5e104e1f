"""Vectors like those of a face model, any number of them, in bounded memory and the same ones each time.

A person is a point, a face a point near it; people look more or less alike (64 looks). Numbers fitted to the 13,000 photos of LFW as the
compact pack embeds them: 512 numbers of which 200 directions matter, the spectrum; and at that size (LFW | this): median cosine of two
photos of a person 0.68 | 0.70, median best stranger 0.42 | 0.40, local dimension (maximum likelihood, 50 neighbours) 38 | 41.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
DIMS, DIRECTIONS, FALL_OFF = 512, 200, 55.0
LOOKS, LOOK_SHARE = 64, 0.25  # of the variance between people
WITHIN = 0.45  # variance of a person's faces around the person, who has 1; from face to face half to one and a half times that
MEAN_FACES, MOST_FACES = 10, 20
BLOCK = 4096  # people who are made together
STRANGERS = 10_000_000  # block numbers from here on: people who are in no gallery


@dataclass(frozen=True, slots=True)
class Mixture:
    """seed: all that it depends on."""

    seed: int = 1
    spectrum: Floats = field(init=False)
    looks: Floats = field(init=False)
    basis: Floats = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        shares = np.exp(-np.arange(DIRECTIONS) / FALL_OFF)
        object.__setattr__(self, "spectrum", np.sqrt(shares / shares.sum()).astype(np.float32))
        object.__setattr__(self, "looks", self._points(rng, LOOKS))
        basis = np.linalg.qr(rng.normal(size=(DIMS, DIRECTIONS)))[0].T
        object.__setattr__(self, "basis", np.ascontiguousarray(basis, dtype=np.float32))

    def rows(self, count: int) -> Iterator[tuple[Floats, NDArray[np.int32]]]:
        """The first `count` faces, person after person: vectors (n, 512) of length 1 and whose they are, some 40,000 at a time."""
        block = 0
        while count > 0:
            rng = np.random.default_rng([self.seed, block])
            centres = self._people(rng)
            faces = np.minimum(rng.geometric(1 / MEAN_FACES, BLOCK), MOST_FACES)
            owners = np.repeat(np.arange(BLOCK), faces)[:count]
            yield self._faces(rng, centres[owners]), (owners + block * BLOCK).astype(np.int32)
            count -= len(owners)
            block += 1

    def probes(self, people: int, known: int, strangers: int) -> Floats:
        """Other faces: of `known` of the first `people`, then of strangers."""
        rng = np.random.default_rng([self.seed, STRANGERS, people])
        persons = np.sort(rng.choice(people, known, replace=known > people))
        centres = [self._people(np.random.default_rng([self.seed, STRANGERS + 1]))[:strangers]]
        for block in np.unique(persons // BLOCK)[::-1]:
            some = self._people(np.random.default_rng([self.seed, int(block)]))
            centres.insert(0, some[persons[persons // BLOCK == block] % BLOCK])
        return self._faces(rng, np.concatenate(centres))

    def _points(self, rng: np.random.Generator, count: int) -> Floats:
        points: Floats = rng.normal(size=(count, DIRECTIONS)).astype(np.float32) * self.spectrum
        return points

    def _people(self, rng: np.random.Generator) -> Floats:
        own, look = self._points(rng, BLOCK), self.looks[rng.integers(0, LOOKS, BLOCK)]
        people: Floats = np.float32(LOOK_SHARE**0.5) * look + np.float32((1 - LOOK_SHARE) ** 0.5) * own
        return people

    def _faces(self, rng: np.random.Generator, centres: Floats) -> Floats:
        spread = np.sqrt(WITHIN * rng.uniform(0.5, 1.5, (len(centres), 1))).astype(np.float32)
        faces: Floats = (centres + spread * self._points(rng, len(centres))) @ self.basis
        faces /= np.linalg.norm(faces, axis=1, keepdims=True)
        return faces
