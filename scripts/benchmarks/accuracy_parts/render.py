"""Draws the frames of a planned scene: photos that move, grow, roll, blur, darken and are hidden, then compressed."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.benchmarks.accuracy_parts.plan import Actor, Plan, Shot
from stash_sense.core.values import Image

Floats = NDArray[np.float32]
REACH = (0.70, 0.95)  # half axes of the ellipse that is cut out of a photo, in faces: head and hair, nobody else's face


def frame(plan: Plan, time_s: float) -> Image:
    """The picture at an instant, as a player would show it."""
    shot = plan.shot_at(time_s)
    canvas = backdrop(plan.size, shot.backdrop).copy()
    for actor in shot.actors:
        _draw(canvas, actor, progress(shot, time_s), time_s)
    rng = np.random.default_rng([shot.backdrop, int(time_s * 25)])
    if plan.noise > 0:
        grain = rng.normal(0, plan.noise, (plan.size[1], plan.size[0])).astype(np.int16)
        canvas = np.clip(canvas.astype(np.int16) + grain[..., None], 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, plan.jpeg])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def progress(shot: Shot, time_s: float) -> float:
    return float(np.clip((time_s - shot.start_s) / max(shot.end_s - shot.start_s, 1e-6), 0, 1))


def where(actor: Actor, part: float, time_s: float) -> tuple[float, float, float]:
    """Middle and width of the face at an instant: along a line, swaying."""
    size = actor.size[0] + part * (actor.size[1] - actor.size[0])
    sway = 0.06 * size
    (x0, y0), (x1, y1) = actor.place
    across = x0 + part * (x1 - x0) + sway * float(np.sin(1.3 * time_s + x0))
    down = y0 + part * (y1 - y0) + sway * float(np.cos(0.9 * time_s + y1))
    return across, down, size


def _draw(canvas: Image, actor: Actor, part: float, time_s: float) -> None:
    across, down, size = where(actor, part, time_s)
    roll = actor.roll[0] + part * (actor.roll[1] - actor.roll[0]) + 3 * float(np.sin(time_s))
    reach = int(1.15 * size) + 2
    left, top = round(across) - reach, round(down) - reach
    face, mask = _patch(actor, size, roll, 2 * reach + 1, (across - left, down - top))
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + 2 * reach + 1, canvas.shape[1]), min(top + 2 * reach + 1, canvas.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    inner = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    share = mask[inner][..., None]
    room = canvas[y0:y1, x0:x1]
    room[:] = (share * face[inner] + (1 - share) * room).astype(np.uint8)


def _patch(actor: Actor, size: float, roll: float, edge: int, middle: tuple[float, float]) -> tuple[Floats, Floats]:
    """(edge, edge, 3) picture and (edge, edge) mask of the turned, blurred and lit face."""
    photo, mask = _cut(str(actor.portrait.path), actor.portrait.face_px, actor.cover)
    scale = size / actor.portrait.face_px
    if scale < 0.7:  # averaged, not sampled
        to = max(round(photo.shape[1] * scale), 8), max(round(photo.shape[0] * scale), 8)
        scale *= photo.shape[1] / to[0]
        photo, mask = (cv2.resize(one, to, interpolation=cv2.INTER_AREA) for one in (photo, mask))
    height, width = mask.shape
    turn = cv2.getRotationMatrix2D((0.0, 0.0), roll, scale)
    turn[:, 0] *= actor.turn
    turn[:, 2] = np.array(middle) - turn[:, :2] @ [width / 2, height / 2]
    face = cv2.warpAffine(photo, turn, (edge, edge), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(mask, turn, (edge, edge), flags=cv2.INTER_LINEAR)
    if actor.blur > 0:
        face = cv2.GaussianBlur(face, (0, 0), max(actor.blur * size, 0.3))
    if actor.smear > 0 and (reach := int(actor.smear * size)) > 1:
        face = cv2.blur(face, (reach, 1))
    return np.clip(face * np.float32(actor.light), 0, 255), mask


@lru_cache(maxsize=64)
def _cut(path: str, face_px: float, cover: str) -> tuple[Floats, Floats]:
    """The photo and how much of each pixel belongs to the head."""
    photo = cv2.imread(path).astype(np.float32)
    height, width = photo.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot((across - width / 2) / (REACH[0] * face_px), (down - height / 2) / (REACH[1] * face_px))
    mask = np.clip((1.05 - away) / 0.12, 0, 1).astype(np.float32)
    if cover:
        shift = {"chin": (0, 0.62), "top": (0, -0.6), "left": (-0.55, 0), "right": (0.55, 0)}[cover]
        at = round(width / 2 + shift[0] * face_px), round(height / 2 + shift[1] * face_px)
        axes = (0.4, 0.25) if cover in ("chin", "top") else (0.25, 0.45)
        tone = photo[height // 2 - 5 : height // 2 + 5, width // 2 - 5 : width // 2 + 5].mean(axis=(0, 1)) * 0.8
        cv2.ellipse(photo, at, (round(axes[0] * face_px), round(axes[1] * face_px)), 0, 0, 360, tone.tolist(), -1)
    return photo, mask


@lru_cache(maxsize=4)
def backdrop(size: tuple[int, int], seed: int) -> Image:
    """Smooth surroundings with some grain and edges, without a face."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(20, 200, (6, 10, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    for _ in range(6):
        x, y = int(rng.integers(size[0])), int(rng.integers(size[1]))
        wide, tall = int(rng.integers(20, size[0] // 3)), int(rng.integers(20, size[1] // 2))
        smooth[y : y + tall, x : x + wide] = smooth[y : y + tall, x : x + wide] * 2 // 3 + int(rng.integers(0, 80))
    grain = cv2.resize(rng.integers(-8, 9, (size[1] // 2, size[0] // 2), dtype=np.int16), size)
    return np.clip(smooth + grain[..., None], 0, 255).astype(np.uint8)
