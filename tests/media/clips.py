"""Video clips made on the spot: every kind that a library may hold, and every kind of broken file."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from tests.media import hdr, stills
from tests.media.pattern import Pixels, draw

RATE = 25
YUV = {"yuv420p", "yuv420p10le"}
QUICK = {"preset": "ultrafast", "sc_threshold": "0"}


@dataclass(frozen=True)
class Recipe:
    """How to encode; the defaults are an ordinary 4-second clip with a key frame every second."""

    frames: int = 100
    width: int = 320
    height: int = 240
    gop: int = 25
    codec: str = "libx264"
    pixels: str = "yuv420p"
    options: dict[str, str] = field(default_factory=lambda: dict(QUICK))
    aspect: Fraction | None = None
    container: str | None = None
    container_options: dict[str, str] = field(default_factory=dict)
    colour: tuple[int, int, int] | None = None  # primaries, transfer, matrix as in ITU-T H.273
    times: Callable[[int], int] | None = None  # frame number → milliseconds; None: constant rate
    draw: Callable[[int, int, int], Pixels] = draw
    sound: bool = False
    full_range: bool = False


def make(path: Path, recipe: Recipe | None = None, **changes: object) -> Path:
    """Encodes a clip to `path`."""
    recipe = replace(recipe or Recipe(), **changes)  # type: ignore[arg-type]  # the caller's keywords are the fields
    with av.open(str(path), "w", format=recipe.container, options=recipe.container_options) as out:
        stream = out.add_stream(recipe.codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = (
            recipe.width,
            recipe.height,
            recipe.pixels,
            recipe.gop,
        )
        stream.options = recipe.options
        base = Fraction(1, 1000) if recipe.times else Fraction(1, RATE)
        stream.codec_context.time_base = base
        if recipe.aspect:
            stream.sample_aspect_ratio = recipe.aspect
        if recipe.colour:
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = recipe.colour
        stream.codec_context.color_range = 2 if recipe.full_range else 1
        silence = out.add_stream("aac", rate=48_000) if recipe.sound else None
        for number in range(recipe.frames):
            frame = _frame(recipe, number)
            frame.pts, frame.time_base = recipe.times(number) if recipe.times else number, base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if silence is not None:
            _add_silence(out, silence, recipe.frames / RATE)
    return path


def _frame(recipe: Recipe, number: int) -> av.VideoFrame:
    pixels = recipe.draw(recipe.width, recipe.height, number)
    if pixels.dtype == np.uint16:
        return av.VideoFrame.from_ndarray(hdr.to_yuv(pixels), format="yuv444p16le").reformat(format=recipe.pixels)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    if recipe.pixels not in YUV:
        return frame
    matrix = recipe.colour[2] if recipe.colour else (1 if recipe.height >= 720 else 5)
    span = 2 if recipe.full_range else 1
    return frame.reformat(format=recipe.pixels, dst_colorspace=matrix, dst_color_range=span)


def _add_silence(out: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    for number in range(int(seconds * 48_000 / 1024)):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 2048), np.int16), format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 1024, Fraction(1, 48_000)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def audio_only(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        _add_silence(out, out.add_stream("aac", rate=48_000), 1.0)
    return path


def song_with_cover(path: Path) -> Path:
    """An mp3 whose ID3 tag holds a picture."""
    picture = b"\0image/png\0\x03\0" + stills.png(64, 64)
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    with av.open(str(path), "w", options={"write_xing": "0", "id3v2_version": "0"}) as out:
        _add_silence(out, out.add_stream("libmp3lame", rate=48_000, options={"b": "64k"}), 1.0)
    path.write_bytes(b"ID3\x03\0\0" + size + frame + path.read_bytes())
    return path


def with_matrix(source: Path, target: Path, matrix: tuple[int, int, int, int]) -> Path:
    """The mp4 `source` with the display matrix (a, b, c, d): x' = a·x + c·y, y' = b·x + d·y."""
    data = bytearray(source.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value * 0x10000 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    target.write_bytes(data)
    return target


def cut(source: Path, target: Path, share: float) -> Path:
    """The first part of a file, as an interrupted download leaves it."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def scratched(source: Path, target: Path, spans: Iterable[tuple[float, float]]) -> Path:
    """The file with stretches overwritten by noise; spans: from and to, as shares of its size."""
    data = bytearray(source.read_bytes())
    noise = np.random.default_rng(7)
    for start, end in spans:
        first, last = int(len(data) * start), int(len(data) * end)
        data[first:last] = noise.integers(0, 256, last - first, dtype=np.uint8).tobytes()
    target.write_bytes(data)
    return target
