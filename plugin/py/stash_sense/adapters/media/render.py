"""A decoded video frame → upright RGB with square pixels, progressive, SDR (PyAV and numpy)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av.filter
import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.media.tonemap import CURVES, to_sdr
from stash_sense.core.values import Image

# What libav calls them: AVColorSpace of a frame → SWS_CS_* of the converter.
MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
BT709, BT601 = 1, 5
HD_LINES = 720  # players take BT.709 from here on where the file does not say
COMB_STEP, COMB_SHARE = 12, 0.002  # grey levels; share of all pixels
IDENTITY = (1, 0, 0, 1)

Turn = tuple[int, int, int, int]  # signs of a, b, c, d in x' = a·x + c·y, y' = b·x + d·y


def render(frame: Any, aspect: Fraction | None) -> Image:
    """The picture as a viewer sees it. aspect: width : height of one pixel, from the stream; None if square."""
    turn = turn_of(frame)
    width, height = square_size(frame.width, frame.height, aspect)
    curve = CURVES.get(int(frame.color_trc))
    matrix = MATRICES.get(int(frame.colorspace), BT709 if frame.height >= HD_LINES else BT601)
    if frame.interlaced_frame and combed(frame.reformat(format="gray").to_ndarray()):
        frame = _one_field(frame)
    fmt = "rgb48le" if curve else "rgb24"
    converted = frame.reformat(width=width, height=height, format=fmt, src_colorspace=matrix, interpolation="BICUBIC")
    pixels = converted.to_ndarray()
    if curve:
        pixels = to_sdr(pixels, curve)
    return turned(pixels, turn)


def square_size(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Size with square pixels; the height is kept, as players do. Nonsense aspects (beyond 1 : 4) are ignored."""
    if not aspect or aspect == 1 or not Fraction(1, 4) <= aspect <= 4:
        return width, height
    return max(1, round(width * aspect)), height


def turn_of(frame: Any) -> Turn:
    """How the frame's display matrix turns and mirrors it, to the nearest quarter turn."""
    try:
        side = frame.side_data.get("DISPLAYMATRIX")
    except (KeyError, ValueError):
        return IDENTITY
    if side is None:
        return IDENTITY
    a, b, _, c, d = np.frombuffer(bytes(side), dtype="<i4")[:5].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
    return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)


def degrees_of(turn: Turn) -> int:
    """Degrees clockwise of a turn; a mirror image counts as the turn that remains when it is mirrored back."""
    a, b, _, d = turn
    if a or d:
        return 180 if d < 0 else 0
    return 90 if b > 0 else 270


def turned(pixels: Image, turn: Turn) -> Image:
    """The picture turned and mirrored by whole quarter turns, contiguous."""
    a, b, c, d = turn
    if a or d:
        across, down = a, d
    else:
        pixels = pixels.transpose(1, 0, 2)
        across, down = c, b
    return np.ascontiguousarray(pixels[::down, ::across])


def combed(luma: NDArray[np.uint8]) -> bool:
    """Whether two moments are woven together. Much that is marked as interlaced is not, and would lose half its lines.

    luma: (h, w). A line counts where it sticks out from both its neighbours, which agree with each other.
    """
    lines = luma[:, ::2].astype(np.int16)
    above, here, below = lines[:-2], lines[1:-1], lines[2:]
    up, down = here - above, here - below
    outside = (np.minimum(abs(up), abs(down)) > COMB_STEP) & ((up > 0) == (down > 0)) & (abs(above - below) < COMB_STEP)
    return float(outside.mean()) > COMB_SHARE


def _one_field(frame: Any) -> Any:
    """Every other line: one moment. Better than a deinterlacer, whose neighbouring frames were never decoded.

    Measured on 1440 × 1080, all moving: mean error 8.0 in 4 ms, against 9.4 in 64 ms (estdif) and 43 (bwdif, woven).
    """
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=Fraction(1, 1000)
    )
    graph.link_nodes(source, graph.add("field", "type=top"), graph.add("buffersink")).configure()
    graph.push(frame)
    graph.push(None)
    return graph.pull()
