"""Comparing the schemas of our stand-ins, and our documents, with those of the real servers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    build_client_schema,
    is_specified_scalar_type,
    parse,
    validate,
)

REPOSITORY = Path(__file__).resolve().parents[2]
OPERATION = re.compile(r"\s*(query|mutation|subscription)\s+\w+")
CONSTANT_NODES = (ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.Add, ast.Name, ast.Load)


def introspected(path: Path, variable: str) -> GraphQLSchema:
    """The schema in the answer to an introspection; skips the test where the file is not here."""
    if not path.is_file():
        pytest.skip(f"the real schema is not here: {path} (set {variable})")
    answer = json.loads(path.read_text("utf-8"))
    # assume_valid: a stash-box writes the default False as "False", which graphql-core would not let pass.
    return build_client_schema(answer.get("data", answer), assume_valid=True)


def python_documents(path: Path) -> Iterator[tuple[str, str]]:
    """Module-level texts that are GraphQL operations, put together from constants where they are composed."""
    known: dict[str, Any] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if not isinstance(target, ast.Name) or value is None:
            continue
        if not all(isinstance(part, CONSTANT_NODES) for part in ast.walk(value)):
            continue
        try:
            known[target.id] = eval(compile(ast.Expression(value), str(path), "eval"), {}, dict(known))
        except NameError:
            continue  # made of something imported
        if isinstance(known[target.id], str) and OPERATION.match(known[target.id]):
            yield target.id, known[target.id]


def problems(document: str, schema: GraphQLSchema) -> list[str]:
    """Why a server with that schema would refuse the document."""
    return [error.message for error in validate(schema, parse(document))]


def operation_names(document: str) -> list[str]:
    """One for each operation, "" where it has none."""
    operations = [node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode)]
    return [node.name.value if node.name else "" for node in operations]


def own_types(schema: GraphQLSchema) -> list[str]:
    kept = (
        name
        for name, kind in schema.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    )
    return sorted(kept)


def signature(field: Any) -> tuple[str, dict[str, tuple[str, Any]]]:
    """Type of a field and of its arguments, with their defaults."""
    arguments = getattr(field, "args", {})
    return str(field.type), {name: (str(one.type), one.default_value) for name, one in arguments.items()}


def check_part(name: str, ours: GraphQLSchema, theirs: GraphQLSchema) -> None:
    """Fails unless our type `name` is a part of the real one that a client can rely on."""
    mine = ours.type_map[name]
    real = theirs.type_map.get(name)
    assert type(mine) is type(real), f"{name} is another kind of type in the real schema, or missing"
    if isinstance(mine, GraphQLEnumType):
        assert set(mine.values) <= set(real.values)
    elif isinstance(mine, GraphQLUnionType):
        assert {one.name for one in mine.types} == {one.name for one in real.types}
    elif isinstance(mine, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
        for field, own in mine.fields.items():
            assert field in real.fields, f"the real schema has no {name}.{field}"
            own_type, own_arguments = signature(own)
            real_type, real_arguments = signature(real.fields[field])
            assert own_type == real_type, f"{name}.{field}"
            assert own_arguments.items() <= real_arguments.items(), f"{name}.{field}"
            required = {key for key, (kind, _) in real_arguments.items() if kind.endswith("!")}
            assert required <= set(own_arguments), f"{name}.{field}"
    if isinstance(mine, GraphQLInputObjectType):
        needed = {key for key, one in real.fields.items() if str(one.type).endswith("!")}
        assert needed <= set(mine.fields), f"{name} lacks a required field"
