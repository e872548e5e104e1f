"""What a face from elsewhere must be like to become a reference: chosen on the fit and tune people, stated for the report people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.dataset import Data, Person
from calibration.faces import MIN_FACE_PX, Photos, middle, people_of
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.matching.template import build_template, outliers
from stash_sense.core.values import Detection, Frame, Image, Vector

TIERS = {1: 1e-4, 2: 3e-4, 4: 1e-3}  # own faces: share of strangers' faces that may agree; the fewer, the stricter
DOMINANT = 1e-4  # the same for the largest group of a source of low trust
WORTH = 0.8  # a reference has to be found by this share of the person's other photos
MATCHED = 1e-3  # … at this share of strangers
USUAL = 0.65  # quality of a photo that is worse than a portrait, yet taken
SAME = (0.15, 0.20, 0.23, 0.25, 0.274, 0.30, 0.33, 0.36, 0.40)
COPIES = 0.01  # share of copies of a photo that may go unnoticed


def measure(data: Data, base: AdmissionRules, rng: np.random.Generator) -> tuple[AdmissionRules, dict[str, Any]]:
    """The rules but for `copy` (see `copy_from`), and the figures behind them. What LFW cannot tell stays as in `base`."""
    chosen_on, told_of = data.people["fit"] + data.people["tune"], data.people["report"]
    agree, dominant = {}, 0.0
    for own, share in TIERS.items():
        agree[own] = _level(_strangers(data, chosen_on, own, 1, rng), share)
    dominant = _level(_strangers(data, chosen_on, 2, 3, rng), DOMINANT)
    same, table = _choose_same(data, chosen_on, rng)
    worth = _worth(data, chosen_on, _level(_strangers(data, chosen_on, 1, 1, rng), MATCHED), rng)
    rules = replace(
        base,
        quality=worth["quality"],
        face_px=float(np.ceil(worth["size"])),
        same=same,
        agree=tuple(agree.items()),
        dominant=dominant,
    )
    figures = {
        "agree": {own: _errors(data, told_of, own, 1, least, rng) for own, least in agree.items()},
        "dominant": _errors(data, told_of, 2, 3, dominant, rng),
        "same": table,
        "same_report": _sorting(data, told_of, same, rng),
        "worth": worth,
    }
    return rules, figures


def copy_from(lfw: Path, pack: Path, data: Data, *, photos: int) -> tuple[float, dict[str, Any]]:
    """Cosine from which two faces count as copies of one photo: what all but COPIES of real copies reach; and how near other photos come."""
    encoder = open_encoder(pack, threads=1, min_face_px=MIN_FACE_PX)
    copies = []
    for person in people_of(lfw)[-photos:]:  # those with a single photo
        vectors = _copies(person, encoder)
        copies += [float(vectors[0] @ other) for other in vectors[1:]]
    different = []
    for person in data.people["fit"]:
        rows = [photo[0] for photo in person.photos]
        cosines = data.vector[rows] @ data.vector[rows].T
        different += list(cosines[np.triu_indices(len(rows), 1)])
    least = round(float(np.quantile(copies, COPIES)), 3)
    return least, {
        "copies": len(copies),
        "copies_missed": float(np.mean(np.array(copies) < least)),
        "copy_quantiles": [round(float(v), 3) for v in np.quantile(copies, [0.01, 0.05, 0.25, 0.5])],
        "different_above": float(np.mean(np.array(different) >= least)),
        "different_quantiles": [round(float(v), 3) for v in np.quantile(different, [0.5, 0.9, 0.95, 0.99])],
    }


def block(rules: AdmissionRules, figures: dict[str, Any]) -> dict[str, Any]:
    """The rules as pack.json holds them, with the error rates of the report people."""
    told = {**figures["agree"], "dominant": figures["dominant"]}
    errors = {
        str(name): {"fmr": float(f"{one['fmr']:.2g}"), "fnmr": round(one["fnmr"], 4)} for name, one in told.items()
    }
    return {**asdict(rules), "agree": {str(own): least for own, least in rules.agree}, "errors": errors}


def _copies(person: Photos, encoder: Any) -> list[Vector]:
    """The first photo's face as it is, compressed, made smaller, cut, and all three."""
    image = np.ascontiguousarray(cv2.imread(str(person.paths[0]))[..., ::-1])
    height, width = image.shape[:2]
    cut = image[height // 16 : -height // 32, width // 20 : -width // 14]
    ways: list[Callable[[], Image]] = [
        lambda: image,
        lambda: _jpeg(image, 60),
        lambda: _scaled(image, 0.6),
        lambda: np.ascontiguousarray(cut),
        lambda: _jpeg(_scaled(np.ascontiguousarray(cut), 0.75), 80),
    ]
    vectors: list[Vector] = []
    for way in ways:
        picture = way()
        face: Detection | None = middle(encoder.detect(picture, thorough=True), picture.shape[1], picture.shape[0])
        found = encoder.encode(Frame(picture, 0, kind="picture"), [face]) if face else []
        vectors += [one.vector for one in found]
    return vectors if len(vectors) == len(ways) else []


def _jpeg(image: Image, quality: int) -> Image:
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def _scaled(image: Image, by: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=by, fy=by, interpolation=cv2.INTER_AREA), np.uint8)


def _strangers(
    data: Data, people: Sequence[Person], own: int, theirs: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Agreement of `theirs` faces of one person with `own` faces of another."""
    mine, others = _templates(data, people, own, rng), _templates(data, people, theirs, rng)
    names = sorted(mine.keys() | others.keys())
    place = {name: index for index, name in enumerate(names)}
    cosines = np.stack(list(mine.values())) @ np.stack(list(others.values())).T
    apart = np.array([place[n] for n in mine])[:, None] != np.array([place[n] for n in others])
    return cosines[apart].astype(np.float64)


def _templates(data: Data, people: Sequence[Person], count: int, rng: np.random.Generator) -> dict[str, Vector]:
    found = {}
    for person in people:
        if len(person.photos) >= count:
            chosen = rng.permutation(len(person.photos))[:count]
            found[person.name] = _template(data, [person.photos[index][0] for index in chosen])
    return found


def _template(data: Data, rows: Sequence[int]) -> Vector:
    return build_template(data.vector[list(rows)], np.ones(len(rows)))


def _level(strangers: NDArray[np.float64], share: float) -> float:
    return round(float(np.quantile(strangers, 1 - share)), 3)


def _errors(
    data: Data, people: Sequence[Person], own: int, theirs: int, least: float, rng: np.random.Generator
) -> dict[str, float]:
    """fmr: strangers that agree; fnmr: the person's own other photos that do not."""
    genuine = []
    for person in people:
        for _ in range(3):
            rows = [person.photos[index][0] for index in rng.permutation(len(person.photos))]
            if len(rows) >= own + theirs:
                genuine.append(float(_template(data, rows[:own]) @ _template(data, rows[own : own + theirs])))
    strangers = _strangers(data, people, own, theirs, rng)
    return {
        "least": least,
        "fmr": float(np.mean(strangers >= least)),
        "fnmr": float(np.mean(np.array(genuine) < least)),
        "pairs": len(genuine),
    }


def _choose_same(data: Data, people: Sequence[Person], rng: np.random.Generator) -> tuple[float, dict[str, Any]]:
    """The average cosine at which the fewest faces are sorted wrongly, own ones lost and strangers' kept counting alike."""
    table = {least: _sorting(data, people, least, np.random.default_rng(rng.integers(1 << 30))) for least in SAME}
    return min(table, key=lambda least: table[least]["lost"] + table[least]["kept"]), {
        str(k): v for k, v in table.items()
    }


def _sorting(data: Data, people: Sequence[Person], least: float, rng: np.random.Generator) -> dict[str, float]:
    """lost: own faces set aside; kept: faces of one stranger among three to six that were not."""
    several = [person for person in people if len(person.photos) >= 2]
    lost = own = kept = 0
    for _ in range(1500):
        person = several[rng.integers(len(several))]
        rows = [_any_variant(data, photo, rng) for photo in rng.permutation(np.array(person.photos, dtype=object))[:5]]
        stranger = people[rng.integers(len(people))].photos[0][0]
        odd = outliers(data.vector[[*rows, stranger]], agree_from=least)
        lost, own, kept = lost + sum(odd[:-1]), own + len(rows), kept + (not odd[-1])
    return {"lost": lost / own, "kept": kept / 1500}


def _any_variant(data: Data, photo: dict[int, int], rng: np.random.Generator) -> int:
    """Every other photo is one of the worse copies that a gallery would still take."""
    worse = [row for variant, row in photo.items() if variant and data.quality[row] >= USUAL]
    return worse[rng.integers(len(worse))] if worse and rng.random() < 0.5 else photo[0]


def _worth(data: Data, people: Sequence[Person], least: float, rng: np.random.Generator) -> dict[str, Any]:
    """From which quality and size on a face is found by WORTH of the person's other photos; tables by tenths."""
    rows, found = [], []
    for person in people:
        for number, photo in enumerate(person.photos[: len(person.photos) if len(person.photos) > 1 else 0]):
            other = (number + 1 + int(rng.integers(len(person.photos) - 1))) % len(person.photos)
            for row in photo.values():
                rows.append(row)
                found.append(float(data.vector[row] @ data.vector[person.photos[other][0]]) >= least)
    right = np.array(found, dtype=np.float64)
    quality, size = data.quality[rows], data.size[rows]
    return {
        "quality": _first(quality, right),
        "size": _first(size, right),
        "clean_refused": float(
            np.mean([data.quality[p[0]] < _first(quality, right) for one in people for p in one.photos])
        ),
        "by_quality": _table(quality, right, np.arange(0.3, 1.05, 0.05)),
        "by_size": _table(size, right, np.array([20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 100, 200])),
    }


def _first(values: NDArray[np.float32], right: NDArray[np.float64]) -> float:
    """Lowest value around which WORTH are found, by a running mean over 500 faces."""
    order = np.argsort(values)
    share = np.convolve(right[order], np.ones(500) / 500, "valid")
    below = np.flatnonzero(share < WORTH)
    return round(float(values[order][(int(below[-1]) if len(below) else 0) + 250]), 2)


def _table(
    values: NDArray[np.float32], right: NDArray[np.float64], edges: NDArray[np.float64]
) -> dict[str, list[float]]:
    inside = [(low, high, (values >= low) & (values < high)) for low, high in pairwise(edges)]
    return {
        f"{low:g}-{high:g}": [int(mask.sum()), round(float(right[mask].mean()), 3)]
        for low, high, mask in inside
        if mask.any()
    }
