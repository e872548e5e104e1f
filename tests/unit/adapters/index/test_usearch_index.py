from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.builders import unit

from stash_sense.adapters.index import usearch_index
from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.adapters.index.usearch_index import UsearchIndex, build_index, quantise, update_index
from stash_sense.errors import SetupError

# Not importorskip: that would load usearch before onnxruntime, which crashes the process (decision 0013).
pytestmark = pytest.mark.skipif(importlib.util.find_spec("usearch") is None, reason="usearch is not installed")

DIMS = 48


def people(count: int, faces: int = 4, seed: int = 0) -> np.ndarray:
    """Vectors of `count` people with `faces` faces each, one person after the other."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(count, DIMS)), faces, axis=0)
    return unit(centres + 0.5 * rng.normal(size=centres.shape))


def some_keys(count: int, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).choice(2**62, count, replace=False).astype(np.uint64) << np.uint64(1)


def built(folder: Path, vectors: np.ndarray, keys: np.ndarray) -> UsearchIndex:
    build_index(folder / "vectors.usearch", keys, vectors, threads=1)
    return UsearchIndex.open(folder / "vectors.usearch", dims=vectors.shape[1], count=len(keys))


@pytest.mark.parametrize("exact_below", [0, 10_000], ids=["graph", "exact"])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_finds_what_comparing_with_everything_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact_below: int, dtype: type
) -> None:
    monkeypatch.setattr(usearch_index, "EXACT_BELOW", exact_below)
    vectors, keys, probes = people(300).astype(dtype), some_keys(1200), people(20, seed=3)
    index = built(tmp_path, vectors, keys)
    ours = index.nearest(probes, 10)
    best = ExactIndex(vectors).nearest(probes, 10)
    same = [len({n.row for n in a} & {int(keys[n.row]) for n in b}) for a, b in zip(ours, best, strict=True)]
    assert np.mean(same) > 9.8
    assert [a[0].score for a in ours] == pytest.approx([b[0].score for b in best], abs=0.01)
    assert all([n.score for n in a] == sorted((n.score for n in a), reverse=True) for a in ours)
    assert (len(index), index.keys().tolist()) == (1200, sorted(keys.tolist()))


def test_scores_are_cosines_whatever_the_length_of_probe_and_vectors(tmp_path: Path) -> None:
    vectors, keys = people(30), some_keys(120)
    index = built(tmp_path, 7 * vectors, keys)
    (probe,) = people(1, faces=1, seed=5)
    (found,) = index.nearest(3 * probe[None], 5)
    right = [float(probe @ vectors[keys.tolist().index(near.row)]) for near in found]
    assert [near.score for near in found] == pytest.approx(right, abs=0.005)


def test_gives_back_the_vectors_in_the_order_of_the_keys(tmp_path: Path) -> None:
    vectors, keys = people(30), some_keys(120)
    index = built(tmp_path, vectors, keys)
    asked = np.array([50, 3, 3, 119])
    given = index.get(keys[asked])
    assert given.dtype == np.float32
    assert np.allclose(np.linalg.norm(given, axis=1), 1, atol=1e-6)
    assert np.all(np.sum(given * vectors[asked], axis=1) > 0.9999)
    assert index.get(keys[:0]).shape == (0, DIMS)
    with pytest.raises(KeyError, match="12345"):
        index.get(np.array([keys[0], 12345], np.uint64))


def test_eight_bits_are_used_to_the_full() -> None:
    rows = people(50)
    coarse = quantise(rows)
    assert np.abs(coarse).max(axis=1).tolist() == [127] * 200
    assert np.all(np.sum(unit(coarse.astype(float)) * rows, axis=1) > 0.9999)
    assert quantise(np.zeros((1, 4), np.float32)).tolist() == [[0, 0, 0, 0]]


def test_what_is_given_back_is_stored_again_bit_by_bit(tmp_path: Path) -> None:
    """Updates between packages carry the 8-bit rows, worked out from these."""
    vectors, keys = people(100), some_keys(400)
    assert np.array_equal(quantise(built(tmp_path, vectors, keys).get(keys)), quantise(vectors))
    assert np.array_equal(quantise(built(tmp_path, quantise(vectors), keys).get(keys)), quantise(vectors))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_small_ones(tmp_path: Path, count: int) -> None:
    vectors, keys = people(1, faces=3)[:count], some_keys(count)
    index = built(tmp_path, vectors, keys)
    found = index.nearest(people(2, faces=1, seed=9), 10)
    assert [sorted(near.row for near in each) for each in found] == [sorted(keys.tolist())] * 2
    assert (len(index), index.nearest(np.zeros((0, DIMS), np.float32), 1)) == (count, [])


def test_more_neighbours_than_the_search_is_wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usearch_index, "EXACT_BELOW", 0)
    monkeypatch.setattr(usearch_index, "NARROW", 16)
    monkeypatch.setattr(usearch_index, "WIDE", 32)
    index = built(tmp_path, people(100), some_keys(400))
    (found,) = index.nearest(people(1, faces=1, seed=2), 200)
    assert len({near.row for near in found}) == 200


class Watched:
    """A usearch index that notes how wide each search was."""

    def __init__(self, index: Any) -> None:
        self.index, self.expansion_search, self.widths = index, 0, []

    def search(self, *args: Any, **how: Any) -> Any:
        self.widths.append(self.expansion_search)
        self.index.expansion_search = self.expansion_search
        return self.index.search(*args, **how)


def test_only_for_a_stranger_the_search_is_a_wide_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usearch_index, "EXACT_BELOW", 0)
    vectors = people(300)
    index = built(tmp_path, vectors, some_keys(1200))
    index._index = watched = Watched(index._index)
    index.nearest(vectors[:3], 4)
    assert watched.widths == [usearch_index.NARROW] * 3
    watched.widths.clear()
    index.nearest(np.random.default_rng(1).normal(size=(40, DIMS)).astype(np.float32), 4)
    assert watched.widths.count(usearch_index.NARROW) == 40
    assert watched.widths.count(usearch_index.WIDE) >= 30, "in 48 dimensions one or the other stands out by chance"


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    index = built(tmp_path, people(3), some_keys(12))
    with pytest.raises(ValueError, match="probes have 8 numbers, the index 48"):
        index.nearest(np.ones((1, 8), np.float32), 1)
    with pytest.raises(ValueError, match="k is 0"):
        index.nearest(people(1), 0)
    with pytest.raises(ValueError, match="a key occurs twice"):
        build_index(tmp_path / "other", np.array([5, 5], np.uint64), people(1, faces=2))
    with pytest.raises(ValueError, match="3 keys for vectors"):
        build_index(tmp_path / "other", some_keys(3), people(1, faces=2))
    assert not (tmp_path / "other").exists()


def test_the_file_has_to_be_the_one_that_is_meant(tmp_path: Path) -> None:
    built(tmp_path, people(3), some_keys(12))
    for dims, count in ((DIMS, 13), (DIMS, 0), (64, 12)):
        with pytest.raises(
            SetupError, match=f"has 48 numbers a face and 12 faces, where {dims} numbers and {count} faces"
        ):
            UsearchIndex.open(tmp_path / "vectors.usearch", dims=dims, count=count)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "vectors.usearch"
    build_index(path, some_keys(12), people(3))
    (tmp_path / "vectors.usearch.part").mkdir()
    before = path.read_bytes()
    with pytest.raises(SetupError, match="cannot be read or written"):
        build_index(path, some_keys(8), people(2))
    assert path.read_bytes() == before
    with pytest.raises(SetupError, match="cannot be read or written"):
        build_index(tmp_path / "nowhere" / "vectors.usearch", some_keys(8), people(2))


# --- Updates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gone", "new"), [(0, 40), (40, 0), (40, 40), (40, 100), (300, 20), (1200, 0), (1200, 30)])
def test_an_update_leaves_what_stays_and_finds_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: int, new: int
) -> None:
    monkeypatch.setattr(usearch_index, "EXACT_BELOW", 0)
    old_keys, new_keys = np.split(some_keys(1200 + new), [1200])
    index = built(tmp_path, people(300), old_keys)
    remove = np.random.default_rng(1).permutation(old_keys)[:gone]
    stay = np.setdiff1d(old_keys, remove)
    before = index.get(stay)
    added = people(max(new, 1), faces=1, seed=8)[:new]
    # One thread: several give another graph each time, and once in ten 1 % of so few entries is not found.
    update_index(
        tmp_path / "vectors.usearch", tmp_path / "after", remove=remove, keys=new_keys, vectors=added, threads=1
    )

    after = UsearchIndex.open(tmp_path / "after", dims=DIMS, count=1200 - gone + new)
    assert after.keys().tolist() == sorted([*stay.tolist(), *new_keys.tolist()])
    assert np.array_equal(after.get(stay), before)
    hits = [near[0].row == int(key) for near, key in zip(after.nearest(added, 1), new_keys, strict=True)]
    hits += [near[0].row == int(key) for near, key in zip(after.nearest(before, 1), stay, strict=True)]
    assert sum(hits) >= 0.995 * len(hits)
    everything = {near.row for each in after.nearest(people(20, seed=3), 50) for near in each}
    assert not everything & set(remove.tolist())
    assert index.keys().tolist() == sorted(old_keys.tolist())


def test_many_updates_in_a_row_stay_as_good_as_one_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usearch_index, "EXACT_BELOW", 0)
    keys, vectors = some_keys(2000), people(500)
    here = dict(zip(keys[:1200].tolist(), vectors[:1200], strict=True))
    path = tmp_path / "vectors.usearch"
    build_index(path, keys[:1200], vectors[:1200], threads=1)
    for step in range(8):
        remove = np.array(sorted(here)[step :: len(here) // 60], np.uint64)
        fresh = slice(1200 + 100 * step, 1300 + 100 * step)
        update_index(path, path, remove=remove, keys=keys[fresh], vectors=vectors[fresh], threads=1)
        here = {key: row for key, row in here.items() if key not in set(remove.tolist())}
        here |= dict(zip(keys[fresh].tolist(), vectors[fresh], strict=True))
    index = UsearchIndex.open(path, dims=DIMS, count=len(here))
    hits = [near[0].row == key for near, key in zip(index.nearest(np.stack(list(here.values())), 1), here, strict=True)]
    assert sum(hits) >= 0.99 * len(hits)


def test_an_entry_can_be_replaced_in_one_update(tmp_path: Path) -> None:
    keys = some_keys(40)
    built(tmp_path, people(10), keys)
    fresh = people(1, faces=1, seed=8)
    path = tmp_path / "vectors.usearch"
    update_index(path, path, remove=keys[:1], keys=keys[:1], vectors=fresh)
    assert float(UsearchIndex.open(path, dims=DIMS, count=40).get(keys[:1])[0] @ fresh[0]) > 0.9999


def test_an_update_of_another_base_is_refused(tmp_path: Path) -> None:
    keys, path = some_keys(40), tmp_path / "vectors.usearch"
    built(tmp_path, people(10), keys)
    with pytest.raises(KeyError, match="999"):
        update_index(path, tmp_path / "x", remove=np.array([999], np.uint64), keys=keys[:0], vectors=people(1)[:0])
    with pytest.raises(ValueError, match="is in the index already"):
        update_index(path, tmp_path / "x", remove=keys[:0], keys=keys[:1], vectors=people(1, faces=1))
    with pytest.raises(SetupError, match="where 8 numbers were expected"):
        update_index(path, tmp_path / "x", remove=keys[:0], keys=keys[:0], vectors=np.zeros((0, 8), np.float32))
    assert not (tmp_path / "x").exists()
