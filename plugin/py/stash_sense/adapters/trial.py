"""Uses every dependency and the model pack once. Runs in a child process (plugin/py/child.py), prints one JSON object as its last line.

A package that imports may still not work: built for another processor, another C library, or half deleted. So pictures and a video are
made and decoded, an index is searched, and both networks of the pack run.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from stash_sense.errors import StashSenseError

MODULES = {  # distribution → what is imported of it
    "onnxruntime": "onnxruntime",
    "opencv-python-headless": "cv2",
    "ncnn": "ncnn",
    "pillow": "PIL.Image",
    "av": "av",
    "usearch": "usearch.index",
    "numpy": "numpy",
    "requests": "requests",
    "stashapp-tools": "stashapi.stashapp",
}
OF_RUNTIME = {"onnxruntime": ("onnxruntime", "opencv-python-headless"), "ncnn": ("ncnn", "pillow")}
COMMON = ("numpy", "av", "usearch", "requests", "stashapp-tools")  # numpy first: others hide why it failed


def run(pack_folder: str, runtime: str, folder: str = "") -> None:
    """Prints {packages, files, checks: [[name, ok, message]], usable}."""
    if folder:
        sys.path.insert(1, folder)
    names = (
        COMMON[0],
        *OF_RUNTIME[runtime],
        *COMMON[1:],
    )  # onnxruntime before usearch: the other order can crash the process
    answer: dict[str, Any] = {"packages": {}, "files": [], "checks": [], "usable": False}
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Packages", lambda: _packages(names, answer)),
        ("Pictures", lambda: _pictures(runtime)),
        ("Video", _video),
        ("Index", _index),
    )
    answer["usable"] = all(_step(answer, name, step) for name, step in steps)
    if answer["usable"]:
        _step(answer, "Model pack", lambda: use_pack(Path(pack_folder), runtime))
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _step(answer: dict[str, Any], name: str, step: Callable[[], str]) -> bool:
    try:
        answer["checks"].append([name, True, step()])
    except StashSenseError as err:
        answer["checks"].append([name, False, str(err)])
    except (ImportError, OSError, ValueError, RuntimeError, AttributeError, TypeError, LookupError) as err:
        answer["checks"].append([name, False, f"It does not work here: {type(err).__name__}: {err}"[:400]])
    return bool(answer["checks"][-1][1])


def _packages(names: tuple[str, ...], answer: dict[str, Any]) -> str:
    for name in names:
        module = importlib.import_module(MODULES[name])
        answer["files"].append(str(module.__file__))
        answer["packages"][name] = metadata.version(name)
    return ", ".join(f"{name} {version}" for name, version in answer["packages"].items())


def _pictures(runtime: str) -> str:
    import numpy as np

    from stash_sense.core.vision import imaging

    imaging.use("cv2" if runtime == "onnxruntime" else "pillow")
    made = _gradient()
    decoded = imaging.decode(imaging.encode_jpeg(made, 90))
    _expect(decoded.shape == made.shape, "a picture changed its size")
    _expect(float(np.abs(decoded.astype(float) - made).mean()) < 4, "a picture changed its colours")
    return "written and read back"


def _video() -> str:
    import av
    import numpy as np

    made, file = _gradient(), io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = (
            made.shape[1],
            made.shape[0],
            "yuv420p",
            4_000_000,
        )
        for frame in [av.VideoFrame.from_ndarray(made, format="rgb24")] * 3:
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    _expect(len(decoded) == 3, f"a video of 3 frames has {len(decoded)}")
    _expect(float(np.abs(decoded[0].astype(float) - made).mean()) < 12, "a video changed its colours")
    return "written and read back"


def _index() -> str:
    import numpy as np
    from usearch.index import Index

    vectors = np.eye(16, dtype=np.float32)
    index = Index(ndim=16, metric="cos", dtype="f16")
    index.add(np.arange(16), vectors)
    found = index.search(vectors[5], 1).keys
    _expect(int(found[0]) == 5, "a search found the wrong vector")
    return "searched"


def use_pack(folder: Path, runtime: str) -> str:
    """Runs both models of a pack once, after comparing its files with their sha256. Raises SetupError, ValueError for nonsense."""
    import numpy as np

    from stash_sense.adapters.models.packs import load_pack, verify
    from stash_sense.adapters.models.sessions import open_session

    pack = load_pack(folder)
    verify(pack, folder)
    for part, model in (("detector", pack.detector), ("embedder", pack.embedder)):
        session = open_session(pack, folder, part, runtime=runtime)  # type: ignore[arg-type]  # str for the Literal
        blob = np.linspace(-1, 1, 3 * model.input**2, dtype=np.float32).reshape(1, 3, model.input, model.input)
        outputs = session.run(blob)
        _expect(all(bool(np.isfinite(output).all()) for output in outputs), f"the {part} answered nonsense")
        _expect(any(bool(np.any(output)) for output in outputs), f"the {part} answered only zeros")
    return f"{pack.name}, revision {pack.revision}: files intact, both models run in {runtime}"


def _gradient() -> Any:
    import numpy as np

    down, across = np.mgrid[0:96, 0:128]
    return np.stack([across * 2, down * 2, 128 + 0 * down], axis=-1).astype(np.uint8)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
