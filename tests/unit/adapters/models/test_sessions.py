"""Both runtimes answer what the original models answer, and say what is wrong when they cannot."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stash_sense.adapters.models import session_ncnn, session_ort
from stash_sense.adapters.models.packs import Part, load_pack
from stash_sense.adapters.models.sessions import choose_runtime, open_session
from stash_sense.errors import SetupError

ROOT = Path(__file__).parents[4]
COMPACT = ROOT / "plugin" / "models" / "compact"
PACK = load_pack(COMPACT)
GOLDEN = dict(np.load(ROOT / "tests" / "data" / "golden" / "compact.npz"))


def needs(runtime: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(runtime) is None, reason=f"{runtime} is not installed")


RUNTIMES = [pytest.param(name, marks=needs(name)) for name in ("onnxruntime", "ncnn")]


def blob(part: Part) -> NDArray[np.float32]:
    """The golden pictures as the network wants them: of a real face, NASA's portrait of Eileen Collins."""
    model = PACK.model(part)
    pixels = GOLDEN["pictures"] if part == "detector" else GOLDEN["crops"]
    ordered = pixels[..., ::-1] if model.colour == "BGR" else pixels
    scaled = (ordered.astype(np.float32) - np.float32(model.mean)) * np.float32(model.scale)
    return np.ascontiguousarray(np.transpose(scaled, (0, 3, 1, 2)))


def run(part: Part, runtime: str, threads: int = 1) -> list[NDArray[np.float32]]:
    return open_session(PACK, COMPACT, part, runtime=runtime, threads=threads).run(blob(part))


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    return (left * right).sum(1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_detector_answers_like_tflite(runtime: str) -> None:
    boxes, scores = run("detector", runtime)
    assert boxes.shape == (2, 2304, 16)
    assert scores.shape == (2, 2304, 1)
    assert np.abs(boxes - GOLDEN["boxes"]).max() <= 2e-4
    assert np.abs(scores - GOLDEN["scores"]).max() <= 2e-4
    assert GOLDEN["scores"].max(axis=(1, 2)).min() > 2, "the golden pictures show a face that the detector sees"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_embedder_answers_like_the_original(runtime: str) -> None:
    (vectors,) = run("embedder", runtime)
    assert vectors.shape == (2, 512)
    assert cosines(vectors, GOLDEN["vectors"]).min() >= 0.9999
    assert cosines(vectors[:1], vectors[1:])[0] < 0.999, "two crops, two vectors"


@needs("onnxruntime")
@needs("ncnn")
def test_both_runtimes_give_the_same_vectors() -> None:
    assert cosines(*(run("embedder", runtime)[0] for runtime in ("onnxruntime", "ncnn"))).min() >= 0.999999
    for ours, theirs in zip(run("detector", "onnxruntime"), run("detector", "ncnn"), strict=True):
        assert np.abs(ours - theirs).max() <= 3e-4


@pytest.mark.parametrize("part", ["detector", "embedder"])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_batch_is_its_pictures_one_by_one_on_any_number_of_threads(runtime: str, part: Part) -> None:
    session = open_session(PACK, COMPACT, part, runtime=runtime, threads=3)
    batch = np.concatenate([blob(part), blob(part)[::-1], blob(part)])
    for index, output in enumerate(session.run(batch)):
        alone = np.concatenate([session.run(picture[np.newaxis])[index] for picture in batch])
        assert np.array_equal(output, alone)


@needs("onnxruntime")
def test_the_onnx_files_take_any_batch_in_one_run() -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(COMPACT / "embedder.onnx", providers=["CPUExecutionProvider"])
    (vectors,) = session.run(None, {"input": np.concatenate([blob("embedder")] * 3)})
    assert vectors.shape == (6, 512)
    assert cosines(vectors[4:], GOLDEN["vectors"]).min() >= 0.9999


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_mirrored_or_reversed_view_is_taken_as_it_looks(runtime: str) -> None:
    session = open_session(PACK, COMPACT, "embedder", runtime=runtime)
    mirrored = blob("embedder")[..., ::-1]
    assert np.array_equal(session.run(mirrored)[0], session.run(mirrored.copy())[0])


@pytest.mark.parametrize("part", ["detector", "embedder"])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_callers_array_stays_as_it_was(runtime: str, part: Part) -> None:
    pictures = blob(part)
    open_session(PACK, COMPACT, part, runtime=runtime, threads=2).run(pictures)
    assert np.array_equal(pictures, blob(part))


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("part", ["detector", "embedder"])
def test_a_damaged_model_is_not_opened(tmp_path: Path, runtime: str, part: Part) -> None:
    folder = Path(shutil.copytree(COMPACT, tmp_path / "compact"))
    name = PACK.model(part).files[runtime][-1]
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-7] + bytes([data[-7] ^ 1]) + data[-6:])
    with pytest.raises(SetupError, match=f"{name}.*is damaged.*“Set up or repair”"):
        open_session(PACK, folder, part, runtime=runtime)


@pytest.mark.parametrize(
    ("opener", "name", "content"),
    [
        pytest.param(opener, name, content, marks=needs(runtime), id=f"{name} {case}")
        for opener, runtime, name in (
            (session_ort.open_model, "onnxruntime", "embedder.onnx"),
            (session_ncnn.open_model, "ncnn", "embedder.param"),
            (session_ncnn.open_model, "ncnn", "embedder.bin"),
        )
        for case, content in (("empty", b""), ("short", (COMPACT / name).read_bytes()[:3000]), ("text", b"text" * 999))
    ],
)
def test_a_file_that_passed_as_genuine_but_is_not_a_model_is_said(
    tmp_path: Path, opener: object, name: str, content: bytes
) -> None:
    folder = Path(shutil.copytree(COMPACT, tmp_path / "compact"))
    (folder / name).write_bytes(content)
    assert callable(opener)
    with pytest.raises(SetupError, match=f"{name} is damaged.*“Set up or repair”"):
        opener(PACK.embedder, folder)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_another_model_in_place_of_the_right_one_is_said(tmp_path: Path, runtime: str) -> None:
    for ours, other in zip(PACK.embedder.files[runtime], PACK.detector.files[runtime], strict=True):
        shutil.copy(COMPACT / other, tmp_path / ours)
    opener = {"onnxruntime": session_ort.open_model, "ncnn": session_ncnn.open_model}[runtime]
    with pytest.raises(SetupError, match=r"embedder\.(onnx|param) is not the one"):
        opener(PACK.embedder, tmp_path)


def test_a_runtime_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, "ncnn", None)
    with pytest.raises(SetupError, match=r"ncnn is not installed.*“Set up or repair”"):
        open_session(PACK, COMPACT, "embedder", runtime="ncnn")
    with pytest.raises(SetupError, match=r"runtime of the face models is not installed.*“Set up or repair”"):
        choose_runtime(None)
    with pytest.raises(SetupError, match=r"onnxruntime cannot be loaded.*“Set up or repair”"):
        session_ort.open_model(PACK.embedder, COMPACT)
    with pytest.raises(SetupError, match=r"ncnn cannot be loaded.*“Set up or repair”"):
        session_ncnn.open_model(PACK.embedder, COMPACT)


def test_onnxruntime_comes_first_and_ncnn_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("onnxruntime", "ncnn"):
        monkeypatch.setitem(sys.modules, name, sys)  # any module will do: only its presence is asked for
    assert choose_runtime(None) == choose_runtime("") == "onnxruntime"
    assert choose_runtime("ncnn") == "ncnn"
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert choose_runtime(None) == "ncnn"


def test_an_unknown_runtime_is_said() -> None:
    with pytest.raises(SetupError, match="no runtime called tensorflow"):
        choose_runtime("tensorflow")


@needs("ncnn")
def test_a_pack_without_files_for_the_runtime_is_said() -> None:
    only_onnx = replace(PACK, embedder=replace(PACK.embedder, files={"onnxruntime": ("embedder.onnx",)}))
    with pytest.raises(SetupError, match="“compact” has no files for ncnn"):
        open_session(only_onnx, COMPACT, "embedder", runtime="ncnn")


def test_no_threads_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        open_session(PACK, COMPACT, "embedder", threads=0)
