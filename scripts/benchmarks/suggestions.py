"""Double performers in a made-up library: what is found, what is found wrongly, seconds and megabytes; and pages of many findings.

python -m scripts.benchmarks.suggestions [OUT] [PERFORMERS]

Everything is drawn at random: names that many bear, faces whose energy lies in few directions as real ones' does, planted doubles of every
kind, and traps: namesakes, twins, look-alikes, family addresses, people on one scene.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

import numpy as np

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.duplicate_performers import apart_in, duplicate_performers, pair_of
from stash_sense.core.curation.snapshots import MediaFacts, PerformerFacts
from stash_sense.core.curation.values import Finding, Subject
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.usecases.findings import findings_page
from stash_sense.usecases.mean_faces import bounds_of

PACK = Path(__file__).resolve().parents[2] / "plugin/models/compact/pack.json"
PERFORMERS, SEED = 100_000, 1
DIMS = 512
SPREAD = 60.0  # of the falling energy over directions: cosines of strangers spread by about 0.09, as compact's do
GIVEN, FAMILY, COUNTRIES = 3000, 20000, ("US", "CZ", "GB", "HU", "JP", "BR", "DE", "FR", "RU", "CA")
BOX, OTHER = "https://stashdb.org/graphql", "https://fansdb.cc/graphql"
SHARE = 400  # one planted pair of each kind for so many performers


@dataclass
class Made:
    """truth: kind of planted pair → pairs that are one person. traps: the same for pairs that are two."""

    rng: np.random.Generator
    people: list[PerformerFacts] = field(default_factory=list)
    faces: dict[str, np.ndarray] = field(default_factory=dict)
    media: list[MediaFacts] = field(default_factory=list)
    truth: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    traps: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def name(self) -> str:
        """A few names are borne by many."""
        given = int(GIVEN * self.rng.random() ** 2)
        return f"Given{given} Family{int(FAMILY * self.rng.random() ** 2)}"

    def date(self) -> str:
        return f"{self.rng.integers(1960, 2004)}-{self.rng.integers(1, 13):02}-{self.rng.integers(1, 29):02}"

    def vector(self) -> np.ndarray:
        drawn = self.rng.normal(size=DIMS) * np.exp(-np.arange(DIMS) / SPREAD)
        return drawn / np.linalg.norm(drawn)

    def near(self, vector: np.ndarray, cosine: float) -> np.ndarray:
        noise = self.vector()
        across = noise - (noise @ vector) * vector
        return cosine * vector + np.sqrt(1 - cosine**2) * across / np.linalg.norm(across)

    def add(self, *, face: np.ndarray | None = None, **facts: object) -> PerformerFacts:
        number = str(len(self.people) + 1)
        known = self.rng.random
        values = {
            "name": self.name(),
            "birth_date": self.date() if known() < 0.5 else "",
            "country": str(self.rng.choice(COUNTRIES)) if known() < 0.6 else "",
            "gender": "FEMALE" if known() < 0.75 else "MALE",
            "stash_ids": ((BOX, f"id-{number}"),) if known() < 0.7 else (),
            "urls": (f"https://twitter.com/user{number}",) if known() < 0.4 else (),
            **facts,
        }
        self.people.append(PerformerFacts(number, **values))
        if face is not None or known() < 0.8:
            self.faces[number] = self.vector() if face is None else face
        return self.people[-1]

    def twice(
        self, kind: str, second: dict[str, object], *, cosine: float | None, one: bool = True, **first: object
    ) -> None:
        """A pair; second: how the other one differs. one: whether it is one person."""
        face = self.vector()
        left = self.add(face=face, **{"gender": "FEMALE", "stash_ids": (), "urls": (), **first})
        plain = {"name": left.name, "birth_date": "", "country": "", "gender": left.gender, "stash_ids": (), "urls": ()}
        other = None if cosine is None else self.near(face, cosine)
        right = self.add(face=other, **{**plain, **second})
        if cosine is None:
            self.faces.pop(right.id, None)
        (self.truth if one else self.traps).setdefault(kind, []).append((left.id, right.id))


def plant(made: Made, count: int) -> None:
    """Doubles of every kind, and traps."""
    for number in range(count):
        born, cosine = made.date(), float(made.rng.uniform(0.5, 0.9))
        link, page = (BOX, f"same-{number}"), f"https://www.iafd.com/person.rme/perfid=same{number}"
        made.twice("stash id, other name", {"name": made.name(), "stash_ids": (link,)}, cosine=None, stash_ids=(link,))
        made.twice("name and birthday", {"birth_date": born}, cosine=None, birth_date=born)
        made.twice("alias and birthday", {"name": made.name(), "aliases": (f"Alias{number} Other",), "birth_date": born},
                   cosine=None, name=f"Alias{number} Other", birth_date=born)  # fmt: skip
        made.twice("name and face", {}, cosine=cosine)
        made.twice(
            "name and address",
            {"urls": (f"x.com/Same{number}",)},
            cosine=None,
            urls=(f"https://twitter.com/same{number}",),
        )
        made.twice("page, other name", {"name": made.name(), "urls": (page,)}, cosine=None, urls=(page,))
        made.twice("face alone, very like", {"name": made.name()}, cosine=float(made.rng.uniform(0.8, 0.95)))
        family = f"Family{number}"
        made.twice(
            "trap: namesake, other birthday", {"birth_date": made.date()}, cosine=0.05, one=False, birth_date=born
        )
        made.twice("trap: namesake, other stash id", {"country": "US", "stash_ids": ((BOX, f"b-{number}"),)}, cosine=None, one=False,
                   country="US", stash_ids=((BOX, f"a-{number}"),))  # fmt: skip
        made.twice("trap: namesake, nothing known", {}, cosine=None, one=False)
        made.twice("trap: twins", {"name": f"Zoe {family}", "birth_date": born, "country": "CZ"}, cosine=cosine, one=False,
                   name=f"Ann {family}", birth_date=born, country="CZ")  # fmt: skip
        made.twice("trap: look-alikes", {"name": made.name()}, cosine=float(made.rng.uniform(0.45, 0.6)), one=False)
        made.twice("trap: alias is another's name", {"name": made.name(), "aliases": (f"Borrowed{number} Name",)}, cosine=0.1, one=False,
                   name=f"Borrowed{number} Name")  # fmt: skip
        shared = (f"https://sisters{number}.example/about", f"https://twitter.com/sisters{number}")
        made.twice("trap: family addresses", {"name": f"Eva {family}x", "urls": shared}, cosine=0.35, one=False,
                   name=f"Ida {family}x", urls=shared)  # fmt: skip
        made.twice("trap: on one scene", {"birth_date": born}, cosine=cosine, one=False, birth_date=born)
        made.media.append(MediaFacts("scene", str(number + 1), "Both", made.traps["trap: on one scene"][-1]))


def library(performers: int, seed: int) -> Made:
    made = Made(np.random.default_rng(seed))
    plant(made, performers // SHARE)
    while len(made.people) < performers:
        made.add()
    mixed = made.rng.permutation(performers)
    new = {one.id: str(int(place) + 1) for one, place in zip(made.people, mixed, strict=True)}
    renamed = [replace(one, id=new[one.id]) for one in made.people]

    def pairs(given: dict[str, list[tuple[str, str]]]) -> dict[str, list[tuple[str, str]]]:
        return {kind: [_ordered(new[one], new[two]) for one, two in some] for kind, some in given.items()}

    faces = {new[one]: vector for one, vector in made.faces.items()}
    media = [replace(one, performers=tuple(new[each] for each in one.performers)) for one in made.media]
    return Made(
        made.rng, sorted(renamed, key=lambda one: int(one.id)), faces, media, pairs(made.truth), pairs(made.traps)
    )


def _ordered(one: str, two: str) -> tuple[str, str]:
    return (one, two) if int(one) < int(two) else (two, one)


def measure(made: Made) -> dict[str, object]:
    block = json.loads(PACK.read_text("utf-8"))
    ids = sorted(made.faces, key=int)
    faces = Templates(ids, np.stack([made.faces.pop(one) for one in ids]).astype(np.float32), [3] * len(ids))
    rules, scoring = ClusterRules.from_pack(block["clustering"]), Calibration.from_pack(block["calibration"]).scoring
    bounds = bounds_of(rules, scoring, agree=float(block["admission"]["agree"]["1"]), people=len(ids))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, used = time.perf_counter(), time.process_time()
    findings = duplicate_performers(made.people, faces=faces, bounds=bounds)
    apart = apart_in(made.media, {pair_of(one) for one in findings})
    found = {pair_of(one): one.confidence for one in findings if pair_of(one) not in apart}
    took, worked = time.perf_counter() - began, time.process_time() - used
    true = {pair for some in made.truth.values() for pair in some}
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "performers": len(made.people),
        "faces": len(ids),
        "bounds": {"agree": bounds.agree, "differ": bounds.differ, "alone": round(bounds.alone, 4)},
        "seconds": round(took, 1),
        "cpu_seconds": round(worked, 1),
        "peak_mb": round(after / 1024),
        "peak_mb_before": round(before / 1024),
        "found": len(found),
        "precision": round(len(true & found.keys()) / max(len(found), 1), 4),
        "recall": round(len(true & found.keys()) / max(len(true), 1), 4),
        "recall_by_kind": {
            kind: round(sum(one in found for one in some) / len(some), 4) for kind, some in made.truth.items()
        },
        "wrongly_found_traps": {kind: sum(one in found for one in some) for kind, some in made.traps.items()},
        "wrongly_found_others": len(found.keys() - true - {pair for some in made.traps.values() for pair in some}),
        "right_of_those_stated": stated(found, true),
    }


def stated(found: dict[tuple[str, str], float], true: set[tuple[str, str]]) -> list[dict[str, object]]:
    """How many of the pairs in each band of confidence are one person."""
    rows: list[dict[str, object]] = []
    for low, high in ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01)):
        here = [pair for pair, sure in found.items() if low <= sure < high]
        if here:
            right = sum(pair in true for pair in here) / len(here)
            rows.append({"from": low, "to": min(high, 1.0), "pairs": len(here), "right": round(right, 3)})
    return rows


def pages(count: int) -> dict[str, object]:
    """Milliseconds of processor time of a page of 25 among `count` findings, median of 21, without the start of a process."""
    with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder))) as db:
        stores = SqliteStores(db)
        with stores.transaction():
            for number in range(1, count + 1):
                subject = Subject("scene", str(number), f"Scene {number}")
                finding = Finding("untagged_scenes", (subject,), 1.0, "Title", "Why.", {"scene_id": str(number)})
                stores.findings.put(finding, 1, "2026-01-01T00:00:00Z")
        last = count // 25
        asked = {
            "first": (None, "confidence", 1),
            "last": (None, "confidence", last),
            "last of a rule, by age": ("untagged_scenes", "newest", last),
        }
        return {"findings": count, **{name: _median(stores, *how) for name, how in asked.items()}}


def _median(stores: SqliteStores, rule: str | None, sort: str, page: int) -> float:
    took = []
    for _ in range(21):
        began = time.process_time()
        findings_page(stores, rule=rule, state="open", sort=sort, page=page, per_page=25)
        took.append(1000 * (time.process_time() - began))
    return round(statistics.median(took), 1)


def main() -> None:
    made = library(int(sys.argv[2]) if len(sys.argv) > 2 else PERFORMERS, SEED)
    result = {"python": platform.python_version(), **measure(made), "pages_ms": pages(100_000)}
    text = json.dumps(result, indent=1)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
