"""Packs of the kinds YuNet + SFace and SCRFD + ArcFace from picture to vector; their networks answer the same whatever they see."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from stash_sense.adapters.models.encoder import PackEncoder, open_encoder
from stash_sense.adapters.models.packs import load_pack
from stash_sense.adapters.models.sessions import open_session
from stash_sense.core.matching.calibrate import Calibration, Features
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.values import Detection, Frame
from stash_sense.errors import SetupError

MODELS = Path(__file__).parents[4] / "plugin" / "models"
EDGE, STRIDE, ROW, COLUMN = 640, 32, 9, 8  # one face, at a grid point in the middle
# Keypoints in strides from the grid point: an upright face, 2 strides wide between the eyes.
POINTS = np.array([[0, 0], [2, 0], [1, 1.2], [0.2, 2.2], [1.8, 2.4]], np.float32)
SIZE = 6  # of the face, in strides


def yunet() -> dict[str, NDArray[np.float32]]:
    out = {
        f"{kind}_{stride}": np.zeros((1, (EDGE // stride) ** 2, width), np.float32)
        for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in (8, 16, 32)
    }
    at = ROW * (EDGE // STRIDE) + COLUMN
    out["cls_32"][0, at] = out["obj_32"][0, at] = 0.9
    out["bbox_32"][0, at] = 1, 1, np.log(SIZE), np.log(SIZE)
    out["kps_32"][0, at] = POINTS.ravel()
    return out


def scrfd() -> dict[str, NDArray[np.float32]]:
    names = iter(load_pack(MODELS / "buffalo_l").detector.outputs)
    out = {
        next(names): np.zeros((2 * (EDGE // stride) ** 2, width), np.float32)
        for width in (1, 4, 10)
        for stride in (8, 16, 32)
    }
    scores, boxes, points = list(out.values())[2::3]
    at = 2 * (ROW * (EDGE // STRIDE) + COLUMN) + 1
    scores[at] = 0.9
    boxes[at] = SIZE / 2 - 1, SIZE / 2 - 1, SIZE / 2 + 1, SIZE / 2 + 1
    points[at] = POINTS.ravel()
    return out


def model(inputs: list[Any], outputs: list[Any], nodes: list[Any]) -> bytes:
    graph = helper.make_graph(nodes, "test", inputs, outputs)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(made.SerializeToString())


def detector(outputs: dict[str, NDArray[np.float32]], name: str) -> bytes:
    """Answers `outputs` to every picture."""
    given = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, EDGE, EDGE])
    nodes = [
        helper.make_node("Constant", [], [key], value=numpy_helper.from_array(value)) for key, value in outputs.items()
    ]
    infos = [helper.make_tensor_value_info(key, TensorProto.FLOAT, value.shape) for key, value in outputs.items()]
    return model([given], infos, nodes)


def embedder(name: str, output: str) -> bytes:
    """Answers the mean of each channel."""
    given = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 112, 112])
    nodes = [helper.make_node("GlobalAveragePool", [name], ["mean"]), helper.make_node("Flatten", ["mean"], [output])]
    return model([given], [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 3])], nodes)


MADE = {
    "opencv": (detector(yunet(), "input"), embedder("data", "fc1")),
    "buffalo_l": (detector(scrfd(), "input.1"), embedder("input.1", "683")),
}


def an_encoder(name: str, folder: Path, **embedder_changes: Any) -> PackEncoder:
    """The pack `name` as it ships, but for its models."""
    body = json.loads((MODELS / name / "pack.json").read_text("utf-8"))
    body["embedder"] |= {"dims": 3, **embedder_changes}
    body["quality"]["detection"]["refine_px"] = 0
    for part, data in zip(("detector", "embedder"), MADE[name], strict=True):
        (file,) = body[part]["files"]["onnxruntime"]
        (folder / file).write_bytes(data)
        body["files"][file] = sha256(data).hexdigest()
    (folder / "pack.json").write_text(json.dumps(body), "utf-8")
    return open_encoder(folder, runtime="onnxruntime")


@pytest.mark.parametrize("name", MADE)
def test_a_face_is_found_where_the_network_says(tmp_path: Path, name: str) -> None:
    encoder = an_encoder(name, tmp_path)
    (face,) = encoder.detect(np.full((320, 320, 3), 90, np.uint8))
    x, y = (COLUMN + 1) * STRIDE / 2, (ROW + 1) * STRIDE / 2
    half = SIZE * STRIDE / 4
    box = face.box
    assert [box.left, box.top, box.right, box.bottom] == pytest.approx(
        [x - half, y - half, x + half, y + half], abs=0.01
    )
    assert np.allclose(face.landmarks, (POINTS * STRIDE + [COLUMN * STRIDE, ROW * STRIDE]) / 2, atol=0.01)
    assert face.confidence == pytest.approx(0.9)


@pytest.mark.parametrize("name", MADE)
def test_five_keypoints_align_and_the_mouth_is_between_its_corners(tmp_path: Path, name: str) -> None:
    encoder = an_encoder(name, tmp_path)
    image = np.zeros((320, 320, 3), np.uint8)
    (found,) = encoder.detect(image)
    aligned = encoder.align(image, found, refine=False)
    assert aligned.crop.shape == (112, 112, 3)
    expected = (np.vstack([POINTS[:3], POINTS[3:].mean(axis=0)]) * STRIDE + [COLUMN * STRIDE, ROW * STRIDE]) / 2
    assert np.allclose(aligned.points, expected, atol=0.01)


def test_sface_gets_plain_rgb_and_arcface_scaled_rgb(tmp_path: Path) -> None:
    """A picture of one colour: the vector is that colour as the network sees it."""
    image = np.full((320, 320, 3), (200, 100, 50), np.uint8)
    for name, seen in (("opencv", [200, 100, 50]), ("buffalo_l", [72.5, -27.5, -77.5])):
        (tmp_path / name).mkdir()
        encoder = an_encoder(name, tmp_path / name)
        (face,) = encoder.encode(Frame(image, 0), encoder.detect(image))
        assert face.vector == pytest.approx(np.array(seen) / np.linalg.norm(seen), abs=1e-3)
        assert face.quality.mirror == 1.0, "no mirror image is looked at"


@pytest.mark.parametrize("name", MADE)
def test_a_pack_that_names_no_mouth_is_refused(tmp_path: Path, name: str) -> None:
    an_encoder(name, tmp_path)
    body = json.loads((tmp_path / "pack.json").read_text("utf-8"))
    body["detector"]["keypoints"][3] = "chin"
    (tmp_path / "pack.json").write_text(json.dumps(body), "utf-8")
    with pytest.raises(SetupError, match="does not name eyes, nose and mouth"):
        open_encoder(tmp_path, runtime="onnxruntime")


@pytest.mark.parametrize("name", MADE)
def test_an_embedder_of_an_unknown_kind_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SetupError, match="needs a newer Stash Sense"):
        an_encoder(name, tmp_path, kind="facenet")


@pytest.mark.parametrize("name", MADE)
def test_ncnn_cannot_run_them_and_says_so(tmp_path: Path, name: str) -> None:
    an_encoder(name, tmp_path)
    pytest.importorskip("ncnn")
    with pytest.raises(SetupError, match="has no files for ncnn; choose another pack"):
        open_session(load_pack(tmp_path), tmp_path, "detector", runtime="ncnn")


def test_strides_have_to_divide_the_input(tmp_path: Path) -> None:
    an_encoder("opencv", tmp_path)
    body = json.loads((tmp_path / "pack.json").read_text("utf-8"))
    body["detector"]["input"] = 100
    (tmp_path / "pack.json").write_text(json.dumps(body), "utf-8")
    with pytest.raises(SetupError, match="strides"):
        load_pack(tmp_path)


@pytest.mark.parametrize("name", MADE)
def test_provisional_thresholds_are_complete_and_careful(name: str) -> None:
    pack = load_pack(MODELS / name)
    compact = load_pack(MODELS / "compact")
    calibration = Calibration.from_pack(pack.calibration)
    clear = Features(score=0.75, z=6.0, margin=0.35, frames=6, quality=0.85, references=3, people=300)
    assert pack.provisional
    assert not compact.provisional
    assert 0.7 < calibration.probability(clear) <= calibration.ceiling == 0.9
    level = calibration.scoring.stranger_level(1000)
    stranger = Features(score=level, z=0.0, margin=0.0, frames=6, quality=0.85, references=1, people=1000)
    assert calibration.probability(stranger) < 0.1
    assert ClusterRules.from_pack(pack.clustering).same_person >= ClusterRules.from_pack(compact.clustering).same_person
    assert np.array_equal(pack.alignment.pattern[:3], compact.alignment.pattern[:3])


def test_detections_of_a_broken_network_do_no_harm(tmp_path: Path) -> None:
    encoder = an_encoder("opencv", tmp_path)
    image = np.zeros((50, 50, 3), np.uint8)
    (found,) = encoder.detect(image)
    broken = Detection(found.box, np.full((5, 2), np.nan, np.float32), 0.9)
    assert encoder.encode(Frame(image, 0), [broken]) == []


def test_the_test_networks_are_valid() -> None:
    for pair in MADE.values():
        for data in pair:
            onnx.checker.check_model(onnx.load_from_string(data))
