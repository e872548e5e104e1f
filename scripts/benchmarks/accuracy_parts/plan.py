"""What happens in a rendered scene: who is where in the picture, when, how large, how lit. All of it follows from the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stash_sense.core.vision.sampling import pick_seconds

DURATION_S, FRAMES, KEY_EVERY_S, RATE = 600.0, 40, 2.4, 25
SEEN_AT_LEAST = 3  # of the sampled instants, else a person would not be in the scene as far as anybody can tell


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo of a person. face_px: width of the face in it; LFW centres the face."""

    name: str
    path: Path
    face_px: float


@dataclass(frozen=True, slots=True)
class Actor:
    """One person in one shot. place, size, roll: at its start and end; pixels and degrees. turn: how narrow the face gets, 1 not at all.

    blur: share of the face's width. smear: of motion, the same. light: factor. cover: part of the face hidden ("" for none).
    """

    portrait: Portrait
    place: tuple[tuple[float, float], tuple[float, float]]
    size: tuple[float, float]
    roll: tuple[float, float]
    turn: float
    blur: float
    smear: float
    light: float
    cover: str


@dataclass(frozen=True, slots=True)
class Shot:
    start_s: float
    end_s: float
    backdrop: int
    actors: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One scene. cast: who is in the gallery and seen at SEEN_AT_LEAST sampled instants; strangers: who is not in the gallery."""

    name: str
    half: str
    size: tuple[int, int]
    shots: tuple[Shot, ...]
    cast: frozenset[str]
    strangers: frozenset[str]
    jpeg: int
    noise: float

    def shot_at(self, time_s: float) -> Shot:
        return next((shot for shot in self.shots if shot.start_s <= time_s < shot.end_s), self.shots[-1])


@dataclass(frozen=True, slots=True)
class Style:
    """What a half of the benchmark looks like. faces: smallest and largest, pixels. jpeg: worst and best quality."""

    name: str
    sizes: tuple[tuple[int, int], ...]
    faces: tuple[float, float]
    roll: float
    turn: float
    blurred: float
    dark: float
    covered: float
    jpeg: tuple[int, int]


EASY = Style(
    "easy",
    ((1280, 720), (1280, 720), (1920, 1080)),
    (64.0, 500.0),
    roll=25,
    turn=0.9,
    blurred=0.3,
    dark=0.3,
    covered=0.15,
    jpeg=(50, 92),
)
HARD = Style(
    "hard",
    ((1280, 720), (854, 480), (854, 480)),
    (32.0, 80.0),
    roll=35,
    turn=0.75,
    blurred=0.5,
    dark=0.5,
    covered=0.25,
    jpeg=(35, 85),
)


def draw_up(
    name: str, style: Style, cast: Sequence[Sequence[Portrait]], strangers: Sequence[Sequence[Portrait]], seed: int
) -> Plan:
    """A scene of these people, each given as the photos that may be shown of them."""
    rng = np.random.default_rng([20261124, seed])
    size = style.sizes[rng.integers(len(style.sizes))]
    everybody = [*cast, *strangers]
    for _ in range(50):
        shots = _shots(everybody, style, size, rng)
        seen = _seen(shots)
        if all(seen.get(photos[0].name, 0) >= SEEN_AT_LEAST for photos in everybody):
            break
    return Plan(
        name=name,
        half=style.name,
        size=size,
        shots=shots,
        cast=frozenset(photos[0].name for photos in cast if seen.get(photos[0].name, 0) >= SEEN_AT_LEAST),
        strangers=frozenset(photos[0].name for photos in strangers),
        jpeg=int(rng.integers(*style.jpeg)),
        noise=float(rng.uniform(0, 4)),
    )


def _shots(
    people: Sequence[Sequence[Portrait]], style: Style, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Shot, ...]:
    """Shots of 12 to 60 seconds; in a fifth of them nobody shows a face."""
    shots: list[Shot] = []
    start = 0.0
    while start < DURATION_S:
        end = min(start + float(rng.uniform(12, 60)), DURATION_S)
        actors: tuple[Actor, ...] = ()
        if rng.random() > 0.2:
            shown = rng.permutation(len(people))[: int(rng.integers(1, len(people) + 1))]
            light = float(rng.uniform(0.3, 0.8)) if rng.random() < style.dark else 1.0
            actors = tuple(
                _actor(people[i], style, size, (place, len(shown)), light, rng) for place, i in enumerate(shown)
            )
        shots.append(Shot(start, end, int(rng.integers(1 << 30)), actors))
        start = end
    return tuple(shots)


def _actor(
    photos: Sequence[Portrait],
    style: Style,
    size: tuple[int, int],
    column: tuple[int, int],
    light: float,
    rng: np.random.Generator,
) -> Actor:
    """Somebody in one of the picture's columns (which, of how many)."""
    wide = size[0] / column[1]
    low, high = style.faces[0], min(style.faces[1], wide / 1.25, size[1] / 1.25)
    first = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    last = float(np.clip(first * np.exp(rng.normal(0, 0.2)), low, high))

    def spot(face: float) -> tuple[float, float]:
        across = rng.uniform(0.6 * face, max(wide - 0.6 * face, 0.6 * face + 1))
        return column[0] * wide + float(across), float(rng.uniform(0.6 * face, size[1] - 0.6 * face))

    blurred = rng.random() < style.blurred
    return Actor(
        portrait=photos[rng.integers(len(photos))],
        place=(spot(first), spot(last)),
        size=(first, last),
        roll=(float(rng.normal(0, style.roll / 2)), float(rng.normal(0, style.roll / 2))),
        turn=float(rng.uniform(style.turn, 1.0)),
        blur=float(rng.uniform(0.01, 0.045)) if blurred else 0.0,
        smear=float(rng.uniform(0.02, 0.12)) if rng.random() < style.blurred / 2 else 0.0,
        light=light * float(rng.uniform(0.85, 1.1)),
        cover=str(rng.choice(["chin", "left", "right", "top"])) if rng.random() < style.covered else "",
    )


def _seen(shots: Sequence[Shot]) -> dict[str, int]:
    """At how many of the sampled key frames each person is in the picture."""
    counts: dict[str, int] = {}
    for second in pick_seconds(DURATION_S, FRAMES):
        at = key_frame(second)
        shot = next((one for one in shots if one.start_s <= at < one.end_s), shots[-1])
        for actor in shot.actors:
            counts[actor.portrait.name] = counts.get(actor.portrait.name, 0) + 1
    return counts


def key_frame(second: float) -> float:
    """The instant of the key frame before."""
    return int(second / KEY_EVERY_S) * KEY_EVERY_S
