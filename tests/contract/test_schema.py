"""Our documents and the stand-in's SDL agree with the schema of a real Stash.

The real schema lies beside the repository (../shared/data) or where STASH_SENSE_SCHEMA says; without it those tests are skipped.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema
from tests.contract.schemas import (
    REPOSITORY,
    check_part,
    introspected,
    operation_names,
    own_types,
    problems,
    python_documents,
)
from tests.standin.schema import read_schema

REAL_SCHEMA = Path(
    os.environ.get("STASH_SENSE_SCHEMA") or REPOSITORY.parent / "shared" / "data" / "stash-0.30-schema.json"
)
IN_JS = re.compile(r"\bgql\s*`([^`]*)`")


@cache
def stand_in_schema() -> GraphQLSchema:
    return read_schema()


@cache
def real_schema() -> GraphQLSchema:
    return introspected(REAL_SCHEMA, "STASH_SENSE_SCHEMA")


def documents() -> list[Any]:
    found = []
    for path in sorted((REPOSITORY / "plugin" / "py").rglob("*.py")):
        if "stashbox" in path.parts:
            continue  # of another server: test_stashbox_schema.py
        found += [(path, name, text) for name, text in python_documents(path)]
    for path in sorted((REPOSITORY / "plugin" / "js").rglob("*.js")):
        texts = IN_JS.findall(path.read_text("utf-8"))
        found += [(path, f"gql {number}", text) for number, text in enumerate(texts, 1)]
    return [pytest.param(text, id=f"{path.relative_to(REPOSITORY / 'plugin')}:{name}") for path, name, text in found]


@pytest.mark.parametrize("name", own_types(stand_in_schema()))
def test_a_type_of_the_stand_in_is_part_of_the_real_one(name: str) -> None:
    check_part(name, stand_in_schema(), real_schema())


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_stash(document: str) -> None:
    assert problems(document, real_schema()) == []


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_the_stand_in(document: str) -> None:
    assert problems(document, stand_in_schema()) == []


@pytest.mark.parametrize("document", documents())
def test_a_document_carries_our_name(document: str) -> None:
    assert [name.startswith("StashSense_") for name in operation_names(document)] == [True]


def test_the_documents_were_found() -> None:
    places = {str(one.id).partition("/")[0] for one in documents()}
    assert places == {"py", "js"}
