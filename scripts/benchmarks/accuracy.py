"""How often names are right: LFW at large, rendered scenes, our rules one by one, the original's rules. Method: docs/benchmarks.md.

    scripts/bench accuracy --lfw DIR [--json OUT] [--plots DIR] [--quick]

DIR: LFW's folder images_deepfunneled (research use; not ours to hand on). What was read and drawn is kept in a cache.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts import cases, compare, judge, large, pictures, pipeline, plots, sightings
from scripts.benchmarks.accuracy_parts.cases import Half
from scripts.benchmarks.accuracy_parts.large import Run
from scripts.benchmarks.accuracy_parts.material import Material, read
from scripts.benchmarks.accuracy_parts.rules import FULL, SHOWN, Ours
from stash_sense.adapters.models.packs import load_pack
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "plugin" / "models" / "compact"
SEED = 1
BEYOND = (100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is done. runs: galleries of LFW. turns: in which people change sides. minutes: for reading LFW."""

    runs: tuple[Run, ...]
    turns: int
    scenes: int
    made_up: int
    minutes: float


HEADLINE = Run(5000, 2)
FULL_AMOUNT = Amount(
    (Run(500, 2), Run(1000, 2), Run(2000, 2), Run(5000, 1), HEADLINE, Run(5000, 3), Run(5000, 5)), 4, 100, 96_700, 60
)
QUICK = Amount((Run(500, 2),), 2, 4, 5_000, 0.5)


def main(arguments: Sequence[str] | None = None, *, amount: Amount | None = None) -> int:
    args = _arguments(arguments)
    amount = amount or (QUICK if args.quick else FULL_AMOUNT)
    amount = replace(amount, scenes=args.scenes or amount.scenes)
    pack = load_pack(args.pack)
    calibration, rules = Calibration.from_pack(pack.calibration), ClusterRules.from_pack(pack.clustering)
    material = read(args.lfw, args.pack, args.cache, minutes=amount.minutes, bias=pack.bias)
    scenes, curves = scene_figures(material, args, amount, calibration, rules)
    stranger_tracks = scenes["halves"]["easy"]["stranger_tracks_per_hour"]
    result = {
        "benchmark": "accuracy",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "pack": f"{pack.name} {pack.revision}",
        "amount": asdict(amount),
        "people": {part: len(people) for part, people in material.data.people.items()},
        "lfw": lfw_figures(material, amount, calibration, rules.weight_power, stranger_tracks),
        "scenes": scenes,
        "rules": curves,
        "pictures": picture_figures(material, amount, calibration, rules),
        "unknown_people": sightings.figures(
            material.data, "report", rules.unknown_person, rules.weight_power, seed=SEED
        ),
    }
    text = json.dumps(result, indent=1)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")
    if args.plots:
        plots.draw(result, args.plots)
    print(text)
    return 0


def lfw_figures(
    material: Material, amount: Amount, calibration: Calibration, power: float, stranger_tracks: float
) -> dict[str, Any]:
    runs: list[dict[str, Any]] = []
    for run in amount.runs:
        made = list(large.parts(material.data, run, turns=amount.turns, seed=SEED))
        for kind in large.KINDS:
            found = large.ask(material.data, made, kind, calibration, power)
            row = {"people": run.people, "references": run.references, "kind": kind}
            row.update(large.figures(found, calibration, seed=SEED))
            if run == amount.runs[0] or run == HEADLINE:
                tail = large.stranger_scores(material.data, made, kind, power)
                row["tail"] = asdict(tail)
                row["extrapolated"] = large.extrapolate(tail, found, (run.people, *BEYOND), stranger_tracks)
            runs.append(row)
            _say(f"LFW {run.people} {run.references} {kind}")
    wanted = [row for row in runs if row["kind"] == "track" and row["references"] == HEADLINE.references]
    headline = max(wanted, key=lambda row: int(row["people"]))
    return {
        "gallery": headline["people"],
        "references": headline["references"],
        "dir_at_fpir": headline["dir_at_fpir"],
        "dir_at_fpir_interval": headline["dir_at_fpir_interval"],
        "rank1": headline["rank1"],
        "verification": large.verification(material.data),
        "runs": runs,
    }


def picture_figures(
    material: Material, amount: Amount, calibration: Calibration, rules: ClusterRules
) -> list[dict[str, Any]]:
    nobody = pipeline.ExactGallery(
        (), np.zeros((0, material.data.vector.shape[1]), np.float32)
    )  # each turn has its own
    ours = Ours(FULL, rules, calibration, nobody)
    sizes = sorted({amount.runs[0].people, max(run.people for run in amount.runs)})
    runs = [Run(people, HEADLINE.references) for people in sizes]
    return [pictures.figures(material.data, run, ours, SHOWN, turns=amount.turns, seed=SEED) for run in runs]


def scene_figures(
    material: Material, args: argparse.Namespace, amount: Amount, calibration: Calibration, rules: ClusterRules
) -> tuple[dict[str, Any], dict[str, Any]]:
    halves, shown = cases.halves(material, "report", cases.Sizes(amount.scenes, amount.made_up), seed=SEED)
    figures: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for half in halves:
        found = observed(half, args)
        gallery = pipeline.open_gallery(_gallery_folder(half, args))
        ours = Ours(FULL, rules, calibration, gallery)
        figures[half.name] = {
            "gallery": gallery.people,
            **judge.figures(judge.go_through(half, found, ours), seed=SEED),
        }
        _say(f"{half.name} half judged")
        curves[half.name] = {**compare.ablation(found, ours, _say), **compare.theirs(found, ours, lambda name: None)}
    easy = figures["easy"]
    top = {key: easy[key] for key in ("precision", "recall", "f1", "ece", "false_names_per_hour")}
    return {**top, "halves": figures, "made_up_people": shown}, curves


def observed(half: Half, args: argparse.Namespace) -> judge.Scenes:
    """Every scene of the half with its faces, drawn or from the cache."""
    folder = _gallery_folder(half, args)
    pipeline.save_gallery(folder, half.persons, half.vectors)
    pack, cache = load_pack(args.pack), pipeline.scene_cache(args.cache, args.pack)
    setting = pipeline.Setting(args.pack, folder, cache, pack.bias, ClusterRules.from_pack(pack.clustering))
    found = []
    for plan, seen in pipeline.observe(half.plans, setting, workers=args.workers):
        found.append((plan, seen))
        _say(f"{plan.name}: {len(seen.faces)} faces in {seen.frames} frames")
    return found


def _gallery_folder(half: Half, args: argparse.Namespace) -> Path:
    return Path(args.cache) / f"gallery-{'quick' if args.quick else 'full'}-{half.name}"


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench accuracy", description=__doc__)
    home = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "stash-sense" / "calibration"
    parser.add_argument("--lfw", type=Path, required=True, help="folder with one folder of photos per person")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument(
        "--plots", type=Path, help="folder for the pictures (docs/images for those of the documentation)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a small share of everything: shows that it runs, proves nothing"
    )
    parser.add_argument("--scenes", type=int, help="scenes a half (default: 100)")
    parser.add_argument("--pack", type=Path, default=PACK, help="folder of the model pack (default: compact)")
    parser.add_argument("--cache", type=Path, default=home, help="shared with scripts/calibrate (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4), help="processes that draw scenes")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
