"""Our documents and the stand-in's SDL agree with the schema of a real Stash.

The real schema lies beside the repository (../shared/data) or where STASH_SENSE_SCHEMA says; without it those tests are skipped.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from functools import cache
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
from tests.standin.schema import read_schema

REPOSITORY = Path(__file__).resolve().parents[2]
REAL_SCHEMA = Path(
    os.environ.get("STASH_SENSE_SCHEMA") or REPOSITORY.parent / "shared" / "data" / "stash-0.30-schema.json"
)
OPERATION = re.compile(r"\s*(query|mutation|subscription)\s+\w+")
IN_JS = re.compile(r"\bgql\s*`([^`]*)`")
CONSTANT_NODES = (ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.Add, ast.Name, ast.Load)


@cache
def stand_in_schema() -> GraphQLSchema:
    return read_schema()


@cache
def real_schema() -> GraphQLSchema:
    if not REAL_SCHEMA.is_file():
        pytest.skip(f"the real schema is not here: {REAL_SCHEMA} (set STASH_SENSE_SCHEMA)")
    answer = json.loads(REAL_SCHEMA.read_text("utf-8"))
    return build_client_schema(answer.get("data", answer))


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


def documents() -> list[Any]:
    found = []
    for path in sorted((REPOSITORY / "plugin" / "py").rglob("*.py")):
        found += [(path, name, text) for name, text in python_documents(path)]
    for path in sorted((REPOSITORY / "plugin" / "js").rglob("*.js")):
        texts = IN_JS.findall(path.read_text("utf-8"))
        found += [(path, f"gql {number}", text) for number, text in enumerate(texts, 1)]
    return [pytest.param(text, id=f"{path.relative_to(REPOSITORY / 'plugin')}:{name}") for path, name, text in found]


def sdl_types() -> list[str]:
    kept = (
        name
        for name, kind in stand_in_schema().type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    )
    return sorted(kept)


def signature(field: Any) -> tuple[str, dict[str, tuple[str, Any]]]:
    """Type of a field and of its arguments, with their defaults."""
    arguments = getattr(field, "args", {})
    return str(field.type), {name: (str(one.type), one.default_value) for name, one in arguments.items()}


@pytest.mark.parametrize("name", sdl_types())
def test_a_type_of_the_stand_in_is_part_of_the_real_one(name: str) -> None:
    mine = stand_in_schema().type_map[name]
    real = real_schema().type_map.get(name)
    assert type(mine) is type(real), f"{name} is another kind of type in Stash, or missing"
    if isinstance(mine, GraphQLEnumType):
        assert set(mine.values) <= set(real.values)
    elif isinstance(mine, GraphQLUnionType):
        assert {one.name for one in mine.types} == {one.name for one in real.types}
    elif isinstance(mine, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
        for field, own in mine.fields.items():
            assert field in real.fields, f"Stash has no {name}.{field}"
            own_type, own_arguments = signature(own)
            real_type, real_arguments = signature(real.fields[field])
            assert own_type == real_type, f"{name}.{field}"
            assert own_arguments.items() <= real_arguments.items(), f"{name}.{field}"
            required = {key for key, (kind, _) in real_arguments.items() if kind.endswith("!")}
            assert required <= set(own_arguments), f"{name}.{field}"
    if isinstance(mine, GraphQLInputObjectType):
        needed = {key for key, one in real.fields.items() if str(one.type).endswith("!")}
        assert needed <= set(mine.fields), f"{name} lacks a required field"


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_stash(document: str) -> None:
    assert [error.message for error in validate(real_schema(), parse(document))] == []


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_the_stand_in(document: str) -> None:
    assert [error.message for error in validate(stand_in_schema(), parse(document))] == []


@pytest.mark.parametrize("document", documents())
def test_a_document_carries_our_name(document: str) -> None:
    operations = [node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode)]
    names = [node.name.value if node.name else "" for node in operations]
    assert names
    assert all(name.startswith("StashSense_") for name in names)


def test_the_documents_were_found() -> None:
    places = {str(one.id).partition("/")[0] for one in documents()}
    assert places == {"py", "js"}
