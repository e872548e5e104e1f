"""Draws the demo's clips: photos of people that move, zoom and turn in front of a drifting background."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from tests.media import clips

PHOTOS = Path(__file__).resolve().parents[1] / "data" / "photos"
RATE = 8
KEY_EVERY = 12
FEATHER = 0.06  # share of a photo's width over which its edge fades out

# Where the face is in each photo: centre and height in pixels.
FACES = {
    "obama-2012": (296, 231, 240),
    "obama-2009": (250, 369, 356),
    "obama-2010": (404, 256, 221),
    "biden-2010": (420, 300, 231),
    "collins-1992": (136, 122, 109),
    "hopper-1984": (247, 225, 210),
}

Spot = tuple[float, float, float]  # face centre as shares of the frame's width and height; face height in pixels


@dataclass(frozen=True)
class Actor:
    """One person in a clip. start and end: where and how large the face is; seen: shares of the clip's length."""

    photo: str
    start: Spot
    end: Spot
    seen: tuple[float, float] = (0.0, 1.0)
    mirrored: bool = False
    tone: float = 1.0
    sway_degrees: float = 4.0


@dataclass(frozen=True)
class Script:
    """What a clip shows. size: upright pixels. turned: stored lying on its side, with a matrix that turns it upright."""

    size: tuple[int, int]
    seconds: float
    actors: Sequence[Actor] = ()
    seed: int = 0
    turned: bool = False


def photo_bytes(name: str) -> bytes:
    """A photo as it is committed: JPEG."""
    return (PHOTOS / f"{name}.jpg").read_bytes()


@cache
def _photo(name: str, mirrored: bool, tone: float) -> Image.Image:
    """RGBA with edges that fade out."""
    image = Image.open(PHOTOS / f"{name}.jpg").convert("RGB")
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = image.point([min(round(value * tone), 255) for value in range(256)] * 3)
    fade = max(round(image.width * FEATHER), 2)
    mask = Image.new("L", image.size, 0)
    mask.paste(255, (fade, fade, image.width - fade, image.height - fade))
    image.putalpha(mask.filter(ImageFilter.GaussianBlur(fade / 2)))
    return image


def background(size: tuple[int, int], seed: int) -> Image.Image:
    """A soft texture, a quarter larger than the frame so that it can drift."""
    chance = np.random.default_rng(seed)
    tint = chance.uniform(0.75, 1.1, 3)
    coarse = (chance.uniform(55, 130, (7, 11, 1)) * tint).astype(np.uint8)
    return Image.fromarray(coarse).resize((size[0] * 5 // 4, size[1] * 5 // 4), Image.Resampling.BICUBIC)


def draw_frame(script: Script, share: float, background: Image.Image) -> Image.Image:
    """The frame at `share` (0..1) of the clip."""
    width, height = script.size
    left = round(width / 8 * (1 + math.sin(2 * math.pi * share)))
    frame = background.crop((left, height // 8, left + width, height // 8 + height))
    for actor in script.actors:
        first, last = actor.seen
        if first <= share < last:
            _paste(frame, actor, (share - first) / (last - first))
    return frame


def _paste(frame: Image.Image, actor: Actor, share: float) -> None:
    photo = _photo(actor.photo, actor.mirrored, actor.tone)
    centre_x, centre_y, face = FACES[actor.photo]
    if actor.mirrored:
        centre_x = photo.width - centre_x
    x, y, size = (a + (b - a) * share for a, b in zip(actor.start, actor.end, strict=True))
    scale = face / size  # photo pixels for one of the frame
    turn = math.radians(actor.sway_degrees * math.sin(2 * math.pi * share))
    a, b = scale * math.cos(turn), scale * math.sin(turn)
    corners = [(u - centre_x, v - centre_y) for u in (0, photo.width) for v in (0, photo.height)]
    reach = max(math.hypot(u, v) for u, v in corners) / scale
    # Only the part of the frame that the photo can cover is drawn.
    left, top = max(round(x * frame.width - reach), 0), max(round(y * frame.height - reach), 0)
    right, bottom = min(round(x * frame.width + reach), frame.width), min(round(y * frame.height + reach), frame.height)
    across, down = x * frame.width - left, y * frame.height - top
    matrix = (a, b, centre_x - a * across - b * down, -b, a, centre_y + b * across - a * down)
    layer = photo.transform((right - left, bottom - top), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    frame.paste(layer, (left, top), layer)


def draw_picture(script: Script, share: float = 0.5) -> Image.Image:
    """A single picture of the script."""
    return draw_frame(script, share, background(script.size, script.seed))


def film(script: Script, target: Path) -> Path:
    """Encodes the script as mp4: H.264 where this PyAV has it, else MPEG-4."""
    upright = target.with_suffix(".upright.mp4") if script.turned else target
    backdrop = background(script.size, script.seed)
    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    width, height = reversed(script.size) if script.turned else script.size
    with av.open(str(upright), "w") as out:
        stream = out.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.gop_size = KEY_EVERY
        stream.options = {"preset": "superfast", "crf": "21", "threads": "1"} if codec == "libx264" else {"qscale": "3"}
        count = round(script.seconds * RATE)
        for number in range(count):
            pixels: NDArray[np.uint8] = np.asarray(draw_frame(script, number / count, backdrop))
            if script.turned:
                pixels = np.ascontiguousarray(np.rot90(pixels))
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            out.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=1 if height >= 720 else 5)))
        out.mux(stream.encode(None))
    if script.turned:
        clips.with_matrix(upright, target, (0, 1, -1, 0))
        upright.unlink()
    return target
