"""plugin/py/main.py as Stash starts it: a process, a request on stdin, one JSON object on stdout."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLUGIN = Path(__file__).parents[2] / "plugin" / "py"
MAIN = PLUGIN / "main.py"


def run(raw: bytes, data_dir: Path, *, main: Path = MAIN) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "STASH_SENSE_DATA": str(data_dir)}
    return subprocess.run(
        [sys.executable, str(main)], input=raw, capture_output=True, env=environ, check=False, timeout=60
    )


def request(mode: str | None, **args: Any) -> bytes:
    fields = {"mode": mode, **args} if mode else args
    return json.dumps({"server_connection": {"Dir": "/nowhere", "Port": 1}, "args": fields}).encode()


def answer(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    """The one JSON object of stdout; everything else fails."""
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(b"}\n")
    return json.loads(done.stdout)


@pytest.fixture
def plugin_copy(tmp_path: Path):
    """A plugin folder of our own whose mode "status" runs the given source: `def status(request): …`."""

    def make(source: str) -> Path:
        folder = tmp_path / "copy"
        folder.mkdir()
        (folder / "main.py").write_text(MAIN.read_text("utf-8"), "utf-8")
        stub = folder / "stub.py"
        stub.write_text(source, "utf-8")
        patch = (
            f"import sys; sys.path.insert(1, {str(PLUGIN)!r})\n"
            "import stash_sense.entry.main as real\n"
            "real.OPERATIONS['status'] = real.HANDLERS['status'] = 'stub:status'\n"
        )
        code = (folder / "main.py").read_text("utf-8").replace("import os\n", f"import os\n{patch}", 1)
        (folder / "main.py").write_text(code, "utf-8")
        return folder / "main.py"

    return make


@pytest.mark.parametrize("raw", [b"", b"not json", b"[1]", b"\xff\xfe", b'{"args": 3}'])
def test_a_request_that_makes_no_sense_is_one_sentence(raw, tmp_path):
    done = run(raw, tmp_path)
    assert answer(done)["error"].startswith("The request")
    assert b"\nTraceback" not in done.stderr  # every line of it carries the level debug


def test_an_unknown_mode_is_one_sentence(tmp_path):
    assert "knows no mode “dance”" in answer(run(request("dance"), tmp_path))["error"]


def test_without_dependencies_a_task_names_the_task_that_installs_them(tmp_path):
    assert "run the task “Set up or repair”" in answer(run(request("identify_new"), tmp_path))["error"]


NOISY = """
import os, subprocess, sys
print("on import")
def status(request):
    print("stray text")
    sys.stdout.flush()
    os.write(1, b"straight to the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('a child')"], check=True)
    return {"name": "Zo\\u00eb"}
"""


def test_whatever_prints_stdout_holds_the_answer_alone(plugin_copy, tmp_path):
    done = run(request("status"), tmp_path, main=plugin_copy(NOISY))
    assert done.stdout == b'{"output":{"name":"Zo\\u00eb"}}\n'
    for words in (b"on import", b"stray text", b"straight to the descriptor", b"a child"):
        assert words in done.stderr


def test_no_log_line_is_longer_than_stash_reads(plugin_copy, tmp_path):
    source = "import logging\ndef status(request):\n    logging.getLogger('stash_sense.x').info('é' * 500_000)\n"
    done = run(request("status"), tmp_path, main=plugin_copy(source))
    assert answer(done) == {"output": None}
    assert max(map(len, done.stderr.split(b"\n"))) < 65536
    assert done.stderr.startswith("\x01i\x02éé".encode())


def test_a_traceback_is_for_the_debug_log_only(plugin_copy, tmp_path):
    done = run(request("status"), tmp_path, main=plugin_copy("def status(request):\n    return 1 // 0\n"))
    assert "an error of its own (ZeroDivisionError)" in answer(done)["error"]
    assert b"Traceback" not in done.stdout
    lines = done.stderr.splitlines()
    assert any(line.startswith(b"\x01d\x02Traceback") for line in lines)
    assert all(line.startswith(b"\x01d\x02") for line in lines)


def test_a_stash_that_has_gone_ends_the_process_quietly(plugin_copy, tmp_path):
    main = plugin_copy("import sys\ndef status(request):\n    return 'x' * 1_000_000\n")
    reader, writer = os.pipe()
    environ = {**os.environ, "STASH_SENSE_DATA": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, str(main)], stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE, env=environ
    )
    os.close(writer)
    os.close(reader)
    _, stderr = process.communicate(request("status"), timeout=60)
    assert (process.returncode, stderr) == (1, b"")


def test_a_hook_answers_without_importing_more_than_it_needs(tmp_path):
    raw = request("hook", hookContext={"id": 5, "type": "Scene.Create.Post"})
    command = [sys.executable, "-X", "importtime", str(MAIN)]
    done = subprocess.run(
        command, input=raw, capture_output=True, env={**os.environ, "STASH_SENSE_DATA": str(tmp_path)}, check=True
    )
    assert done.stdout == b'{"output": null}\n'
    imported = {line.split("|")[-1].strip() for line in done.stderr.decode().splitlines() if "import time:" in line}
    assert "stash_sense.entry.hooks" in imported
    costly = {
        "argparse",
        "logging",
        "pathlib",
        "typing",
        "dataclasses",
        "http.client",
        "urllib.parse",
        "subprocess",
        "stash_sense.entry.main",
        "stash_sense.settings",
    }
    bare = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "pass"], capture_output=True, text=True, check=True
    ).stderr
    assert {name for name in costly & imported if f"{name}\n" not in bare} == set()


def test_an_old_python_can_read_the_file_and_is_told_so(tmp_path):
    """As nobody has a Python 2 at hand, one that believes to be old stands in; the syntax is checked by the parser."""
    source = MAIN.read_text("utf-8")
    ast.parse(source, feature_version=(3, 4))
    source.encode("ascii")  # Python 2 wants a coding line for anything else
    old = tmp_path / "main.py"
    old.write_text(source.replace("OLDEST = (3, 10)", "OLDEST = (9, 0)"), "utf-8")
    done = run(request("status"), tmp_path, main=old)
    assert answer(done)["error"].startswith(
        "Stash Sense needs Python 3.10 or later, but Stash started it with Python 3."
    )
