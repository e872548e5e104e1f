"""Request → handler → answer: the one place where errors become sentences."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from stash_sense.adapters import dependencies
from stash_sense.entry import protocol
from stash_sense.entry.protocol import Request
from stash_sense.errors import RequestError, SetupError, StashSenseError

log = logging.getLogger(__name__)

TASKS: Mapping[str, str] = {
    "set_up": "stash_sense.entry.set_up:set_up",
    "set_up_pack": "stash_sense.entry.set_up_pack:set_up_pack",
    "build_gallery": "stash_sense.entry.gallery_tasks:build_gallery",
    "import_gallery": "stash_sense.entry.gallery_tasks:import_gallery",
    "export_gallery": "stash_sense.entry.gallery_tasks:export_gallery",
    "roll_back_gallery": "stash_sense.entry.gallery_tasks:roll_back_gallery",
    "remove_gallery": "stash_sense.entry.gallery_tasks:remove_gallery",
    "export_own": "stash_sense.entry.gallery_tasks:export_own_data",
    "import_own": "stash_sense.entry.gallery_tasks:import_own_data",
    "validate_sites": "stash_sense.entry.gallery_tasks:validate_sites",
    "update_gallery": "stash_sense.entry.tasks:update_gallery",
    "identify_new": "stash_sense.entry.tasks:identify_new",
    "identify": "stash_sense.entry.tasks:identify",
    "identify_images": "stash_sense.entry.tasks:identify_images",
    "rematch": "stash_sense.entry.tasks:rematch",
    "calibrate": "stash_sense.entry.calibration:calibrate",
    "process_queue": "stash_sense.entry.tasks:process_queue",
    "remove_tags": "stash_sense.entry.tasks:remove_tags",
    "self_test": "stash_sense.entry.self_test:self_test",
    "decide_many": "stash_sense.entry.batch_tasks:decide_many",
    "undo_many": "stash_sense.entry.batch_tasks:undo_many",
    "find_suggestions": "stash_sense.entry.suggestions:find_suggestions",
}
OPERATIONS: Mapping[str, str] = {
    "status": "stash_sense.entry.status:status",
    "scene": "stash_sense.entry.operations:scene",
    "image": "stash_sense.entry.operations:image",
    "decide": "stash_sense.entry.decisions:decide",
    "undo": "stash_sense.entry.decisions:undo",
    "search_people": "stash_sense.entry.operations:search_people",
    "settings": "stash_sense.entry.preferences:settings",
    "history": "stash_sense.entry.operations:history",
    "tags": "stash_sense.entry.operations:tags",
    "references": "stash_sense.entry.references:references",
    "reference": "stash_sense.entry.references:reference",
    "performer": "stash_sense.entry.references:performer",
    "self_test_report": "stash_sense.entry.operations:self_test_report",
    "calibration": "stash_sense.entry.operations:calibration",
    "unknown_people": "stash_sense.entry.unknown_people:unknown_people",
    "unknown_person": "stash_sense.entry.unknown_people:unknown_person",
    "part_group": "stash_sense.entry.unknown_people:part_group",
    "rejoin_group": "stash_sense.entry.unknown_people:rejoin_group",
    "ignore_group": "stash_sense.entry.unknown_people:ignore_group",
    "name_group": "stash_sense.entry.batches:name_group",
    "undo_batch": "stash_sense.entry.batches:undo_batch",
    "batch": "stash_sense.entry.batches:batch",
    "review": "stash_sense.entry.review:review",
    "review_many": "stash_sense.entry.review_many:review_many",
    "findings": "stash_sense.entry.findings:findings",
    "dismiss": "stash_sense.entry.findings:dismiss",
    "restore": "stash_sense.entry.findings:restore",
}
HANDLERS: Mapping[str, str] = {**TASKS, **OPERATIONS}

# Stash shows a failed task as finished, so the reason is also kept in sense.db: record_failure(request, sentence).
RECORD_FAILURE = "stash_sense.entry.failures:record_failure"

SET_UP = "set_up"  # the one task that runs without the dependencies
UNEXPECTED = "Stash Sense ran into an error of its own ({kind}). Stash's log shows the details at level Debug; please report them."


def respond(
    raw: bytes, began: float | None = None, *, handlers: Mapping[str, str] = HANDLERS, recorder: str = RECORD_FAILURE
) -> bytes:
    """The answer to what Stash wrote on stdin, ready for stdout. Never raises but for SystemExit and KeyboardInterrupt."""
    protocol.start_logging()
    request: Request | None = None
    try:
        request = protocol.parse_request(raw, os.environ, began)
        return protocol.encode_answer({"output": handle(request, handlers)})
    except StashSenseError as err:
        sentence = str(err)
        log.debug("%s", sentence, exc_info=True)
    except ImportError as err:
        sentence = _import_sentence(err)
        log.debug("%s", sentence, exc_info=True)
    except MemoryError:
        sentence = (
            "The machine ran out of memory. Close other programs or lower “Frames per scene”, then start this again."
        )
    except Exception as err:
        sentence = UNEXPECTED.format(kind=type(err).__name__)
        log.debug("%s", sentence, exc_info=True)
    if request is not None and request.mode in TASKS:
        _record_failure(request, sentence, recorder)
    return protocol.encode_answer({"error": sentence})


def handle(request: Request, handlers: Mapping[str, str] = HANDLERS) -> Any:
    """What the mode's handler returns. Raises RequestError for an unknown mode, SetupError where dependencies are missing."""
    if request.mode not in handlers:
        raise RequestError(
            f"Stash Sense knows no mode “{request.mode}”. Reload the page: it may be older than the plugin."
        )
    ready = dependencies.add_to_path(request.data_dir)
    if not ready and request.mode in TASKS and request.mode != SET_UP:
        raise SetupError(dependencies.missing_sentence())
    return load(handlers[request.mode])(request)


def load(name: str) -> Callable[..., Any]:
    """The function that "package.module:function" names; its module is imported only now."""
    module, _, function = name.partition(":")
    named: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return named


def _import_sentence(err: ImportError) -> str:
    """An import that fails outside our own package is a dependency that is missing or does not fit this machine."""
    if (err.name or "").partition(".")[0] == "stash_sense":
        return UNEXPECTED.format(kind=f"{type(err).__name__} {err.name}")
    return dependencies.missing_sentence()


def _record_failure(request: Request, sentence: str, recorder: str) -> None:
    """The answer matters more than the record, so a failing record (disk full, database gone) only leaves a line in the log."""
    try:
        load(recorder)(request, sentence)
    except Exception:
        log.debug("the failure could not be recorded", exc_info=True)
