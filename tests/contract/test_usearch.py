"""What we lean on in usearch (2.26): its exact search agrees with ours, and its corners are as ours must expect."""

from __future__ import annotations

import importlib.util
import mmap
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.builders import unit

from stash_sense.adapters.index.exact_index import ExactIndex

if importlib.util.find_spec("onnxruntime") is not None:
    import onnxruntime  # noqa: F401  # has to be loaded before usearch, see test_onnxruntime_has_to_come_first

usearch = pytest.importorskip("usearch.index", reason="usearch is not installed")


@pytest.mark.skipif(importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime has no wheel here")
def test_onnxruntime_has_to_come_first() -> None:
    """Loaded after usearch 2.26.6, onnxruntime 1.32 crashes the process on some machines; the other way round both work."""
    both = "import onnxruntime, usearch.index; print(usearch.index.Index(ndim=4).ndim)"
    done = subprocess.run([sys.executable, "-c", both], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "4")


def rows(count: int, dims: int = 32, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, dims)))


def test_its_exact_search_finds_the_same_rows() -> None:
    gallery, probes = rows(500), rows(4, seed=1)
    theirs = usearch.search(gallery, probes, 10, usearch.MetricKind.Cos, exact=True)
    ours = ExactIndex(gallery).nearest(probes, 10)
    assert [[near.row for near in row] for row in ours] == theirs.keys.tolist()
    assert np.allclose([[near.score for near in row] for row in ours], 1 - theirs.distances, atol=1e-5)


def test_its_exact_search_refuses_more_than_there_is() -> None:
    with pytest.raises(ValueError, match="more matches than"):
        usearch.search(rows(5), rows(1, seed=1), 10, usearch.MetricKind.Cos, exact=True)


def test_an_index_gives_fewer_where_there_are_fewer_and_none_where_there_are_none() -> None:
    index = usearch.Index(ndim=32, metric="cos", dtype="f16")
    assert len(index.search(rows(1)[0], 10)) == 0
    index.add(np.arange(5), rows(5))
    assert len(index.search(rows(1)[0], 10)) == 5
    assert str(index.dtype).lower().endswith("f16")


# --- What adapters/index/usearch_index.py leans on ---------------------------------------------------------------------


def eight_bits(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(-127, 128, (count, 32), dtype=np.int8)


def small_index(**more: bool) -> usearch.Index:
    return usearch.Index(
        ndim=32, metric="cos", dtype="i8", connectivity=8, expansion_add=64, expansion_search=16, **more
    )


def test_eight_bit_rows_are_taken_as_they_are_and_compared_by_their_own_lengths() -> None:
    """So the scale of each row is ours to choose; floats it would multiply by 127 after bringing them to length 1."""
    stored = eight_bits(50)
    stored[1] = stored[0] // 3
    index = small_index()
    index.add(np.arange(50), stored)
    assert np.array_equal(np.stack(index.get(np.arange(50), dtype=np.int8)), stored)
    found = index.search(stored[0], 50, exact=True)
    cosines = unit(stored.astype(np.float64)) @ unit(stored[:1].astype(np.float64))[0]
    assert np.allclose(1 - found.distances, cosines[found.keys.astype(int)], atol=1e-5)


def test_floats_would_lose_what_our_scale_keeps() -> None:
    index = small_index()
    index.add(np.arange(50), rows(50))
    assert np.abs(np.stack(index.get(np.arange(50), dtype=np.int8))).max() < 127


@pytest.mark.parametrize("exact", [False, True])
def test_one_probe_gives_as_many_as_asked_for_beyond_the_width_of_the_search(exact: bool) -> None:
    index = small_index()
    index.add(np.arange(300), eight_bits(300))
    found = index.search(eight_bits(1, seed=1)[0], 200, exact=exact, threads=1)
    assert len(set(found.keys.tolist())) == 200
    assert np.all(np.diff(found.distances) >= 0)


def test_a_read_only_mapping_can_be_viewed_without_finding_by_key(tmp_path: Path) -> None:
    index = small_index()
    index.add(np.arange(300), eight_bits(300))
    index.save(str(tmp_path / "file"))
    with (tmp_path / "file").open("rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    view = small_index(enable_key_lookups=False)
    view.view(mapping)
    probe = eight_bits(1, seed=1)[0]
    assert view.search(probe, 20).keys.tolist() == index.search(probe, 20).keys.tolist()


@pytest.mark.parametrize("exact", [False, True])
def test_what_is_removed_is_not_found_and_its_place_is_taken_by_the_next(tmp_path: Path, exact: bool) -> None:
    index = small_index()
    index.add(np.arange(300), eight_bits(300))
    index.remove(np.arange(0, 300, 10))
    index.save(str(tmp_path / "file"))
    again = small_index()
    again.load(str(tmp_path / "file"))
    assert len(again) == 270
    assert not {key for key in again.search(eight_bits(1)[0], 270, exact=exact).keys.tolist() if key % 10 == 0}
    again.add(np.arange(1000, 1030), eight_bits(30, seed=2))
    again.save(str(tmp_path / "file"))
    assert usearch.Index.metadata(str(tmp_path / "file"))["count_deleted"] == 0
