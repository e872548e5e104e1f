"""Golden arrays of the compact pack: what the original models answer, to hold every converted file against.

pictures: (n, 192, 192, 3) RGB uint8; boxes, scores: the TFLite model's answers to them.
crops: (n, 112, 112, 3) RGB uint8; vectors: (n, 512) of the original ONNX file, not normalised, without the flip average.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PICTURES = ((0, 0, 512), (120, 20, 220))  # left, top, side: the whole picture; the head with surroundings
CROPS = ((165, 72, 118), (180, 90, 90))  # the face; the same nearer


def cut_photo(photo: Path) -> dict[str, NDArray[np.uint8]]:
    """pictures and crops from NASA's portrait of Eileen Collins as scikit-image ships it (skimage/data/astronaut.png)."""
    from PIL import Image

    with Image.open(photo) as opened:
        image = opened.convert("RGB")

    def cut(places: tuple[tuple[int, int, int], ...], size: int) -> NDArray[np.uint8]:
        squares = [image.crop((left, top, left + side, top + side)) for left, top, side in places]
        return np.stack([np.asarray(square.resize((size, size), Image.Resampling.BILINEAR)) for square in squares])

    return {"pictures": cut(PICTURES, 192), "crops": cut(CROPS, 112)}


def answer(inputs: Mapping[str, NDArray[np.uint8]], tflite: bytes, onnx: bytes) -> dict[str, NDArray[Any]]:
    """`inputs` with the original models' answers."""
    boxes, scores = run_tflite(tflite, scaled(inputs["pictures"]))
    vectors = run_original(onnx, scaled(inputs["crops"])[..., ::-1])  # the embedder takes BGR
    return {
        "pictures": inputs["pictures"],
        "boxes": boxes,
        "scores": scores,
        "crops": inputs["crops"],
        "vectors": vectors,
    }


def scaled(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return (pixels.astype(np.float32) - np.float32(127.5)) * np.float32(1 / 127.5)


def run_tflite(model: bytes, pictures: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes and scores of the TFLite interpreter; pictures: (n, 192, 192, 3), scaled."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    by_width = {output["shape"][2]: output["index"] for output in interpreter.get_output_details()}
    answers: dict[int, list[NDArray[np.float32]]] = {16: [], 1: []}
    for picture in pictures:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.ascontiguousarray(picture[np.newaxis]))
        interpreter.invoke()
        for width, found in answers.items():
            found.append(interpreter.get_tensor(by_width[width])[0].copy())
    return np.stack(answers[16]), np.stack(answers[1])


def run_original(model: bytes, crops: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of fr_feature.onnx, which takes one crop at a time; crops: (n, 112, 112, 3), BGR, scaled."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    blobs = np.ascontiguousarray(np.transpose(crops, (0, 3, 1, 2)))
    return np.concatenate([session.run(None, {"input": blob[np.newaxis]})[0] for blob in blobs])


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Written beside and moved into place, so that a broken run leaves the old file."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez_compressed(file, **arrays)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
