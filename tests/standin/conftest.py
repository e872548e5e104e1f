"""Fixtures for the stand-in's own tests: a tiny plugin that does what its `mode` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.standin.fixtures import MakeStandIn, demo_library, make_standin, standin
from tests.standin.stash import StandIn

__all__ = ["demo_library", "make_standin", "standin"]

YML = """\
name: Sample
exec: [python, "{pluginDir}/sample.py"]
interface: raw
errLog: debug
ui:
  javascript: [one.js, missing.js, two.js]
  assets: {/: assets}
tasks:
  - name: Echo
    defaultArgs: {mode: echo, size: 3}
hooks:
  - name: new scene
    triggeredBy: [Scene.Create.Post]
    defaultArgs: {mode: hook}
"""
PROGRAM = """\
import json, os, sys, urllib.request
given = json.load(sys.stdin.buffer)
args, server = given["args"], given["server_connection"]
mode = args.get("mode")
def line(level, text):
    sys.stderr.buffer.write(b"\\x01" + level.encode() + b"\\x02" + text.encode() + b"\\n"); sys.stderr.flush()
def ask(document, **variables):
    url = "%s://127.0.0.1:%d/graphql" % (server["Scheme"], server["Port"])
    body = json.dumps({"query": document, "variables": variables}).encode()
    cookie = "session=" + server["SessionCookie"]["Value"]
    return json.load(urllib.request.urlopen(urllib.request.Request(url, body, {"Cookie": cookie})))
if mode == "echo":
    line("i", "hello"); line("p", "0.5"); sys.stderr.write("plain words\\n")
    print(json.dumps({"output": given}))
elif mode == "wait":
    line("i", "waiting"); sys.stderr.flush(); import time; time.sleep(60)
elif mode == "error":
    print(json.dumps({"error": "It went wrong."}))
elif mode == "crash":
    sys.exit(3)
elif mode == "long":
    line("i", "before")
    try:
        for _ in range(9): sys.stderr.write("x" * 70000 + "\\n"); sys.stderr.flush()
        said = "all written"
    except BrokenPipeError:
        said = "broken pipe"
    print(json.dumps({"output": said})); sys.stdout.flush(); os._exit(0)
elif mode == "hook":
    context = args["hookContext"]
    found = ask("query($id: ID!){findScene(id:$id){files{path fingerprints{type}} paths{screenshot}}}", id=str(context["id"]))
    queue = ask("{jobQueue{description status}}")["data"]["jobQueue"]
    print(json.dumps({"output": [context, found["data"]["findScene"]["files"], queue]}))
else:
    print("no json")
"""


@pytest.fixture
def sample_plugin(tmp_path: Path) -> Path:
    """The definition file of the sample plugin, which goes by the id of ours so that the helpers for tests work with it."""
    folder = tmp_path / "plugins" / "sample"
    (folder / "assets").mkdir(parents=True)
    (folder / "stash-sense.yml").write_text(YML, "utf-8")
    (folder / "sample.py").write_text(PROGRAM, "utf-8")
    (folder / "one.js").write_text("one();", "utf-8")
    (folder / "two.js").write_text("two();", "utf-8")
    (folder / "assets" / "a.txt").write_text("asset", "utf-8")
    return folder / "stash-sense.yml"


@pytest.fixture
def sample(make_standin: MakeStandIn, sample_plugin: Path) -> StandIn:
    return make_standin(plugins=[sample_plugin])
