"""Stash's job queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stash_sense.adapters.stash.client import GraphQL

JOB_QUEUE = """
query StashSense_JobQueue { jobQueue { id status description } }"""

RUN_TASK = """
mutation StashSense_RunTask($plugin: ID!, $description: String, $args: Map) {
  runPluginTask(plugin_id: $plugin, description: $description, args_map: $args)
}"""


@dataclass(frozen=True, slots=True)
class Job:
    """description: as Stash shows it, "Running plugin task: …" for plugins. waiting: not started yet."""

    id: str
    description: str
    waiting: bool


def jobs(graphql: GraphQL) -> list[Job]:
    """What waits or runs, in the order in which it will."""
    rows = graphql.call(JOB_QUEUE)["jobQueue"] or []
    return [Job(str(row["id"]), row["description"], row["status"] == "READY") for row in rows]


def start_task(graphql: GraphQL, plugin_id: str, description: str, args: Mapping[str, Any]) -> str:
    """Queues a task without waiting for it; returns the job id. Without a task name Stash adds no default arguments."""
    variables = {"plugin": plugin_id, "description": description, "args": dict(args)}
    return str(graphql.call(RUN_TASK, variables, once=True)["runPluginTask"])
