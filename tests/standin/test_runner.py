"""The stand-in runs plugin processes as Stash does."""

from __future__ import annotations

import json
import queue
import socket
from pathlib import Path

import pytest
from tests.standin.client import Client
from tests.standin.fixtures import MakeStandIn
from tests.standin.jobs import Event
from tests.standin.plugin import PluginError, load_plugin
from tests.standin.process import Answer, read_answer
from tests.standin.stash import StandIn
from tests.standin.store import StashError

TASK = 'mutation($task: String, $args: Map){runPluginTask(plugin_id: "stash-sense", task_name: $task, args_map: $args)}'
JOB = "query($id: ID!){findJob(input:{id:$id}){status error progress description}}"


def test_a_task_gets_its_arguments_and_the_connection(sample: StandIn) -> None:
    assert sample.run_task("Echo", {"deep": {"list": [1, None]}}).status == "FINISHED"
    given = sample.processes[0].wait().output
    assert given["args"] == {"mode": "echo", "size": "3", "deep": {"list": [1, None]}}
    connection = given["server_connection"]
    assert (connection["Scheme"], connection["Host"], connection["Port"]) == ("http", "0.0.0.0", sample.port)
    assert connection["SessionCookie"]["Name"] == "session"
    assert connection["Dir"] == str(sample.config_dir)


def test_log_lines_keep_their_level_and_progress_is_shown(sample: StandIn) -> None:
    job = sample.run_task("Echo")
    assert "[Plugin / Sample] hello" in sample.logged("info")
    assert "[Plugin / Sample] plain words" in sample.logged("debug")
    assert job.progress == 0.5


def test_a_failing_task_ends_as_finished_with_a_line_in_the_log(sample: StandIn) -> None:
    assert sample.run_task("error").status == "FINISHED"
    assert sample.run_task("crash").status == "FINISHED"
    assert sample.logged("error") == ["Plugin returned error: It went wrong.", "Plugin returned error: exit status 3"]


def test_an_unknown_task_fails_when_its_turn_comes(sample: StandIn) -> None:
    client = Client(sample.url)
    number = client.data(TASK, task="Nothing")
    sample.jobs.wait_idle(30)
    job = client.data(JOB, id=number)
    assert job["status"] == "FAILED"
    assert job["error"] == "Error creating plugin task: no task with name Nothing in plugin Sample"


def test_a_stopped_task_is_killed_and_the_next_one_starts(sample: StandIn) -> None:
    running, waiting = sample.start_task("wait"), sample.start_task("Echo")
    dropped = sample.start_task("error")
    sample.stop_job(dropped)
    sample.log.wait_for("waiting")
    assert [job.status for job in sample.jobs.queued()] == ["RUNNING", "READY"]
    sample.stop_job(running)
    sample.wait_for(waiting, timeout_s=30)
    assert (running.status, dropped.status, waiting.status) == ("CANCELLED", "CANCELLED", "FINISHED")
    sample.log.wait_for("Plugin returned error: signal: killed")


def test_only_the_last_ten_jobs_are_remembered(sample: StandIn) -> None:
    jobs = [sample.queue_task("stash-sense", "Nothing", {}) for _ in range(12)]
    sample.jobs.wait_idle(30)
    assert [sample.jobs.find(job.id) is None for job in jobs] == [True, True] + [False] * 10


def test_job_events_tell_the_whole_life(sample: StandIn) -> None:
    with sample.jobs.subscribed() as events:
        sample.run_task("Echo")
        seen = drained(events)
    assert (seen[0][0], seen[0][1].status) == ("ADD", "READY")
    assert ("UPDATE", "RUNNING") in [(kind, job.status) for kind, job in seen]
    assert (seen[-1][0], seen[-1][1].status) == ("REMOVE", "FINISHED")


def drained(events: queue.Queue[Event]) -> list[Event]:
    return [events.get_nowait() for _ in range(events.qsize())]


def test_an_operation_takes_no_default_arguments_and_answers_at_once(sample: StandIn) -> None:
    given = sample.operation({"mode": "echo", "n": 1})
    assert given["args"] == {"mode": "echo", "n": 1}
    assert sample.operation({}) == "no json\n"


def test_the_error_of_an_operation_is_a_graphql_error(sample: StandIn) -> None:
    with pytest.raises(StashError, match="It went wrong"):
        sample.operation({"mode": "error"})
    document = 'mutation($args: Map){runPluginOperation(plugin_id: "stash-sense", args: $args)}'
    answer = Client(sample.url).ask(document, args={"mode": "error"})
    assert answer["errors"][0]["message"] == "It went wrong."
    assert answer["data"] == {"runPluginOperation": None}


def test_a_line_beyond_64_kib_closes_the_pipe(sample: StandIn) -> None:
    assert sample.operation({"mode": "long"}) == "broken pipe"


def test_hooks_run_inside_the_scan_with_the_scene_already_there(sample: StandIn, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "clip.mp4").write_bytes(bytes(range(256)) * 600)
    (tmp_path / "library" / "notes.txt").write_text("not a video")
    assert sample.scan(tmp_path / "library").status == "FINISHED"
    context, files, jobs = sample.processes[0].wait().output
    assert context == {"id": 1, "type": "Scene.Create.Post", "input": None}
    assert files == [{"path": str(tmp_path / "library" / "clip.mp4"), "fingerprints": [{"type": "oshash"}]}]
    assert jobs == [{"description": "Scanning...", "status": "RUNNING"}]
    assert sample.scan(tmp_path / "library").status == "FINISHED"
    assert len(sample.processes) == 1, "a known file fires no hook"


def test_a_hook_that_triggers_itself_ends_after_ten_rounds(sample: StandIn) -> None:
    session = sample.user()
    for _ in range(10):
        session = session.after_hook("stash-sense", "Scene.Create.Post")
    sample.fire("Scene.Create.Post", 1, None, session=session)
    assert sample.processes == []


def test_an_operation_dies_with_its_client(sample: StandIn) -> None:
    document = 'mutation($args: Map){runPluginOperation(plugin_id: "stash-sense", args: $args)}'
    body = json.dumps({"query": document, "variables": {"args": {"mode": "wait"}}}).encode()
    with socket.create_connection(("127.0.0.1", sample.port)) as client:
        client.sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        sample.log.wait_for("waiting")
    sample.log.wait_for("operation cancelled")
    assert sample.processes[0].wait().error == "signal: killed"


def test_a_cancelled_scan_kills_the_hook_that_runs(
    make_standin: MakeStandIn, sample_plugin: Path, tmp_path: Path
) -> None:
    text = sample_plugin.read_text("utf-8").replace("mode: hook", "mode: wait")
    sample_plugin.write_text(text, "utf-8")
    stash = make_standin(plugins=[sample_plugin])
    (tmp_path / "library").mkdir()
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / "library" / name).write_bytes(b"no video")
    job = stash.queue_scan([tmp_path / "library"])
    stash.log.wait_for("waiting")
    stash.stop_job(job)
    stash.wait_for(job, timeout_s=30)
    assert (job.status, len(stash.processes), len(stash.store.scenes)) == ("CANCELLED", 1, 1)
    assert stash.processes[0].wait().error == "signal: killed"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b'{"output": [1]}', Answer([1], None)),
        (b'{"error": "no", "output": 2}', Answer(2, "no")),
        (b'{"other": 1}', Answer(None, None)),
        (b"[1]", Answer("[1]", None)),
        (b'{"output": NaN}', Answer('{"output": NaN}', None)),
        (b'hello\n{"output": 1}', Answer('hello\n{"output": 1}', None)),
        (b'{"error": 5}', Answer('{"error": 5}', None)),
        (b"", Answer("", None)),
    ],
)
def test_stdout_is_read_by_the_rules_of_stash(said: bytes, answer: Answer) -> None:
    assert read_answer(said) == answer


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nam: x\n", "field nam not found"),
        ("name: x\nname: y\n", "already set"),
        ("ui: {csp: {img-src: [x]}}\n", "field img-src not found"),
        ("settings: {a: {type: FLOAT}}\n", "unknown setting type"),
        ("tasks:\n  - name: a\n    mode: b\n", "field mode not found"),
    ],
)
def test_a_definition_that_stash_refuses_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "x.yml").write_text(text, "utf-8")
    with pytest.raises(PluginError, match=problem):
        load_plugin(tmp_path / "x.yml")


def test_our_own_definition_loads(standin: StandIn) -> None:
    plugin = standin.plugins["stash-sense"]
    assert plugin.command == ["python", "{pluginDir}/plugin/py/main.py"]
    listed = Client(standin.url).data("{plugins{id settings{name type} tasks{name} paths{javascript}}}")
    assert [one["name"] for one in listed[0]["tasks"]] == [task.name for task in plugin.tasks]
    assert json.dumps(listed).count("stash-sense") >= 1
