"""Frames in which one thing at a time gets harder: drawn from photos as those of scripts/bench accuracy are, so the truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from scripts.benchmarks.accuracy_parts import render
from scripts.benchmarks.accuracy_parts.plan import Actor, Plan, Portrait, Shot
from scripts.benchmarks.detector_parts.people import turn_heads
from stash_sense.core.values import Image

HD, FULL_HD, UHD = (1280, 720), (1920, 1080), (3840, 2160)
USUAL_PX = 80.0  # width of the faces where something else is varied
IN_A_FRAME = 3  # people, each in a third of the picture, unless the faces are too large for that
ROOM = 1.5  # widths of a face that somebody needs across and down
BACKDROPS = 40


@dataclass(frozen=True, slots=True)
class Way:
    """How hard the faces are. face_px: their width. roll, yaw: degrees. blur: standard deviation in widths of the face. light: factor.

    noise: standard deviation of the grain, levels of 255. cover: part of the face that is hidden.
    """

    size: tuple[int, int] = FULL_HD
    face_px: float = USUAL_PX
    roll: float = 0.0
    yaw: float = 0.0
    blur: float = 0.0
    light: float = 1.0
    noise: float = 2.0
    cover: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One thing varied. ways: by what it is there."""

    name: str
    ways: dict[str, Way] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A frame and its faces: middle across, middle down, width; pixels."""

    image: Image
    faces: tuple[tuple[float, float, float], ...]


def series() -> list[Series]:
    """Everything that is varied, one thing at a time; sizes in three sizes of picture."""
    sizes = (16, 24, 28, 32, 36, 42, 48, 64, 96, 160, 400)
    return [
        *(
            Series(f"face width, {size[1]}p", {f"{px} px": Way(size=size, face_px=px) for px in widths})
            for size, widths in ((HD, (16, 24, 32, 36, 48, 96, 400)), (FULL_HD, sizes), (UHD, (48, 64, 80, 96, 160)))
        ),
        Series("roll", {f"{angle}°": Way(roll=angle) for angle in (0, 15, 30, 45, 60, 75, 90, 135, 180)}),
        Series("yaw", {f"{angle}°": Way(yaw=angle) for angle in (0, 15, 30, 45, 60, 75)}),
        Series("blur", {f"{100 * share:g} %": Way(blur=share) for share in (0, 0.03, 0.06, 0.1, 0.15, 0.2)}),
        Series(
            "light",
            {
                f"{light:g}": Way(light=light, noise=noise)
                for light, noise in ((1, 2), (0.4, 4), (0.2, 4), (0.1, 4), (0.06, 4))
            },
        ),
        Series("cover", {cover or "none": Way(cover=cover) for cover in ("", "chin", "top", "left", "right")}),
    ]


def draw(people: Sequence[Portrait], way: Way, *, faces: int, made: Path, seed: int) -> Iterator[Drawn]:
    """Frames with `faces` faces in all, each of somebody else as long as there are people. made: folder for turned heads."""
    if way.yaw:
        people = turn_heads(people, way.yaw, made)
    rng = np.random.default_rng([20261127, seed])
    columns = int(np.clip(way.size[0] / (ROOM * way.face_px), 1, IN_A_FRAME))
    for start in range(0, faces, columns):
        actors = [
            actor(people[(start + column) % len(people)], way, (column, columns), rng)
            for column in range(min(columns, faces - start))
        ]
        yield one_frame(actors, way, backdrop=int(rng.integers(BACKDROPS)), jpeg=int(rng.integers(60, 92)))


def one_frame(actors: Sequence[Actor], way: Way, *, backdrop: int, jpeg: int) -> Drawn:
    """One picture of these people, compressed as a frame is."""
    shot = Shot(0.0, 1.0, backdrop, tuple(actors))
    plan = Plan("detector", "report", way.size, (shot,), frozenset(), frozenset(), jpeg, way.noise)
    return Drawn(render.frame(plan, 0.0), tuple(render.where(actor, 0.0, 0.0) for actor in actors))


def mixed(rng: np.random.Generator, *, smallest: float = 24.0, largest: float = 400.0) -> Way:
    """Anything that happens in videos: sizes evenly in the logarithm; a third rolled, blurred, dark or half hidden each."""
    size = (HD, FULL_HD)[int(rng.integers(2))]
    return Way(
        size=size,
        face_px=min(float(np.exp(rng.uniform(np.log(smallest), np.log(largest)))), size[1] / ROOM),
        roll=float(rng.normal(0, 30)) if rng.random() < 1 / 3 else float(rng.normal(0, 6)),
        blur=float(rng.uniform(0.01, 0.08)) if rng.random() < 1 / 3 else 0.0,
        light=float(rng.uniform(0.2, 0.8)) if rng.random() < 1 / 3 else 1.0,
        noise=float(rng.uniform(0, 4)),
        cover=str(rng.choice(["chin", "left", "right", "top"])) if rng.random() < 1 / 6 else "",
    )


def draw_mixed(people: Sequence[Portrait], count: int, *, seed: int, smallest: float = 24.0) -> Iterator[Drawn]:
    """`count` frames, each another shot with nobody to three people, each of whom is as hard to see as chance will have it."""
    rng = np.random.default_rng([20261127, seed])
    for _ in range(count):
        way = mixed(rng, smallest=smallest)
        shown = int(rng.integers(0, IN_A_FRAME + 1))
        widest = way.size[0] / max(shown, 1) / ROOM
        actors = []
        for column in range(shown):
            own = replace(mixed(rng, smallest=smallest), size=way.size)
            own = replace(own, face_px=min(own.face_px, widest, way.size[1] / ROOM))
            actors.append(actor(people[int(rng.integers(len(people)))], own, (column, shown), rng))
        yield one_frame(actors, way, backdrop=int(rng.integers(1 << 30)), jpeg=int(rng.integers(40, 92)))


def actor(portrait: Portrait, way: Way, column: tuple[int, int], rng: np.random.Generator) -> Actor:
    """Somebody in one of the picture's columns (which, of how many)."""
    wide, face = way.size[0] / column[1], way.face_px
    across = column[0] * wide + float(rng.uniform(min(0.75 * face, wide / 2), max(wide - 0.75 * face, wide / 2)))
    down = float(rng.uniform(min(0.75 * face, way.size[1] / 2), max(way.size[1] - 0.75 * face, way.size[1] / 2)))
    side = float(rng.choice([-1, 1]))
    return Actor(
        portrait=portrait,
        place=((across, down), (across, down)),
        size=(face, face),
        roll=(side * way.roll, side * way.roll),
        turn=1.0,
        blur=way.blur,
        smear=0.0,
        light=way.light,
        cover=way.cover,
    )
