from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.scripted_server import ScriptedServer, Seen, Sent, scripted_server

from stash_sense.adapters.store.database import open_database
from stash_sense.entry import hooks

MAIN = Path(__file__).parents[3] / "plugin" / "py" / "main.py"
DESCRIPTION = "Running plugin task: Stash Sense: process queue"


class Queue:
    """Stash's job queue as far as a hook sees it."""

    def __init__(self, jobs: list[dict[str, Any]] | None = None, fault: Sent | None = None) -> None:
        self.jobs, self.fault = jobs or [], fault
        self.started: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    def __call__(self, seen: Seen) -> Sent:
        if self.fault is not None:
            return self.fault
        if "StashSense_JobQueue" in seen.document:
            return Sent({"data": {"jobQueue": self.jobs}})
        with self.lock:
            self.started.append(seen.variables)
            return Sent({"data": {"runPluginTask": str(40 + len(self.started))}})


@pytest.fixture
def database(tmp_path: Path) -> Callable[..., Path]:
    """A data folder whose sense.db holds the given settings, as JSON."""

    def make(**settings: Any) -> Path:
        with closing(open_database(tmp_path, create=True)) as db:
            rows = [(key, json.dumps(value)) for key, value in settings.items()]
            db.executemany("INSERT INTO setting (key, value) VALUES (?, ?)", rows)
        return tmp_path

    return make


@pytest.fixture(autouse=True)
def no_data_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STASH_SENSE_DATA", raising=False)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "sense.db")) as db:
        return db.execute(sql).fetchall()


def change(folder: Path, sql: str, *parameters: Any) -> None:
    with closing(sqlite3.connect(folder / "sense.db", isolation_level=None)) as db:
        db.execute(sql, parameters)


def message(
    folder: Path, server: ScriptedServer | None = None, scene_id: int = 7, trigger: str = "Scene.Create.Post"
) -> bytes:
    """What Stash writes on a hook's stdin; `folder` is the data folder inside its config folder."""
    port = int(server.base_url.rsplit(":", 1)[1]) if server else 1
    connection = {
        "Scheme": "http",
        "Host": "0.0.0.0",
        "Port": port,
        "SessionCookie": {"Name": "session", "Value": "tasty"},
        "Dir": str(folder),
    }
    context = {"id": scene_id, "type": trigger, "input": None}
    return json.dumps({"server_connection": connection, "args": {"mode": "hook", "hookContext": context}}).encode()


def fire(folder: Path, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STASH_SENSE_DATA", str(folder))
    hooks.handle(raw)


def test_a_new_scene_is_queued_and_one_job_started(database, monkeypatch):
    folder, queue = database(identify_on_scan=True), Queue()
    with scripted_server(queue) as server:
        fire(folder, message(folder, server), monkeypatch)
    assert rows(folder, "SELECT scene_id, reason FROM queue") == [(7, "scan")]
    assert queue.started == [
        {"plugin": "stash-sense", "description": "Stash Sense: process queue", "args": {"mode": "process_queue"}}
    ]
    assert rows(folder, "SELECT job_id FROM queue_job") == [("41",)]
    assert server.seen[0].headers["Cookie"] == "session=tasty"


def test_later_scenes_are_queued_without_a_word_to_stash(database, monkeypatch):
    folder, queue = database(identify_on_scan=True), Queue()
    with scripted_server(queue) as server:
        for scene_id in (7, 8, 8, 9):
            fire(folder, message(folder, server, scene_id), monkeypatch)
    assert rows(folder, "SELECT scene_id FROM queue ORDER BY scene_id") == [(7,), (8,), (9,)]
    assert (len(server.seen), len(queue.started)) == (2, 1)


@pytest.mark.parametrize(
    "settings", [{}, {"identify_on_scan": False}, {"identify_on_scan": None}, {"identify_on_scan": "yes"}]
)
def test_it_is_off_unless_switched_on(database, monkeypatch, settings):
    folder = database(**settings)
    fire(folder, message(folder), monkeypatch)
    assert (rows(folder, "SELECT * FROM queue"), rows(folder, "SELECT * FROM queue_job")) == ([], [])


def test_other_triggers_do_nothing(database, monkeypatch):
    folder = database(identify_on_scan=True)
    fire(folder, message(folder, trigger="Scene.Update.Post"), monkeypatch)
    assert rows(folder, "SELECT * FROM queue") == []


def test_a_job_that_waits_already_is_taken_over(database, monkeypatch):
    running = {
        "id": "3",
        "status": "RUNNING",
        "description": DESCRIPTION,
    }  # may have looked at the queue for the last time
    scan = {"id": "4", "status": "READY", "description": "Scanning…"}
    waiting = {"id": "5", "status": "READY", "description": DESCRIPTION}
    folder, queue = database(identify_on_scan=True), Queue([running, scan, waiting])
    with scripted_server(queue) as server:
        fire(folder, message(folder, server), monkeypatch)
    assert (queue.started, rows(folder, "SELECT job_id FROM queue_job")) == ([], [("5",)])


@pytest.mark.parametrize(
    ("states", "started"),
    [
        ([], 1),
        (["RUNNING"], 1),
        (["READY"], 0),
    ],
)
@pytest.mark.parametrize(
    "asked_at", ["2026-01-01T00:00:00Z", "2999-01-01T00:00:00Z"], ids=["old", "from a wrong clock"]
)
def test_a_stale_flag_heals(database, monkeypatch, asked_at, states, started):
    jobs = [{"id": "3", "status": state, "description": DESCRIPTION} for state in states]
    folder, queue = database(identify_on_scan=True), Queue(jobs)
    change(folder, "INSERT INTO queue_job (only_row, job_id, asked_at) VALUES (1, '3', ?)", asked_at)
    with scripted_server(queue) as server:
        fire(folder, message(folder, server), monkeypatch)
    assert len(queue.started) == started
    assert rows(folder, "SELECT asked_at FROM queue_job") != [(asked_at,)]


@pytest.mark.parametrize(
    "fault",
    [
        Sent(status=401),
        Sent(status=500),
        Sent(b"<html>", kind="text/html"),
        Sent(drop=True),
        Sent({"errors": [{"message": "no"}]}),
    ],
)
def test_a_claim_is_given_back_where_stash_refuses_and_the_next_hook_tries_again(database, monkeypatch, fault):
    folder, queue = database(identify_on_scan=True), Queue(fault=fault)
    with scripted_server(queue) as server:
        fire(folder, message(folder, server), monkeypatch)
        assert rows(folder, "SELECT scene_id FROM queue") == [(7,)]
        assert rows(folder, "SELECT * FROM queue_job") == []
        queue.fault = None
        fire(folder, message(folder, server, 8), monkeypatch)
    assert rows(folder, "SELECT job_id FROM queue_job") == [("41",)]


def test_the_claim_of_another_hook_is_left_alone(database, monkeypatch):
    folder = database(identify_on_scan=True)
    now = hooks.utc(hooks.time.time())
    change(folder, "INSERT INTO queue_job (only_row, job_id, asked_at) VALUES (1, NULL, ?)", now)
    with scripted_server(Queue()) as server:
        fire(folder, message(folder, server), monkeypatch)
    assert server.seen == []
    assert rows(folder, "SELECT scene_id FROM queue") == [(7,)]


def test_without_a_database_nothing_is_created(tmp_path, monkeypatch):
    fire(tmp_path, message(tmp_path), monkeypatch)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"this is no database, but long enough to be looked at" * 40])
def test_a_database_without_our_tables_stays_as_it_is(tmp_path, monkeypatch, content, capfd):
    (tmp_path / "sense.db").write_bytes(content)
    fire(tmp_path, message(tmp_path), monkeypatch)
    assert (tmp_path / "sense.db").read_bytes() == content
    assert capfd.readouterr().err.startswith("\x01d\x02a scene was not queued: ")


def test_a_locked_database_is_not_waited_for_long(database, monkeypatch):
    folder = database(identify_on_scan=True)
    monkeypatch.setattr(hooks, "LOCK_WAIT_S", 0.05)
    with closing(sqlite3.connect(folder / "sense.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        fire(folder, message(folder), monkeypatch)
        db.execute("ROLLBACK")
    assert rows(folder, "SELECT * FROM queue") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"args": {"hookContext": null}}',
        b'{"args": {"hookContext": {"id": "x", "type": "Scene.Create.Post"}}}',
    ],
)
def test_a_message_that_makes_no_sense_is_no_failure(raw):
    hooks.handle(raw)


@pytest.mark.journey
def test_sixteen_hooks_at_once_start_exactly_one_job(database):
    folder, queue = database(identify_on_scan=True), Queue()
    environ = {**os.environ, "STASH_SENSE_DATA": str(folder)}
    with scripted_server(queue) as server:
        processes = [
            subprocess.Popen(
                [sys.executable, str(MAIN)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
            )
            for _ in range(16)
        ]
        for scene_id, process in enumerate(processes):
            process.stdin.write(message(folder, server, scene_id))
            process.stdin.close()
        answers = [(process.stdout.read(), process.stderr.read(), process.wait(timeout=60)) for process in processes]
        for process in processes:
            process.stdout.close()
            process.stderr.close()
    assert answers == [(b'{"output": null}\n', b"", 0)] * 16
    assert rows(folder, "SELECT scene_id FROM queue ORDER BY scene_id") == [(scene_id,) for scene_id in range(16)]
    assert len(queue.started) == 1
    assert rows(folder, "SELECT job_id FROM queue_job") == [("41",)]
