"""Stash shows a failed task as finished, so the reason is kept where the panel looks."""

from __future__ import annotations

from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, open_stores


def record_failure(request: Request, sentence: str) -> None:
    """Closes the run in progress, or notes one that did not even begin, with the sentence that says why."""
    with open_stores(request, create=True) as stores:
        recent = stores.runs.recent(1)
        if recent and recent[0].kind == request.mode and recent[0].message == sentence:
            return  # the task has noted it itself
        running = stores.runs.running()
        with stores.transaction():
            run_id = running.id if running else stores.runs.start(request.mode, now())
            stores.runs.finish(run_id, now(), ok=False, message=sentence)
            if request.mode == "process_queue":  # the job is over, so the next scene of a scan may ask for a new one
                stores.queue.release_job()
