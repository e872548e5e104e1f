"""Pictures without a face that might be taken for one: drawn patterns and things, surroundings, what was behind the heads of photos, a folder of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from scripts.benchmarks.accuracy_parts import render
from scripts.benchmarks.accuracy_parts.plan import Portrait
from scripts.benchmarks.detector_parts.frames import FULL_HD
from scripts.benchmarks.detector_parts.people import photo
from stash_sense.core.values import Image

PICTURES = {".png", ".jpg", ".jpeg", ".tif", ".gif"}
GONE = (0.85, 1.2)  # half axes of the ellipse that is painted over in a photo, in faces: the head with hair and neck
Colour = tuple[float, float, float]
DARK: Colour = (40, 30, 30)


def drawn(count: int, seed: int) -> Iterator[tuple[str, Image]]:
    """`count` of every kind, each with what it is."""
    for name, draw in KINDS.items():
        for number in range(count):
            rng = np.random.default_rng([seed, number, len(name)])
            canvas = render.backdrop(FULL_HD, 5000 + number).copy()
            draw(canvas, rng)
            yield name, canvas


def behind_heads(people: Sequence[Portrait]) -> Iterator[tuple[str, Image]]:
    """Photos whose head is painted over with what surrounds it. Somebody else may stand in such a photo."""
    for one in people:
        image = photo(one.path)
        height, width = image.shape[:2]
        mask = np.zeros((height, width), np.uint8)
        axes = round(GONE[0] * one.face_px), round(GONE[1] * one.face_px)
        cv2.ellipse(mask, (width // 2, height // 2), axes, 0, 0, 360, 255, -1)
        yield "behind a head", np.ascontiguousarray(cv2.inpaint(image, mask, 5, cv2.INPAINT_TELEA))


def of_folder(folder: Path) -> Iterator[tuple[str, Image]]:
    """The pictures of a folder, in colour."""
    for path in sorted(folder.iterdir()):
        image = cv2.imread(str(path)) if path.suffix.lower() in PICTURES else None
        if image is not None:
            yield path.stem, np.ascontiguousarray(image[..., ::-1])


def _checkerboard(canvas: Image, rng: np.random.Generator) -> None:
    edge = int(rng.integers(12, 120))
    down, across = np.mgrid[: canvas.shape[0], : canvas.shape[1]] // edge
    canvas[(down + across) % 2 == 0] = rng.integers(0, 256, 3)


def _stripes(canvas: Image, rng: np.random.Generator) -> None:
    down, across = np.mgrid[: canvas.shape[0], : canvas.shape[1]].astype(np.float32)
    angle, step = rng.uniform(0, np.pi), rng.uniform(8, 90)
    canvas[np.sin((across * np.cos(angle) + down * np.sin(angle)) / step * 2 * np.pi) > 0] = rng.integers(0, 256, 3)


def _texture(canvas: Image, rng: np.random.Generator) -> None:
    """Clouds: noise whose strength falls with its frequency."""
    height, width = canvas.shape[:2]
    fall = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]) + 1 / width
    waves = np.fft.irfft2(
        np.fft.rfft2(rng.normal(size=(height, width))) / fall ** rng.uniform(0.8, 1.6), (height, width)
    )
    levels = 120 + 55 * (waves - waves.mean()) / waves.std()
    canvas[:] = np.clip(levels[..., None] * rng.uniform(0.5, 1.2, 3), 0, 255)


def _each(canvas: Image, rng: np.random.Generator, paint: Callable[[tuple[int, int], int, Colour], None]) -> None:
    """Something at six places, 40 to 300 pixels wide."""
    for place in range(6):
        size = int(np.exp(rng.uniform(np.log(40), np.log(300))))
        colour = tuple(float(level) for level in rng.integers(120, 250, 3))
        paint((320 + place % 3 * 640, 270 + place // 3 * 540), size, (colour[0], colour[1], colour[2]))


def _rings(canvas: Image, rng: np.random.Generator) -> None:
    """Two rings side by side, like eyes, or headlamps with a grille below."""

    def paint(at: tuple[int, int], size: int, colour: Colour) -> None:
        for side in (-1, 1):
            eye = at[0] + side * size // 4, at[1] - size // 10
            cv2.circle(canvas, eye, size // 8, colour, -1, cv2.LINE_AA)
            cv2.circle(canvas, eye, size // 16, DARK, -1, cv2.LINE_AA)
        for line in range(3):
            down = at[1] + size // 5 + line * max(size // 16, 2)
            cv2.line(
                canvas, (at[0] - size // 5, down), (at[0] + size // 5, down), DARK, max(size // 40, 1), cv2.LINE_AA
            )

    _each(canvas, rng, paint)


def _socket(canvas: Image, rng: np.random.Generator) -> None:
    """A wall socket: a plate, a round recess, two holes and a slit."""

    def paint(at: tuple[int, int], size: int, colour: Colour) -> None:
        half = size // 2
        cv2.rectangle(canvas, (at[0] - half, at[1] - half), (at[0] + half, at[1] + half), colour, -1)
        cv2.circle(canvas, at, int(0.4 * size), tuple(0.85 * level for level in colour), -1, cv2.LINE_AA)
        for side in (-1, 1):
            cv2.circle(canvas, (at[0] + side * size // 6, at[1] - size // 12), size // 18, DARK, -1, cv2.LINE_AA)
        cv2.ellipse(canvas, (at[0], at[1] + size // 6), (size // 8, size // 30), 0, 0, 360, DARK, -1, cv2.LINE_AA)

    _each(canvas, rng, paint)


def _smiley(canvas: Image, rng: np.random.Generator) -> None:
    """A yellow disc with two eyes and a mouth."""

    def paint(at: tuple[int, int], size: int, colour: Colour) -> None:
        cv2.circle(canvas, at, size // 2, (250, 210, 60), -1, cv2.LINE_AA)
        for side in (-1, 1):
            cv2.ellipse(
                canvas, (at[0] + side * size // 6, at[1] - size // 8), (size // 18, size // 11), 0, 0, 360, DARK, -1
            )
        cv2.ellipse(
            canvas,
            (at[0], at[1] + size // 14),
            (size // 4, size // 5),
            0,
            15,
            165,
            DARK,
            max(size // 25, 1),
            cv2.LINE_AA,
        )

    _each(canvas, rng, paint)


def _cartoon(canvas: Image, rng: np.random.Generator) -> None:
    """A drawn person's face with hair, brows, white of the eyes, nose and lips."""

    def paint(at: tuple[int, int], size: int, colour: Colour) -> None:
        x, y = at
        hair = tuple(float(level) for level in rng.integers(20, 120, 3))
        cv2.ellipse(canvas, (x, y - size // 8), (int(0.58 * size), int(0.7 * size)), 0, 0, 360, hair, -1, cv2.LINE_AA)
        cv2.ellipse(canvas, at, (size // 2, int(0.65 * size)), 0, 0, 360, (235, 190, 160), -1, cv2.LINE_AA)
        for side in (-1, 1):
            eye = x + side * size // 5, y - size // 10
            cv2.ellipse(canvas, eye, (size // 9, size // 16), 0, 0, 360, (250, 250, 250), -1, cv2.LINE_AA)
            cv2.circle(canvas, eye, size // 20, (60, 80, 120), -1, cv2.LINE_AA)
            cv2.ellipse(
                canvas,
                (eye[0], eye[1] - size // 10),
                (size // 8, size // 24),
                0,
                190,
                350,
                hair,
                max(size // 30, 1),
                cv2.LINE_AA,
            )
        cv2.line(
            canvas,
            (x, y - size // 12),
            (x - size // 16, y + size // 8),
            (200, 150, 125),
            max(size // 40, 1),
            cv2.LINE_AA,
        )
        cv2.ellipse(canvas, (x, y + size // 3), (size // 6, size // 20), 0, 0, 360, (190, 70, 80), -1, cv2.LINE_AA)

    _each(canvas, rng, paint)


KINDS: dict[str, Callable[[Image, np.random.Generator], None]] = {
    "surroundings": lambda canvas, rng: None,
    "checkerboard": _checkerboard,
    "stripes": _stripes,
    "texture": _texture,
    "rings like eyes": _rings,
    "wall socket": _socket,
    "smiley": _smiley,
    "cartoon face": _cartoon,
}
