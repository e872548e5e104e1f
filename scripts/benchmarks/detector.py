"""What the detector finds and what it takes for a face: by size, roll, yaw, blur, light and cover; tile plans; second looks; posters. docs/benchmarks.md.

    scripts/bench detector --lfw DIR [--json OUT] [--things DIR] [--sheets DIR] [--part NAME] [--only SERIES] [--quick]

DIR: LFW's folder images_deepfunneled (research use; not ours to hand on). --things: a folder of pictures without faces. With --quick and without
LFW a few heads of tests/data/photos are drawn: that shows that it runs and proves nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from calibration.simulate import ExactGallery
from scripts.benchmarks.accuracy_parts.plan import Portrait
from scripts.benchmarks.detector_parts import frames, gate, looks, people, posters, scenes, things, tile_plans
from stash_sense.adapters.models.encoder import PackEncoder, open_encoder
from stash_sense.core.values import Frame, Image, Vector

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "plugin" / "models" / "compact"
PHOTOS = ROOT / "tests" / "data" / "photos"
SEED = 1
PARTS = ("series", "tiles", "false", "scenes", "posters")
NEED_GALLERY = {"false", "scenes", "posters"}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is done. people: a half. faces: for each way of a series. plans: frames for the tile plans. things: of every drawn kind.

    scenes: of every kind, of so many frames each. posters: scenes with one.
    """

    people: int
    faces: int
    plans: int
    things: int
    scenes: int
    scene_frames: int
    posters: int


FULL = Amount(people=120, faces=36, plans=80, things=4, scenes=3, scene_frames=12, posters=6)
QUICK = Amount(people=6, faces=2, plans=1, things=1, scenes=1, scene_frames=3, posters=1)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part needs. vectors: by name of the person."""

    everybody: people.People
    encoder: PackEncoder
    gate: gate.Gate
    vectors: dict[str, Vector]
    made: Path
    amount: Amount


def main(arguments: Sequence[str] | None = None, *, amount: Amount | None = None) -> int:
    args = _arguments(arguments)
    bench = prepare(args, amount or (QUICK if args.quick else FULL))
    result: dict[str, Any] = {
        "benchmark": "detector",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "people": {"fit": len(bench.everybody.fit), "report": len(bench.everybody.report)},
    }
    parts = args.part or PARTS
    if "series" in parts:
        result["series"] = series(bench, args.only)
    if "tiles" in parts:
        result["tile_plans"] = plans(bench, quick=args.quick)
    if "false" in parts:
        result["false_faces"] = false_faces(bench, args)
    if "scenes" in parts:
        result["scenes"] = whole_scenes(bench)
    if "posters" in parts:
        result["posters"] = posters.told(bench.everybody.report, bench.gate, bench.amount.posters, seed=SEED)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")
    print(text)
    return 0


def prepare(args: argparse.Namespace, amount: Amount) -> Bench:
    """The people, their vectors and a gallery of all of them. Raises SystemExit without photos."""
    cv2.setNumThreads(1)
    encoder = open_encoder(PACK)
    if args.lfw is not None:
        everybody = people.of_lfw(args.lfw, encoder, amount.people)
    elif args.quick:
        everybody = people.of_test_photos(PHOTOS, args.cache / "heads", encoder)
    else:
        raise SystemExit("Give --lfw DIR, or --quick for a run with a few heads that proves nothing.")
    faces = (*everybody.fit, *everybody.report) if {*(args.part or PARTS)} & NEED_GALLERY else ()
    vectors = {one.name: vector for one in faces if (vector := _vector(one, encoder)) is not None}
    gallery = ExactGallery(list(vectors), np.array(list(vectors.values()), np.float32).reshape(-1, encoder.space.dims))
    _say(f"{len(vectors)} people in the gallery")
    return Bench(everybody, encoder, gate.open_gate(PACK, encoder, gallery), vectors, args.cache / "turned", amount)


def series(bench: Bench, only: Sequence[str] | None) -> dict[str, Any]:
    """One thing varied at a time: recall and false boxes of every way to look. only: names of series, all if None."""
    result: dict[str, Any] = {}
    ways = looks.looks(bench.encoder)
    for number, one in enumerate(frames.series()):
        if only and one.name not in only:
            continue
        result[one.name] = {}
        for value, way in one.ways.items():
            drawn = frames.draw(
                bench.everybody.report, way, faces=bench.amount.faces, made=bench.made, seed=100 * SEED + number
            )
            tallies = looks.compare(drawn, ways)
            result[one.name][value] = {name: tally.figures() for name, tally in tallies.items()}
            found = ", ".join(f"{name} {row['recall']}" for name, row in result[one.name][value].items())
            _say(f"{one.name} {value}: {found}")
    return result


def plans(bench: Bench, *, quick: bool) -> dict[str, Any]:
    """On the fitted people: a plan that is chosen by these figures has to be measured on others."""
    changes = dict(list(tile_plans.CHANGES.items())[:1]) if quick else tile_plans.CHANGES
    drawn = list(frames.draw_mixed(bench.everybody.fit, bench.amount.plans, seed=3, smallest=30))
    result = tile_plans.compared(drawn, bench.encoder, changes)
    _say("tile plans")
    return result


def false_faces(bench: Bench, args: argparse.Namespace) -> dict[str, Any]:
    """What is taken for a face, and what the product makes of it."""
    counts, seen = gate.false_faces(_faceless(bench, args.things), bench.gate)
    if args.sheets is not None:
        args.sheets.mkdir(parents=True, exist_ok=True)
        gate.sheet(seen, args.sheets / "false-faces.png")
    _say("pictures without faces")
    return counts


def _faceless(bench: Bench, folder: Path | None) -> Iterator[tuple[str, Image]]:
    yield from things.drawn(bench.amount.things, SEED)
    yield from things.behind_heads(bench.everybody.report[: 10 * bench.amount.things])
    if folder is not None:
        for _, image in things.of_folder(folder):
            yield "things", image


def whole_scenes(bench: Bench) -> dict[str, Any]:
    """Of the report people of whom there is a vector."""
    known = [one for one in bench.everybody.report if one.name in bench.vectors]
    aside = {kind.yaw: people.turn_heads(known, kind.yaw, bench.made) for kind in scenes.KINDS.values() if kind.yaw}
    vectors = [bench.vectors[one.name] for one in known]
    stage = scenes.Stage(known, aside, vectors, bench.gate, bench.amount.scene_frames)
    return scenes.recovered(stage, bench.amount.scenes, told=_say)


def _vector(one: Portrait, encoder: PackEncoder) -> Vector | None:
    image = people.photo(one.path)
    face = people.middle(encoder.detect(image, thorough=True), image.shape[1], image.shape[0])
    found = [] if face is None else encoder.encode(Frame(image, 0, kind="picture"), [face])
    return found[0].vector if found else None


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench detector", description=__doc__)
    home = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "stash-sense" / "detector"
    parser.add_argument("--lfw", type=Path, help="folder with one folder of photos per person")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--things", type=Path, help="folder of pictures without faces")
    parser.add_argument("--sheets", type=Path, help="folder for a sheet of what was taken for faces, for the eye")
    parser.add_argument("--quick", action="store_true", help="a small share of everything: proves nothing")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be given again")
    parser.add_argument(
        "--only", action="append", help="only this series, as it is called in the figures; may be given again"
    )
    parser.add_argument("--cache", type=Path, default=home, help="for turned heads (default: %(default)s)")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
