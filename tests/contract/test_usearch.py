"""What we lean on in usearch (2.26): its exact search agrees with ours, and its corners are as ours must expect."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

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
