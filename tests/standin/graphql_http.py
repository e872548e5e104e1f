"""GraphQL over HTTP, with the status codes of Stash's server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, GraphQLError, execute_sync, get_operation_ast, parse, validate

if TYPE_CHECKING:
    from tests.standin.stash import RequestContext, StandIn


@dataclass(frozen=True)
class GraphQLRequest:
    """A request as sent. document: None if it does not parse; problem: why not."""

    document: DocumentNode | None
    variables: Mapping[str, Any] | None
    operation: str | None
    problem: str = ""


def read_request(method: str, query: Mapping[str, str], body: bytes) -> GraphQLRequest:
    try:
        given = (
            json.loads(body) if method == "POST" else {**query, "variables": json.loads(query.get("variables") or "{}")}
        )
    except ValueError as err:
        return GraphQLRequest(None, None, None, f"json request body could not be decoded: {err}")
    if not isinstance(given, dict):
        return GraphQLRequest(None, None, None, "json request body could not be decoded: not an object")
    try:
        document = parse(given.get("query") or "")
    except GraphQLError as err:
        return GraphQLRequest(None, None, None, err.message)
    name = given.get("operationName")
    operation = get_operation_ast(document, name)
    if operation is not None and operation.name is not None:
        name = operation.name.value
    return GraphQLRequest(document, given.get("variables"), name)


def execute(stash: StandIn, request: GraphQLRequest, context: RequestContext) -> tuple[int, dict[str, Any]]:
    """HTTP status and answer: 422 for what is not a valid request, 200 for everything else, errors of fields included."""
    if request.document is None:
        return 422, {"errors": [{"message": request.problem}], "data": None}
    errors = validate(stash.schema, request.document)
    if errors:
        return 422, {"errors": [error.formatted for error in errors], "data": None}
    result = execute_sync(
        stash.schema,
        request.document,
        context_value=context,
        variable_values=dict(request.variables or {}),
        operation_name=request.operation,
    )
    for error in result.errors or []:
        stash.note("error", f"{'.'.join(map(str, error.path or ['input']))}: {error.message}")
    status = 422 if result.errors and all(error.path is None for error in result.errors) else 200
    return status, dict(result.formatted)
