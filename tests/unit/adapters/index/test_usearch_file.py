"""Damage of every kind is refused in a sentence or does no harm. A crash would take the test run with it, so a child does the risky part."""

from __future__ import annotations

import importlib.util
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stash_sense.adapters.index.usearch_file import open_file
from stash_sense.adapters.index.usearch_index import UsearchIndex, build_index, update_index
from stash_sense.errors import SetupError

pytestmark = pytest.mark.skipif(importlib.util.find_spec("usearch") is None, reason="usearch is not installed")

COUNT, DIMS = 200, 16
HEAD_AT = 8 + COUNT * DIMS
GRAPH_AT = HEAD_AT + 64
LEVELS_AT = GRAPH_AT + 40
NODES_AT = LEVELS_AT + 2 * COUNT

FLIP = """
import json, sys
from pathlib import Path
import numpy as np
from stash_sense.adapters.index import usearch_index
from stash_sense.errors import SetupError
usearch_index.EXACT_BELOW = 0
path, places, probes = Path(sys.argv[1]), json.loads(sys.argv[2]), np.random.default_rng(1).normal(size=(20, 16)).astype(np.float32)
good, outcomes = path.read_bytes(), {"refused": [], "searched": []}
for place, bits in places:
    bad = bytearray(good)
    bad[place] ^= bits
    path.write_bytes(bad)
    try:
        index = usearch_index.UsearchIndex.open(path, dims=16, count=200)
    except SetupError as err:
        assert "import the gallery again" in str(err), err
        outcomes["refused"].append(place)
        continue
    found = index.nearest(probes, 30)
    assert index.get(index.keys()).shape == (200, 16)
    assert all(len(each) == len({near.row for near in each}) > 0 for each in found), found
    outcomes["searched"].append(place)
print(json.dumps(outcomes))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    vectors = np.random.default_rng(0).normal(size=(COUNT, DIMS)).astype(np.float32)
    file = tmp_path / "vectors.usearch"
    build_index(file, np.arange(1000, 1000 + COUNT, dtype=np.uint64), vectors, threads=1)
    return file


def after_flips(path: Path, places: list[tuple[int, int]]) -> dict[str, list[int]]:
    child = [sys.executable, "-c", FLIP, str(path), json.dumps(places)]
    done = subprocess.run(child, capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert done.returncode == 0, f"{done.returncode}: {done.stderr[-2000:]}"
    outcome: dict[str, list[int]] = json.loads(done.stdout)
    return outcome


def test_the_file_is_read_as_it_was_written(path: Path) -> None:
    file = open_file(path)
    assert (file.dims, file.count, file.keys.tolist()) == (DIMS, COUNT, list(range(1000, 1000 + COUNT)))
    assert sorted(file.places.tolist()) == list(range(COUNT))
    assert len(path.read_bytes()) > NODES_AT + 142 * COUNT, (
        "no node on an upper level: the tests below would prove less"
    )


def test_no_flipped_bit_of_the_heads_goes_unnoticed_where_it_matters(path: Path) -> None:
    minor, padding = range(HEAD_AT + 9, HEAD_AT + 13), range(HEAD_AT + 42, HEAD_AT + 64)
    places = [(place, 1 << bit) for place in [*range(8), *range(HEAD_AT, LEVELS_AT)] for bit in (0, 7)]
    outcome = after_flips(path, places)
    entry = range(GRAPH_AT + 32, LEVELS_AT)  # may be another node of the highest level
    assert set(outcome["searched"]) <= {*minor, *padding, *entry}
    assert set(outcome["searched"]) >= set(padding)


def test_no_flipped_byte_in_the_graph_crashes(path: Path) -> None:
    size = path.stat().st_size
    rng = np.random.default_rng(5)
    places = sorted({int(place) for place in rng.integers(LEVELS_AT, size, 1500)})
    outcome = after_flips(path, [(place, int(rng.integers(1, 256))) for place in places])
    assert len(outcome["refused"]) > 0.3 * len(places)
    assert set(range(LEVELS_AT, NODES_AT)) & set(places) <= set(outcome["refused"])


def test_a_flipped_byte_in_the_vectors_only_changes_a_vector(path: Path) -> None:
    places = list(range(8, HEAD_AT, 37))
    assert after_flips(path, [(place, 0x80) for place in places]) == {"refused": [], "searched": places}


@pytest.mark.parametrize(
    "length", [0, 1, 7, 8, 100, HEAD_AT, HEAD_AT + 63, GRAPH_AT + 10, LEVELS_AT, NODES_AT, -1, -142]
)
def test_a_file_that_is_cut_off_is_refused(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(SetupError, match=r"vectors\.usearch is damaged or not one of ours: import the gallery again"):
        open_file(path)
    with pytest.raises(SetupError, match="is damaged"):
        update_index(
            path, path, remove=np.zeros(0, np.uint64), keys=np.zeros(0, np.uint64), vectors=np.zeros((0, DIMS))
        )


def test_neither_more_bytes_nor_other_files_pass(path: Path, tmp_path: Path) -> None:
    good = path.read_bytes()
    for bad in (
        good + b"\0",
        b"\0" * len(good),
        b"\xff" * len(good),
        struct.pack("<II", 2**32 - 1, 2**32 - 1) + good[8:],
    ):
        path.write_bytes(bad)
        with pytest.raises(SetupError, match="is damaged or not one of ours"):
            open_file(path)
    for other in (tmp_path / "none.usearch", tmp_path):
        with pytest.raises(SetupError, match="cannot be read"):
            open_file(other)


@pytest.mark.parametrize(("metric", "dtype"), [("cos", "f16"), ("cos", "f32"), ("ip", "i8"), ("cos", "b1")])
def test_an_index_of_another_kind_is_refused(path: Path, metric: str, dtype: str) -> None:
    from usearch.index import Index

    other = Index(ndim=DIMS, metric=metric if dtype != "b1" else "hamming", dtype=dtype)
    if dtype != "b1":
        other.add(np.arange(5), np.eye(DIMS, dtype=np.float32)[:5])
    other.save(str(path))
    with pytest.raises(SetupError, match="is damaged or not one of ours"):
        UsearchIndex.open(path, dims=DIMS, count=5)


def test_two_entries_of_one_key_are_refused(path: Path) -> None:
    good = bytearray(path.read_bytes())
    at = good.index(struct.pack("<Q", 1007))
    good[at : at + 8] = struct.pack("<Q", 1008)
    path.write_bytes(good)
    with pytest.raises(SetupError, match="is damaged"):
        open_file(path)
