"""What a page of people to review costs above the bare start of Python with 100,000 scenes waiting (design §16): medians of runs taken in turn."""

from __future__ import annotations

import os
import platform
import random
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

from scripts.benchmarks.entry import CROP_BYTES, MAIN, REFERENCES, check, message, row, take_turns
from scripts.benchmarks.telling import tell
from stash_sense.adapters.store.database import Database, open_database

SCENES, TRACKS, PEOPLE, CANDIDATES = 100_000, 150_000, 1000, 5
PER_PAGE = 50
BUDGET_MS = 100.0  # for a first page of 50
CASES: dict[str, dict[str, Any]] = {
    "probability": {},
    "unsure": {"sort": "unsure"},
    "newest": {"sort": "newest"},
    "people": {"sort": "people"},
    "probability_above_90": {"min_probability": 0.9},
    "unsure_above_90": {"sort": "unsure", "min_probability": 0.9},
    "performer": {"performer_id": "7"},
    "people_above_90": {"sort": "people", "min_probability": 0.9},
    "last_page": {"page": SCENES // PER_PAGE},
}
BEYOND = {"people_above_90", "last_page"}  # told, but without a budget
PORT = 9


def main(json_out: str | Path | None = None) -> int:
    """Measures, prints JSON (also to `json_out`); returns 1 if the budget is missed."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder)
        started = time.perf_counter()
        fill(config)
        filled_s = time.perf_counter() - started
        asked = {name: {"mode": "review", "per_page": PER_PAGE, **args} for name, args in CASES.items()}
        commands = {"bare": ([sys.executable, "-c", "pass"], b"")}
        commands |= {name: ([sys.executable, str(MAIN)], message(config, PORT, args)) for name, args in asked.items()}
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(config / "pycache")}
        for name in ("PYTHONDONTWRITEBYTECODE", "STASH_SENSE_DATA"):
            environ.pop(name, None)
        for name, command in commands.items():
            check(name, *command, environ)
        walls, processors = take_turns(commands, environ)
    bare, bare_cpu = statistics.median(walls["bare"]), statistics.median(processors["bare"])
    rows = {name: row(walls[name], processors[name], bare, bare_cpu) for name in CASES}
    met = all(rows[name]["above_bare_ms"] <= BUDGET_MS for name in CASES if name not in BEYOND)
    result = {
        "benchmark": "review",
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "scenes": SCENES,
        "tracks": TRACKS,
        "filled_s": round(filled_s, 1),
        "bare_ms": round(bare, 1),
        "rows": rows,
        "budget_ms": BUDGET_MS,
        "met": met,
    }
    return tell(result, json_out, met=met)


def fill(config: Path) -> None:
    """100,000 scenes with 150,000 suggestions for 1,000 people. Only the tracks that a page shows have a crop: the others are not read."""
    randomness = random.Random(1)
    with closing(open_database(config / "stash-sense-data", create=True)) as db:
        db.execute("BEGIN")
        people(db, randomness)
        db.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO media (id, kind, stash_id, fingerprint, state, frames, faces, pack, revision, analysis, analysed_at) "
            "SELECT i, 'scene', i, 'oshash:' || i, 'analysed', 40, 60, 'compact', '1', '', '2026-01-31T12:00:00Z' FROM n",
            (SCENES,),
        )
        template = randomness.randbytes(1024)
        track = (
            "INSERT INTO track (id, media_id, template, faces, frames, quality, best_time_s, crop, segments, evidence, verdict, why) "
            "VALUES (?, ?, ?, 12, 9, 0.8, 31.5, x'00', '[[12.0, 95.2]]', '{}', 'suggested', 'clear')"
        )
        db.executemany(track, ((i, randomness.randint(1, SCENES), template) for i in range(1, TRACKS + 1)))
        db.executemany("INSERT INTO candidate VALUES (?, ?, ?, 0.7, 5.0, 0.3, ?, 5)", candidates(randomness))
        db.execute("COMMIT")
        crops(db, randomness)


def people(db: Database, randomness: random.Random) -> None:
    """As in the gallery of a large library."""
    for person in range(1, PEOPLE + 1):
        key = f"performer:{person}"
        db.execute(
            "INSERT INTO person (id, name, performer_id, updated_at) VALUES (?, ?, ?, '')",
            (key, f"Person {person}", person),
        )
        for number in range(REFERENCES):
            db.execute(
                "INSERT INTO reference (person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at) "
                "VALUES (?, 'performer', ?, '', 'compact', '1', 'used', 0.9, ?, ?, '')",
                (key, str(number), randomness.randbytes(1024), randomness.randbytes(CROP_BYTES)),
            )


def candidates(randomness: random.Random) -> Any:
    """Five for each track; many first ones stand at the highest probability that is ever stated."""
    for track in range(1, TRACKS + 1):
        best = min(0.995, randomness.uniform(0.6, 1.2))
        for rank, person in enumerate(randomness.sample(range(1, PEOPLE + 1), CANDIDATES), 1):
            yield track, rank, f"performer:{person}", best / rank


def crops(db: Database, randomness: random.Random) -> None:
    """Gives a picture to whoever is on one of the pages."""
    from stash_sense.adapters.store.stores import SqliteStores
    from stash_sense.core.review_records import Wanted

    store = SqliteStores(db).review
    for args in CASES.values():
        person = f"performer:{args['performer_id']}" if "performer_id" in args else None
        wanted = Wanted(args.get("min_probability", 0.6), person)
        offset = (args.get("page", 1) - 1) * PER_PAGE
        sort = args.get("sort", "probability")
        for item in store.page(wanted, sort=sort, offset=offset, count=PER_PAGE, candidates=1):
            for track in item.shown:
                db.execute("UPDATE track SET crop = ? WHERE id = ?", (randomness.randbytes(CROP_BYTES), track.id))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else None))
