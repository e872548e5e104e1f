"""Resolvers of the mutations: change the store, note the change, fire the hooks inside the request."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.standin.jobs import Job
from tests.standin.rows import Mutation
from tests.standin.store import StashError, as_id

if TYPE_CHECKING:
    from tests.standin.stash import RequestContext


def _noted(info: Any, value: Any) -> RequestContext:
    """Writes the change into the log of mutations; errors come later, as the attempt counts too."""
    context: RequestContext = info.context
    name = info.operation.name.value if info.operation.name else None
    context.stash.mutations.append(Mutation(info.field_name, name, value))
    return context


def _bulk(kind: str, _: Any, info: Any, input: dict[str, Any]) -> list[Any]:
    context = _noted(info, input)
    rows = context.store.bulk_update(kind, input)
    for row in rows:
        context.fire(f"{kind.capitalize()}.Update.Post", row.id, input, list(input))
    return rows


def _update(kind: str, _: Any, info: Any, input: dict[str, Any]) -> Any:
    context = _noted(info, input)
    store = context.store
    row = store.update_tag(input) if kind == "tag" else store.update(kind, input)
    for name in ("image", "cover_image"):
        if name in input:
            setattr(row, "image" if name == "image" else "cover", picture(input[name]))
    context.fire(f"{kind.capitalize()}.Update.Post", row.id, input, list(input))
    return row


def _tag_create(_: Any, info: Any, input: dict[str, Any]) -> Any:
    context = _noted(info, input)
    row = context.store.create_tag(input)
    context.fire("Tag.Create.Post", row.id, input)
    return row


def _performer_create(_: Any, info: Any, input: dict[str, Any]) -> Any:
    context = _noted(info, input)
    image = picture(input["image"]) if input.get("image") else None
    row = context.store.create_performer(input)
    row.image = image
    context.fire("Performer.Create.Post", row.id, input)
    return row


def _destroy(kind: str, _: Any, info: Any, input: dict[str, Any] | None = None, ids: list[Any] | None = None) -> bool:
    keys = ids if input is None else [input["id"]]
    context = _noted(info, {"ids": keys})
    context.store.destroy(kind, keys or [])
    for key in keys or []:
        context.fire(f"{kind.capitalize()}.Destroy.Post", as_id(key), input)
    return True


def picture(text: str | None) -> bytes | None:
    """Bytes of a data URL. Raises StashError for anything else: the stand-in downloads nothing."""
    if not text:
        return None
    head, comma, body = text.partition(";base64,")
    if not head.startswith("data:") or not comma:
        raise StashError(f'processing image: Get "{text[:40]}": unsupported protocol scheme ""')
    return base64.b64decode(body)


# --- Plugins and jobs ----------------------------------------------------------------------------------------------


def _run_task(_: Any, info: Any, plugin_id: str, **given: Any) -> int:
    context: RequestContext = info.context
    args = given.get("args_map")
    if args is None:
        args = {one["key"]: _typed(one.get("value")) for one in given.get("args") or []}
    job: Job = context.stash.queue_task(
        plugin_id, given.get("task_name"), args, description=given.get("description"), session=context.session
    )
    return job.id


def _typed(value: dict[str, Any] | None) -> Any:
    return next(iter((value or {}).values()), None)


def _run_operation(_: Any, info: Any, plugin_id: str, args: dict[str, Any] | None = None) -> Any:
    context: RequestContext = info.context
    return context.stash.run_operation(plugin_id, args or {}, session=context.session, alive=context.alive)


def _configure_plugin(_: Any, info: Any, plugin_id: str, input: dict[str, Any]) -> dict[str, Any]:
    context = _noted(info, {"plugin_id": plugin_id, "input": input})
    context.stash.settings[plugin_id] = dict(input)  # the whole map is replaced
    return dict(input)


def _configure_ui(_: Any, info: Any, key: str, value: Any = None) -> dict[str, Any]:
    context: RequestContext = info.context
    context.stash.ui_settings[key] = value
    return dict(context.stash.ui_settings)


def _stop_job(_: Any, info: Any, job_id: Any) -> bool:
    info.context.stash.jobs.stop(as_id(job_id))
    return True


def _stop_all(_: Any, info: Any) -> bool:
    info.context.stash.jobs.stop_all()
    return True


def _scan(_: Any, info: Any, input: dict[str, Any]) -> int:
    context: RequestContext = info.context
    job: Job = context.stash.queue_scan(
        input.get("paths"), session=context.session, covers=bool(input.get("scanGenerateCovers"))
    )
    return job.id


RESOLVERS: dict[str, Callable[..., Any]] = {
    "bulkSceneUpdate": partial(_bulk, "scene"),
    "bulkImageUpdate": partial(_bulk, "image"),
    "sceneUpdate": partial(_update, "scene"),
    "imageUpdate": partial(_update, "image"),
    "tagCreate": _tag_create,
    "tagUpdate": partial(_update, "tag"),
    "tagDestroy": partial(_destroy, "tag"),
    "tagsDestroy": partial(_destroy, "tag"),
    "performerCreate": _performer_create,
    "performerUpdate": partial(_update, "performer"),
    "performerDestroy": partial(_destroy, "performer"),
    "performersDestroy": partial(_destroy, "performer"),
    "runPluginTask": _run_task,
    "runPluginOperation": _run_operation,
    "configurePlugin": _configure_plugin,
    "configureUISetting": _configure_ui,
    "stopJob": _stop_job,
    "stopAllJobs": _stop_all,
    "metadataScan": _scan,
}
