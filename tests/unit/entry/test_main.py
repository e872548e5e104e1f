from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stash_sense.entry import main
from stash_sense.entry.main import HANDLERS, OPERATIONS, TASKS, handle, load, respond
from stash_sense.entry.protocol import Request, parse_request
from stash_sense.errors import ItemError, RequestError, SetupError

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def logging_as_before():
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers


def a_request(data_dir: Path, mode: str = "status", **args: Any) -> Request:
    raw = json.dumps({"server_connection": {"Dir": str(data_dir)}, "args": {"mode": mode, **args}}).encode()
    return parse_request(raw, {})


def raw_request(data_dir: Path, mode: str) -> bytes:
    return json.dumps({"server_connection": {"Dir": str(data_dir)}, "args": {"mode": mode}}).encode()


def modes_in_yml() -> list[str]:
    """Read without a YAML library: the file says `defaultArgs: {mode: x}` throughout."""
    lines = (ROOT / "stash-sense.yml").read_text("utf-8").splitlines()
    return [line.split("{mode:")[1].strip(" }") for line in lines if "defaultArgs:" in line]


def test_every_mode_of_the_yml_has_its_handler():
    own = {"set_up", "set_up_pack", "update_gallery", "build_gallery", "validate_sites"}
    own |= {"identify_new", "rematch", "calibrate", "find_suggestions", "remove_tags", "self_test"}
    assert set(modes_in_yml()) - {"hook"} == own
    assert set(modes_in_yml()) - {"hook"} <= set(TASKS)
    assert "hook" in modes_in_yml()
    assert "hook" not in HANDLERS  # main.py answers it before the table is imported


def test_no_mode_is_task_and_operation():
    assert set(TASKS) | set(OPERATIONS) == set(HANDLERS)
    assert not set(TASKS) & set(OPERATIONS)


@pytest.mark.parametrize("name", sorted({*HANDLERS.values(), main.RECORD_FAILURE}))
def test_every_handler_exists(name):
    assert callable(load(name))


def test_a_handler_gets_the_request_and_returns_the_output(tmp_path):
    request = a_request(tmp_path, "echo", value=3)
    assert handle(request, {"echo": f"{__name__}:echo"}) == {"value": 3}


def echo(request: Request) -> Any:
    return dict(request.args)


def test_an_unknown_mode_is_refused(tmp_path):
    with pytest.raises(RequestError, match="knows no mode “dance”"):
        handle(a_request(tmp_path, "dance"))


@pytest.mark.parametrize("mode", sorted(set(TASKS) - {"set_up"}))
def test_a_task_without_dependencies_names_the_task_that_installs_them(tmp_path, mode):
    with pytest.raises(SetupError, match="run the task “Set up or repair”"):
        handle(a_request(tmp_path, mode))


OUTCOME: list[Any] = []  # what `scripted` returns or raises
RECORDED: list[tuple[str, str]] = []


def scripted(_request: Request) -> Any:
    outcome = OUTCOME.pop()
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def record(request: Request, sentence: str) -> None:
    RECORDED.append((request.mode, sentence))


def answer(
    outcome: Any, tmp_path: Path, *, mode: str = "set_up", recorder: str = f"{__name__}:record"
) -> dict[str, Any]:
    """What Stash gets if the handler of `mode` returns or raises `outcome`."""
    OUTCOME[:], RECORDED[:] = [outcome], []
    return json.loads(respond(raw_request(tmp_path, mode), handlers={mode: f"{__name__}:scripted"}, recorder=recorder))


def test_what_a_handler_returns_is_the_output(tmp_path):
    assert answer({"done": 3}, tmp_path) == {"output": {"done": 3}}
    assert RECORDED == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ItemError("The file is empty."), "The file is empty."),
        (ModuleNotFoundError("No module named 'numpy'", name="numpy"), "run the task “Set up or repair”"),
        (ImportError("libGL.so.1: cannot open", name="cv2"), "run the task “Set up or repair”"),
        (
            ModuleNotFoundError("no", name="stash_sense.core.gone"),
            "an error of its own (ModuleNotFoundError stash_sense.core.gone)",
        ),
        (MemoryError(), "ran out of memory"),
        (ZeroDivisionError("division by zero"), "an error of its own (ZeroDivisionError)"),
    ],
)
def test_an_error_becomes_one_sentence_and_is_recorded_for_a_task(tmp_path, error, sentence):
    said = answer(error, tmp_path)
    assert set(said) == {"error"}
    assert sentence in said["error"]
    assert "\n" not in said["error"]
    assert [("set_up", said["error"])] == RECORDED


def test_the_failure_of_an_operation_is_not_recorded(tmp_path):
    assert answer(RequestError("There is no track 9."), tmp_path, mode="scene") == {"error": "There is no track 9."}
    assert RECORDED == []


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_an_output_that_is_no_json_is_an_error_of_ours(tmp_path, value):
    assert "an error of its own" in answer(value, tmp_path, mode="scene")["error"]


@pytest.mark.parametrize("recorder", ["stash_sense.nowhere:nothing", f"{__name__}:broken_record"])
def test_a_failure_that_cannot_be_recorded_is_still_answered(tmp_path, recorder):
    said = answer(ItemError("The disk is full."), tmp_path, recorder=recorder)
    assert said == {"error": "The disk is full."}


def broken_record(_request: Request, _sentence: str) -> None:
    raise OSError("no space left on device")


@pytest.mark.parametrize(
    "module", ["main", "operations", "review", "review_many", "status_calibration", "failures", "set_up"]
)
def test_operations_and_set_up_import_no_dependency(module):
    code = f"import sys, stash_sense.entry.{module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "plugin/py", capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "cv2", "av", "onnxruntime", "ncnn", "PIL", "usearch", "requests", "stashapi", "urllib3"}
    assert heavy & set(done.stdout.split()) == set()


def test_the_review_page_needs_no_http_client(tmp_path):
    """It is opened like a scene's tab; only a studio has to be asked for."""
    code = (
        "import json, sys; from stash_sense.adapters.store.database import open_database; from stash_sense.entry.main import respond; "
        "open_database(__import__('pathlib').Path(sys.argv[1], 'stash-sense-data')).close(); "
        "print(json.loads(respond(sys.argv[2].encode()))['output']['total'], 'http.client' in sys.modules, 'ssl' in sys.modules)"
    )
    raw = raw_request(tmp_path, "review").decode()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), raw],
        cwd=ROOT / "plugin/py",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", "False", "False"]
