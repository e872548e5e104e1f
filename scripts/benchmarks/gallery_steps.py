"""The steps of `scripts/bench gallery`, each run in a fresh process so that time and memory are its own.

`python -m scripts.benchmarks.gallery_steps STEP FOLDER [ARGUMENT …]` prints one JSON object as its last line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "plugin" / "py"))

RIVAL_WIDE = 500  # entries kept in view, for about as many comparisons as ours makes on average
KNOWN, STRANGERS = 1500, 500  # probes: people of the gallery, and others
BASELINE_PROBES = 20
SEARCH, MATCHER = 10, 200  # neighbours asked for: for the recall, and as the matcher does
CHUNK = 16_384


def memory_mb() -> dict[str, float]:
    """Resident memory: all, of the process's own, of mapped files (which the system takes back when it needs them). Linux only."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    values = {
        line.split(":")[0]: float(line.split()[1]) / 1024
        for line in lines
        if line.startswith(("VmRSS", "Rss", "VmHWM"))
    }
    names = {"VmRSS": "resident", "RssAnon": "own", "RssFile": "mapped", "VmHWM": "peak"}
    return {name: round(values[key], 1) for key, name in names.items() if key in values}


def import_all() -> None:
    """What design §16 counts as given."""
    import av  # noqa: F401  # only to have it loaded, like the next three
    import cv2  # noqa: F401
    import onnxruntime  # noqa: F401
    import usearch.index  # noqa: F401


def make(folder: Path, *sizes: int) -> dict[str, Any]:
    """The rows of the largest gallery; probes for each size."""
    from scripts.benchmarks.mixture import Mixture

    mixture = Mixture()
    owners = []
    with (folder / "rows.f16").open("wb") as file:
        for vectors, whose in mixture.rows(max(sizes)):
            file.write(vectors.astype("<f2").tobytes())
            owners.append(whose)
    everybody = np.concatenate(owners)
    np.save(folder / "owners.npy", everybody)
    people = {}
    for size in sizes:
        people[size] = int(everybody[size - 1]) + 1
        np.save(folder / f"probes{size}.npy", mixture.probes(people[size], KNOWN, STRANGERS))
    return {"people": people}


def rows_of(folder: Path, size: int) -> np.ndarray:
    return np.memmap(folder / "rows.f16", "<f2", "r", shape=(size, 512))


def exact(folder: Path, size: int) -> dict[str, Any]:
    """numpy over float32 in memory: milliseconds a probe, and the true ten nearest of every probe.

    Those too among the vectors as a package stores them, in 8 bits: what the search misses can so be told from what rounding costs.
    """
    from stash_sense.adapters.index.usearch_index import quantise

    stored, rows = rows_of(folder, size), np.empty((size, 512), np.float32)
    probes = np.load(folder / f"probes{size}.npy")
    answer: dict[str, Any] = {}
    for name in ("truth", "stored"):
        for start in range(0, size, CHUNK):
            part = stored[start : start + CHUNK].astype(np.float32)
            part = part if name == "truth" else quantise(part).astype(np.float32)
            rows[start : start + CHUNK] = part / np.linalg.norm(part, axis=1, keepdims=True)
        if name == "truth":
            _, times = asked(lambda probe: best(rows @ probe), probes[:BASELINE_PROBES])
            answer = spread(times[2:])
        nearest = [best(probes[start : start + 16] @ rows.T) for start in range(0, len(probes), 16)]
        np.save(folder / f"{name}{size}.npy", np.concatenate(nearest))
    return answer


def best(scores: np.ndarray) -> np.ndarray:
    """The places of the ten highest, best first, along the last axis."""
    some = np.argpartition(-scores, SEARCH, axis=-1)[..., :SEARCH]
    order = np.argsort(-np.take_along_axis(scores, some, -1), axis=-1, kind="stable")
    return np.take_along_axis(some, order, -1)


def build(folder: Path, size: int) -> dict[str, Any]:
    """A whole package; the time of its index apart. Both cores."""
    from stash_sense.adapters.galleries import package_writer
    from stash_sense.core.catalogue.package import BUILT, PackageHeader
    from stash_sense.core.values import EmbeddingSpace

    spent: dict[str, float] = {}

    def measured(*args: Any, **more: Any) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        index_builder(*args, **more)
        spent["build_s"] = round(time.perf_counter() - wall, 1)
        spent["build_processor_s"] = round(time.process_time() - processor, 1)

    index_builder, package_writer.build_index = package_writer.build_index, measured
    pack = json.loads((ROOT / "plugin" / "models" / "compact" / "pack.json").read_text("utf-8"))
    space = EmbeddingSpace("compact", str(pack["revision"]), 512)
    start = time.perf_counter()
    header = PackageHeader(BUILT, space, (), "2026-01-31T12:00:00Z")
    target = package_writer.write_package(folder / "data" / "galleries", header, people_of(folder, size))
    sizes = {path.name: round(path.stat().st_size / 2**20, 1) for path in target.iterdir()}
    whole = round(time.perf_counter() - start, 1)
    return {**spent, "package_s": whole, "peak_mb": memory_mb().get("peak"), "files_mb": sizes, "package": str(target)}


def people_of(folder: Path, size: int) -> Iterator[Any]:
    from stash_sense.core.catalogue.values import PackageFace, PackagePerson, PersonId

    rows, owners = rows_of(folder, size), np.load(folder / "owners.npy")[:size]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    for first, last in zip(starts, [*starts[1:], size], strict=True):
        name = f"{owners[first]:08d}"
        faces = tuple(
            PackageFace("https://bench.example/graphql", str(row), f"{row:064x}", 0.8, rows[row].tobytes())
            for row in range(first, last)
        )
        ids = (PersonId("https://bench.example/graphql", name),)
        yield PackagePerson(f"box:bench.example:{name}", f"Person {name}", ids, faces, crop=bytes(5000))


def search(folder: Path, size: int, package: str) -> dict[str, Any]:
    """Ours, as a task uses it: opened by mapping, one probe at a time, one thread."""
    import_all()
    from stash_sense.adapters.galleries import people_db
    from stash_sense.adapters.index.usearch_index import UsearchIndex

    path, probes = Path(package) / "vectors.usearch", np.load(folder / f"probes{size}.npy")
    before = memory_mb()
    start = time.perf_counter()
    index = UsearchIndex.open(path, dims=512, count=size)
    opened = 1000 * (time.perf_counter() - start)
    after = memory_mb()
    answer = {"open_ms": round(opened, 1), "opened_mb": above(after, before)}
    answer["first_probe_ms"] = round(timed(lambda: index.nearest(probes[:1], SEARCH)), 1)
    found, times = asked(lambda probe: [near.row for near in index.nearest(probe[None], SEARCH)[0]], probes)
    answer |= {**spread(times), "searched_mb": above(memory_mb(), before)}
    _, times = asked(lambda probe: [near.row for near in index.nearest(probe[None], MATCHER)[0]], probes[::4])
    answer["as_the_matcher_asks"] = spread(times)
    with closing(people_db.open_for_reading(Path(package) / "people.db")) as db:
        row_of = {key: int(content, 16) for key, content in db.execute("SELECT key, content_hash FROM face").fetchall()}
    rows = np.array([[row_of[key] for key in keys] for keys in found])
    return answer | recall(folder, size, rows) | {"score_missed": missed(folder, size, probes, rows)}


def cold(folder: Path, size: int, package: str) -> dict[str, Any]:
    """The same after the file was dropped from the system's memory."""
    import_all()
    from stash_sense.adapters.index.usearch_index import UsearchIndex

    path, probes = Path(package) / "vectors.usearch", np.load(folder / f"probes{size}.npy")
    if not hasattr(os, "posix_fadvise"):
        return {}
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    start = time.perf_counter()
    index = UsearchIndex.open(path, dims=512, count=size)
    opened = time.perf_counter()
    index.nearest(probes[:1], SEARCH)
    return {
        "open_ms": round(1000 * (opened - start), 1),
        "first_probe_ms": round(1000 * (time.perf_counter() - opened), 1),
    }


def rival_build(folder: Path, *sizes: int) -> dict[str, Any]:
    """voyager as the original used it: cosine, E4M3. One index that grows from size to size; times from its beginning. Both cores."""
    import voyager

    kind = voyager.StorageDataType.E4M3
    index = voyager.Index(voyager.Space.Cosine, 512, storage_data_type=kind)
    built: dict[str, Any] = {}
    wall, processor, done = 0.0, 0.0, 0
    for size in sorted(sizes):
        rows = rows_of(folder, size)
        start, spent = time.perf_counter(), time.process_time()
        for first in range(done, size, CHUNK):
            index.add_items(rows[first : min(first + CHUNK, size)].astype(np.float32))
        wall, processor, done = wall + time.perf_counter() - start, processor + time.process_time() - spent, size
        path = folder / f"rival{size}.voy"
        index.save(str(path))
        file_mb = round(path.stat().st_size / 2**20, 1)
        built[str(size)] = {"build_s": round(wall, 1), "build_processor_s": round(processor, 1), "file_mb": file_mb}
    return built


def rival_search(folder: Path, size: int) -> dict[str, Any]:
    """At its own width of the search (as many as asked for) and at a wide one."""
    import_all()
    import voyager

    probes = np.load(folder / f"probes{size}.npy")
    before = memory_mb()
    start = time.perf_counter()
    index = voyager.Index.load(str(folder / f"rival{size}.voy"))
    opened = 1000 * (time.perf_counter() - start)
    answer: dict[str, Any] = {"open_ms": round(opened, 1), "opened_mb": above(memory_mb(), before)}
    for name, width in (("its_width", -1), ("wide", RIVAL_WIDE)):
        found, times = asked(lambda probe, width=width: index.query(probe, SEARCH, query_ef=width)[0], probes)  # type: ignore[misc]
        answer[name] = spread(times) | recall(folder, size, np.array(found).astype(np.int64))
    return answer


def recall(folder: Path, size: int, found: np.ndarray) -> dict[str, float]:
    """found: (probes, 10) rows. Against comparing everything in float32; "stored": with the 8-bit vectors of the package, which is
    the search alone; "person": the nearest face is of the right person.
    """
    owners, values = np.load(folder / "owners.npy"), {}
    for name, suffix in (("truth", ""), ("stored", "_stored")):
        truth = np.load(folder / f"{name}{size}.npy")
        both = [len(set(a) & set(b)) for a, b in zip(found.tolist(), truth.tolist(), strict=True)]
        nearest = found[:, 0] == truth[:, 0]
        values[f"recall_at_1{suffix}"] = nearest.mean()
        values[f"recall_at_10{suffix}"] = np.mean(both) / SEARCH
        values[f"recall_at_1_known{suffix}"], values[f"recall_at_1_strangers{suffix}"] = (
            nearest[:KNOWN].mean(), nearest[KNOWN:].mean(),
        )  # fmt: skip
        if name == "truth":
            values["person_at_1"] = (owners[found[:, 0]] == owners[truth[:, 0]]).mean()
    return {name: round(float(value), 4) for name, value in values.items()}


def missed(folder: Path, size: int, probes: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """By how much the nearest face that was found is less like the probe than the truly nearest one (cosine, in float32)."""

    def scores(places: np.ndarray) -> np.ndarray:
        rows = rows_of(folder, size)[places].astype(np.float32)
        return np.einsum("ij,ij->i", rows / np.linalg.norm(rows, axis=1, keepdims=True), probes)

    lost = scores(np.load(folder / f"truth{size}.npy")[:, 0]) - scores(found[:, 0])
    return {f"p{share}": round(float(np.percentile(lost, share)), 5) for share in (50, 95, 99, 99.5, 100)}


def asked(ask: Callable[[np.ndarray], Any], probes: np.ndarray) -> tuple[list[Any], list[float]]:
    found, times = [], []
    for probe in probes:
        start = time.perf_counter()
        found.append(ask(probe))
        times.append(1000 * (time.perf_counter() - start))
    return found, times


def timed(call: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def spread(times: list[float]) -> dict[str, float]:
    p50, p95 = (round(float(np.percentile(times, share)), 3) for share in (50, 95))
    return {"p50_ms": p50, "p95_ms": p95, "mean_ms": round(float(np.mean(times)), 3)}


def above(after: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    return {name: round(after[name] - before[name], 1) for name in ("resident", "own", "mapped") if name in after}


STEPS = {step.__name__: step for step in (make, exact, build, search, cold, rival_build, rival_search)}

if __name__ == "__main__":
    arguments = [int(word) if word.isdigit() else word for word in sys.argv[3:]]
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), *arguments)))  # type: ignore[operator]  # each has its own
