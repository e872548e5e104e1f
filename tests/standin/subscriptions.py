"""GraphQL over WebSocket by the graphql-transport-ws protocol: jobsSubscribe, and queries as well."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationType, execute_sync, get_operation_ast, parse, validate
from tests.standin.websocket import WebSocket

if TYPE_CHECKING:
    from tests.standin.stash import RequestContext

PROTOCOL = "graphql-transport-ws"
POLL_S = 0.25


class Subscriptions:
    """One client's connection."""

    def __init__(self, socket: WebSocket, context: RequestContext, closing: Callable[[], bool]) -> None:
        self._socket, self._context, self._closing = socket, context, closing
        self._running: dict[str, threading.Event] = {}

    def serve(self) -> None:
        """Until the client goes."""
        acknowledged = False
        while (text := self._socket.receive()) is not None:
            message = json.loads(text)
            kind = message.get("type")
            if kind == "connection_init":
                acknowledged = True
                self._send({"type": "connection_ack"})
            elif kind == "ping":
                self._send({"type": "pong"})
            elif kind == "subscribe" and not acknowledged:
                self._socket.close(4401, "Unauthorized")
                break
            elif kind == "subscribe":
                self._subscribe(message["id"], message["payload"])
            elif kind == "complete":
                self._stop(message["id"])
        for key in list(self._running):
            self._stop(key)

    def _subscribe(self, key: str, payload: dict[str, Any]) -> None:
        schema = self._context.stash.schema
        try:
            document = parse(payload["query"])
            errors = validate(schema, document)
        except GraphQLError as err:
            errors = [err]
        if errors:
            self._send({"id": key, "type": "error", "payload": [err.formatted for err in errors]})
            return
        operation = get_operation_ast(document, payload.get("operationName"))
        if operation is not None and operation.operation is OperationType.SUBSCRIPTION:
            stopped = self._running[key] = threading.Event()
            ready = threading.Event()
            args = (key, document, payload.get("variables"), stopped, ready)
            threading.Thread(target=self._follow_jobs, args=args, name="standin-subscription", daemon=True).start()
            ready.wait()
            return
        self._answer(key, document, payload.get("variables"), None)
        self._send({"id": key, "type": "complete"})

    def _follow_jobs(
        self, key: str, document: Any, variables: Any, stopped: threading.Event, ready: threading.Event
    ) -> None:
        with self._context.stash.jobs.subscribed() as events:
            ready.set()
            while not stopped.is_set() and not self._closing():
                try:
                    kind, job = events.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if not self._answer(key, document, variables, {"jobsSubscribe": {"type": kind, "job": job}}):
                    return

    def _answer(self, key: str, document: Any, variables: Any, root: Any) -> bool:
        result = execute_sync(
            self._context.stash.schema, document, root, context_value=self._context, variable_values=variables
        )
        return self._send({"id": key, "type": "next", "payload": result.formatted})

    def _send(self, message: dict[str, Any]) -> bool:
        return self._socket.send(json.dumps(message))

    def _stop(self, key: str) -> None:
        event = self._running.pop(key, None)
        if event is not None:
            event.set()
