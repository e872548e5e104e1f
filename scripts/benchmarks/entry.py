"""What a hook and the panel's operations cost above the bare start of Python (design §16): medians of runs taken in turn."""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

from tests.scripted_server import Seen, Sent, scripted_server

from scripts.benchmarks.telling import tell
from stash_sense.adapters.store.database import open_database

MAIN = Path(__file__).resolve().parents[2] / "plugin" / "py" / "main.py"
ROUNDS = 41
BUDGET_MS = {"hook_off": 15.0, "hook": 15.0, "scene": 100.0, "status": 100.0}
PEOPLE, CANDIDATES, GALLERY, REFERENCES = 4, 5, 200, 5
CROP_BYTES = 5000


def main(json_out: str | Path | None = None) -> int:
    """Measures, prints JSON (also to `json_out`); returns 1 if a budget is missed."""
    with tempfile.TemporaryDirectory() as folder, scripted_server(stash) as server:
        config = Path(folder)
        port = int(server.base_url.rsplit(":", 1)[1])
        fill(config / "on", identify_on_scan=True)
        fill(config / "off", identify_on_scan=False)
        commands = cases(config, port)
        environ = {
            **os.environ,
            "PYTHONPYCACHEPREFIX": str(config / "pycache"),
        }  # compiled once, as in a real plugins folder
        for name in ("PYTHONDONTWRITEBYTECODE", "STASH_SENSE_DATA"):
            environ.pop(name, None)
        for name, command in commands.items():
            check(name, *command, environ)
        walls, processors = take_turns(commands, environ)
    bare, bare_cpu = statistics.median(walls["bare"]), statistics.median(processors["bare"])
    rows = {name: row(walls[name], processors[name], bare, bare_cpu) for name in commands if name != "bare"}
    met = all(rows[name]["above_bare_ms"] <= budget for name, budget in BUDGET_MS.items())
    result = {
        "benchmark": "entry",
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "rounds": ROUNDS,
        "bare_ms": round(bare, 1),
        "rows": rows,
        "budget_ms": BUDGET_MS,
        "met": met,
    }
    return tell(result, json_out, met=met)


def cases(config: Path, port: int) -> dict[str, tuple[list[str], bytes]]:
    """Name → command and what it gets on stdin. hook: the usual case, a job is known; hook_first: the one that asks Stash.

    scene: as the panel asks, which tells who the page shows; scene_asking_stash: without that.
    """
    hook = {"mode": "hook", "hookContext": {"id": 7, "type": "Scene.Create.Post", "input": None}}
    plugin = [sys.executable, str(MAIN)]
    return {
        "bare": ([sys.executable, "-c", "pass"], b""),
        "hook_off": (plugin, message(config / "off", port, hook)),
        "hook": (plugin, message(config / "on", port, hook)),
        "scene": (plugin, message(config / "on", port, {"mode": "scene", "scene_id": "7", "cast": []})),
        "scene_asking_stash": (plugin, message(config / "on", port, {"mode": "scene", "scene_id": "7"})),
        "status": (plugin, message(config / "on", port, {"mode": "status"})),
    }


def message(config: Path, port: int, args: dict[str, Any]) -> bytes:
    cookie = {"Name": "session", "Value": "benchmark"}
    connection = {"Scheme": "http", "Host": "0.0.0.0", "Port": port, "SessionCookie": cookie, "Dir": str(config)}
    return json.dumps({"server_connection": connection, "args": args}).encode()


def check(name: str, command: list[str], stdin: bytes, environ: dict[str, str]) -> None:
    """One run that is not counted: compiles, and proves that what is measured works."""
    done = subprocess.run(command, input=stdin, capture_output=True, env=environ, check=True)
    if name != "bare" and "error" in json.loads(done.stdout):
        raise SystemExit(f"{name} failed: {done.stdout.decode()}")


def take_turns(
    commands: dict[str, tuple[list[str], bytes]], environ: dict[str, str]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds on the clock and of processor time for each command and round; each round runs every command once."""
    walls: dict[str, list[float]] = {name: [] for name in commands}
    processors: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, (command, stdin) in commands.items():
            spent, start = children_s(), time.perf_counter()
            subprocess.run(
                command, input=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ, check=True
            )
            walls[name].append(1000 * (time.perf_counter() - start))
            processors[name].append(1000 * (children_s() - spent))
    return walls, processors


def children_s() -> float:
    """Processor time of all children that have ended; steadier than the clock on a busy machine."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def row(walls: list[float], processors: list[float], bare: float, bare_cpu: float) -> dict[str, float]:
    wall, processor = statistics.median(walls), statistics.median(processors)
    return {
        "ms": round(wall, 1),
        "above_bare_ms": round(wall - bare, 1),
        "above_bare_processor_ms": round(processor - bare_cpu, 1),
        "ratio": round(wall / bare, 2),
    }


def stash(seen: Seen) -> Sent:
    """What the operations ask of Stash."""
    performers = [{"id": str(key), "name": f"Person {key}"} for key in (1, 2)]
    scene = {"id": "7", "title": "Scene", "organized": False, "files": [], "tags": []}
    scene |= {"paths": {"screenshot": None}, "performers": performers}
    if "StashSense_FindScenes" in seen.document:
        return Sent({"data": {"findScenes": {"scenes": [scene]}}})
    if "StashSense_JobQueue" in seen.document:
        return Sent({"data": {"jobQueue": []}})
    return Sent({"data": {"runPluginTask": "1"}})


def fill(config: Path, *, identify_on_scan: bool) -> None:
    """A data folder with one analysed scene of four people and a gallery of 200."""
    randomness = random.Random(1)
    crop = randomness.randbytes(CROP_BYTES)
    with closing(open_database(config / "stash-sense-data", create=True)) as db:
        db.execute("BEGIN")
        db.execute("INSERT INTO setting VALUES ('identify_on_scan', ?)", (json.dumps(identify_on_scan),))
        db.execute(
            "INSERT INTO media (id, kind, stash_id, fingerprint, state, frames, faces, pack, revision, analysis, analysed_at)"
            " VALUES (1, 'scene', 7, 'oshash:1', 'analysed', 40, 60, 'compact', '1', '', '2026-01-31T12:00:00Z')"
        )
        for person in range(1, GALLERY + 1):
            key = f"performer:{person}"
            db.execute(
                "INSERT INTO person (id, name, performer_id, updated_at) VALUES (?, ?, ?, '')",
                (key, f"Person {person}", person),
            )
            for number in range(REFERENCES):
                db.execute(
                    "INSERT INTO reference (person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop,"
                    " added_at) VALUES (?, 'performer', ?, '', 'compact', '1', 'used', 0.9, ?, ?, '')",
                    (key, str(number), randomness.randbytes(1024), crop),
                )
        for track in range(1, PEOPLE + 1):
            db.execute(
                "INSERT INTO track (id, media_id, template, faces, frames, quality, best_time_s, crop, segments, evidence, verdict, why)"
                " VALUES (?, 1, ?, 12, 9, 0.8, 31.5, ?, '[[12.0, 95.2]]', '{}', 'suggested', 'clear')",
                (track, randomness.randbytes(1024), crop),
            )
            for rank in range(1, CANDIDATES + 1):
                db.execute(
                    "INSERT INTO candidate VALUES (?, ?, ?, 0.7, 5.0, 0.3, 0.9, ?)",
                    (track, rank, f"performer:{track * 10 + rank}", REFERENCES),
                )
        db.execute("COMMIT")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else None))
