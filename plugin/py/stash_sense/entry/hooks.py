"""A scan has added a scene: remember it, and make sure that one job will take it.

Stash waits for this process within the scan, once per new scene. So the usual way through imports nothing but sqlite3 (which reads JSON too;
the json module would cost as much again), leaves at once where there is nothing to do, and asks Stash only when no job is known or the last
question is ten minutes old.
"""
# Paths as text, since pathlib costs more than everything else here together:
# ruff: noqa: PTH113, PTH118

from __future__ import annotations

import os
import sqlite3
import time

TYPE_CHECKING = False  # typing's own constant would cost the import of typing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

TRIGGER = "Scene.Create.Post"
DESCRIPTION = "Stash Sense: process queue"
MODE = "process_queue"

LOCK_WAIT_S = 2.0  # tasks and other hooks write for milliseconds; better to miss a scene (the next run finds it) than to hold the scan
STALE_S = 600
ASK_WAIT_S = 5.0


def handle(raw: bytes) -> None:
    """Never raises: a failing hook would only fill Stash's log, and “Identify new scenes” finds what it missed."""
    try:
        trigger, scene_id, config_dir = fields(raw)
        if trigger == TRIGGER:
            spool(database_path(config_dir, os.environ), int(scene_id), raw)
    except (ValueError, TypeError, KeyError, OSError, sqlite3.Error) as err:
        say(f"a scene was not queued: {type(err).__name__}")


def fields(raw: bytes) -> tuple[Any, Any, Any]:
    """Trigger, scene id and folder of Stash's configuration in what Stash sent; None for what is missing.

    Raises sqlite3.Error (no JSON, or an SQLite built without its JSON functions) and ValueError (no UTF-8).
    """
    paths = ("$.args.hookContext.type", "$.args.hookContext.id", "$.server_connection.Dir")
    reader = sqlite3.connect(":memory:")
    try:
        row: tuple[Any, Any, Any] = reader.execute(
            "SELECT json_extract(?1, ?2), json_extract(?1, ?3), json_extract(?1, ?4)", (raw.decode("utf-8"), *paths)
        ).fetchone()
    finally:
        reader.close()
    return row


def database_path(config_dir: str, environ: Mapping[str, str]) -> str:
    """The same place as data_folder in entry/protocol.py, without its imports."""
    folder = environ.get("STASH_SENSE_DATA", "").strip() or os.path.join(config_dir, "stash-sense-data")
    return os.path.join(folder, "sense.db")


def spool(path: str, scene_id: int, raw: bytes) -> None:
    """Queues the scene if the user wants that, and asks for the job if nobody else has. Creates neither file nor tables."""
    if not os.path.isfile(path):
        return
    db = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        if wanted(db):
            claim = queue(db, scene_id, time.time())
            if claim is not None:
                ask(db, claim, raw)
    finally:
        db.close()


def wanted(db: sqlite3.Connection) -> bool:
    row = db.execute("SELECT value FROM setting WHERE key = 'identify_on_scan'").fetchone()
    return row is not None and row[0] == "true"  # as JSON writes it


def queue(db: sqlite3.Connection, scene_id: int, now: float) -> str | None:
    """Queues the scene. Returns the claim of this process to ask for the job; None if one is known or being asked for."""
    instant = utc(now)
    db.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last scenes of the queue, never the database
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(
            "INSERT OR IGNORE INTO queue (scene_id, reason, queued_at) VALUES (?, 'scan', ?)", (scene_id, instant)
        )
        row = db.execute("SELECT asked_at FROM queue_job").fetchone()
        claimed = row is None or not utc(now - STALE_S) <= row[0] <= utc(now + STALE_S)
        if claimed:
            db.execute("INSERT OR REPLACE INTO queue_job (only_row, job_id, asked_at) VALUES (1, NULL, ?)", (instant,))
        db.execute("COMMIT")
    except sqlite3.Error:
        db.rollback()
        raise
    return instant if claimed else None


def ask(db: sqlite3.Connection, claim: str, raw: bytes) -> None:
    """Keeps the id of the job that will take the queue; gives the claim back if there is none, so that the next hook tries."""
    from stash_sense.errors import StashSenseError

    try:
        job_id = find_or_start(raw)
    except (StashSenseError, KeyError, TypeError, ValueError) as err:
        db.execute("DELETE FROM queue_job WHERE job_id IS NULL AND asked_at = ?", (claim,))
        say(f"the job for the queue could not be started: {err}")
        return
    db.execute("UPDATE queue_job SET job_id = ? WHERE job_id IS NULL AND asked_at = ?", (job_id, claim))


def find_or_start(raw: bytes) -> str:
    """Id of the job that waits to process the queue, or of a new one. One that runs may have seen its last scene already."""
    import json
    from contextlib import closing

    from stash_sense.adapters.http import HttpTransport
    from stash_sense.adapters.stash import jobs
    from stash_sense.adapters.stash.client import Access, Patience
    from stash_sense.entry.protocol import parse_connection
    from stash_sense.settings import PLUGIN_ID

    connection = parse_connection(json.loads(raw)["server_connection"], None)
    access = Access(connection.base_url, connection.cookie)
    with closing(HttpTransport(access, Patience(ASK_WAIT_S, ASK_WAIT_S, ASK_WAIT_S, attempts=1))) as graphql:
        waiting = [job.id for job in jobs.jobs(graphql) if job.waiting and job.description.endswith(DESCRIPTION)]
        return waiting[0] if waiting else jobs.start_task(graphql, PLUGIN_ID, DESCRIPTION, {"mode": MODE})


def utc(seconds: float) -> str:
    """ISO 8601 in UTC; sorts like the instants themselves."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def say(text: str) -> None:
    """A debug line in Stash's log, in its framing."""
    line = " ".join(text.split())[:2000]
    try:
        os.write(2, b"\x01d\x02" + line.encode("utf-8", "replace") + b"\n")
    except OSError:  # nobody listens any more
        return
