"""Matching analysed scenes again, against decoding and analysing some of them (design §16: 10,000 in less time than 10)."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from tests.fake_stash import FakeStash
from tests.synthetic import Synthetic

from scripts.benchmarks import scene
from scripts.benchmarks.telling import tell
from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.adapters.models.packs import load_pack
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.settings import effective
from stash_sense.usecases.matching import Matcher, policy_of
from stash_sense.usecases.rematch import Rematcher
from stash_sense.usecases.unknown_groups import UnknownGroups

SCENES, TRACKS, SINGLE_FACES = 1000, 2, 12
PEOPLE, REFERENCES, STRANGERS = 1000, 3, 400
OF_THEM, ANALYSED = 10_000, 10  # the budget: so many matched again in less time than so many are analysed


class Silent:
    """usecases.reporting.Report's place: nobody watches."""

    failed = done = 0

    def expect(self, total: int) -> None: ...
    def step(self, *, failed: bool = False) -> None: ...
    def within(self, share: float) -> None: ...


def fill(made: Synthetic, stash: FakeStash) -> None:
    """PEOPLE with REFERENCES each; scenes of TRACKS people, some of them strangers, with SINGLE_FACES beside each template."""
    made.enrol({one: [made.look(one, 0.8, number) for number in range(REFERENCES)] for one in range(1, PEOPLE + 1)})
    rng = np.random.default_rng(0)
    for number in range(1, SCENES + 1):
        cast = [int(one) for one in rng.choice(np.arange(1, PEOPLE + STRANGERS + 1), TRACKS, replace=False)]
        stash.add_scene(str(number))
        single = [np.stack([made.look(one, 0.6, 1000 * number + face) for face in range(SINGLE_FACES)]) for one in cast]
        made.analyse(number, [made.look(one, 0.75, number) for one in cast], exemplars=single)


def matched_again() -> float:
    """Seconds for SCENES whose tags are as they should be, after one performer has got another reference."""
    pack = load_pack(scene.PACK)
    rules, settings, stash = ClusterRules.from_pack(pack.clustering), effective({}), FakeStash()
    with tempfile.TemporaryDirectory() as data, closing(open_database(Path(data))) as db:
        stores = SqliteStores(db)
        made = Synthetic(stores, pack.space)
        fill(made, stash)
        calibration = Calibration.from_pack(pack.calibration)
        matcher = Matcher(stores, pack.space, rules, calibration, policy_of(settings), ExactIndex)
        unknown = UnknownGroups(stores, pack.space, rules)
        rematcher = Rematcher(stores, stash, stash, matcher, settings, lambda: "now", unknown)
        rematcher.all(Silent())
        with stores.transaction():
            made.refer(1, made.look(1, 0.8, 99), "performer", "1-99")
            stores.gallery.bump()
        start = time.perf_counter()
        rematcher.all(Silent())
        return time.perf_counter() - start


def main(json_out: str | Path | None = None) -> int:
    """Measures, prints JSON (also to `json_out`); returns 1 if the budget is missed."""
    threads = max(1, (os.cpu_count() or 2) // 2)
    encoder = open_encoder(scene.PACK, threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.mp4"
        duration_s = scene.make_video(path)
        scene.ours(path, duration_s, encoder)
        analysed = min(scene.ours(path, duration_s, encoder)["seconds"] for _ in range(3))
    again = matched_again()
    ratio = (ANALYSED * analysed) / (again / SCENES * OF_THEM)
    result = {
        "benchmark": "rematch",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "gallery": {"people": PEOPLE, "references": PEOPLE * REFERENCES},
        "scenes": {"count": SCENES, "tracks": TRACKS, "single_faces": SINGLE_FACES},
        "seconds": round(again, 2),
        "ms_a_scene": round(again / SCENES * 1000, 2),
        "analysing_one_s": analysed,
        "matched_while_one_is_analysed": round(analysed / (again / SCENES)),
        "times_faster": round(ratio, 3),
        "budget": 1.0,
        "met": ratio >= 1.0,
    }
    return tell(result, json_out, met=result["met"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else None))
