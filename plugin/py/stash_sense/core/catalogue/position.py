"""A sweep as JSON and back, so that a killed enumeration goes on with its next request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from stash_sense.core.catalogue.cover import Cover, Frame
from stash_sense.core.catalogue.sweep import Hinge, Sweep
from stash_sense.core.catalogue.values import Part, Shortfall, Statement
from stash_sense.core.catalogue.walk import Walk


def to_text(sweep: Sweep) -> str:
    return json.dumps(sweep, ensure_ascii=False, separators=(",", ":"), default=_fields)


def from_text(text: str) -> Sweep | None:
    """None where another version wrote it: then the sweep begins anew."""
    try:
        return _sweep(json.loads(text))
    except (ValueError, TypeError, KeyError):
        return None


def statement_text(statement: Statement) -> str:
    return json.dumps(statement, ensure_ascii=False, separators=(",", ":"), default=_fields)


def statement_of(text: str) -> Statement:
    return _statement(json.loads(text))


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass as a dict; asdict() would copy every value, after every request."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _sweep(raw: Mapping[str, Any]) -> Sweep:
    return Sweep(
        **{
            **raw,
            "sorts": tuple(raw["sorts"]),
            "hinges": tuple(Hinge(**hinge) for hinge in raw["hinges"]),
            "whole": raw["whole"] and Hinge(**raw["whole"]),
            "walk": raw["walk"] and _walk(raw["walk"]),
            "cover": raw["cover"] and _cover(raw["cover"]),
            "short": _short(raw["short"]),
            "found": tuple(raw["found"]),
            "statement": raw["statement"] and _statement(raw["statement"]),
        }
    )


def _walk(raw: Mapping[str, Any]) -> Walk:
    return Walk(**{**raw, "part": Part(**raw["part"])})


def _cover(raw: Mapping[str, Any]) -> Cover:
    orders = tuple((sort, direction) for sort, direction in raw["orders"])
    frames = tuple(_frame(frame) for frame in raw["frames"])
    return Cover(**{**raw, "frames": frames, "orders": orders, "short": _short(raw["short"])})


def _frame(raw: Mapping[str, Any]) -> Frame:
    return Frame(**{**raw, "part": Part(**raw["part"]), "walk": raw["walk"] and _walk(raw["walk"])})


def _short(raw: list[Mapping[str, Any]]) -> tuple[Shortfall, ...]:
    return tuple(Shortfall(**one) for one in raw)


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(**{**raw, "short": _short(raw["short"])})
