"""Our documents for stash-boxes and the SDL of their stand-in agree with the schema of a real stash-box.

The real schema lies beside the repository (../shared/data) or where STASH_SENSE_BOX_SCHEMA says; without it those tests are skipped.
"""

from __future__ import annotations

import os
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
from tests.stashbox.schema import read_schema

from stash_sense.adapters.stashbox.features import Features
from stash_sense.adapters.stashbox.performers import people_document
from stash_sense.adapters.stashbox.scenes import casts_document

REAL_SCHEMA = Path(
    os.environ.get("STASH_SENSE_BOX_SCHEMA") or REPOSITORY.parent / "shared" / "data" / "stash-box-schema.json"
)
# What an old build lacks changes the document of a look-up.
OLD_BUILD = Features({"Performer": frozenset({"id", "name", "birthdate", "images"})})


@cache
def real_schema() -> GraphQLSchema:
    return introspected(REAL_SCHEMA, "STASH_SENSE_BOX_SCHEMA")


@cache
def stand_in_schema() -> GraphQLSchema:
    return read_schema()


def documents() -> list[Any]:
    found = [("people", people_document(3, Features({}))), ("people of an old build", people_document(2, OLD_BUILD))]
    found.append(("casts", casts_document(3)))
    for path in sorted((REPOSITORY / "plugin/py/stash_sense/adapters/stashbox").glob("*.py")):
        found += python_documents(path)
    return [pytest.param(text, id=name) for name, text in found]


@pytest.mark.parametrize("name", own_types(stand_in_schema()))
def test_a_type_of_the_stand_in_is_part_of_the_real_one(name: str) -> None:
    check_part(name, stand_in_schema(), real_schema())


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_a_stash_box(document: str) -> None:
    assert problems(document, real_schema()) == []


@pytest.mark.parametrize("document", documents())
def test_a_document_is_valid_in_the_stand_in(document: str) -> None:
    assert problems(document, stand_in_schema()) == []


@pytest.mark.parametrize("document", documents())
def test_a_document_carries_our_name(document: str) -> None:
    assert [name.startswith("StashSense_Box") for name in operation_names(document)] == [True]


def test_the_documents_were_found() -> None:
    assert {str(one.id) for one in documents()} >= {"PAGE", "PAGE_WITHOUT_UPDATED", "FEATURES"}
