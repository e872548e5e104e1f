"""Brings Stash in line with what is stored about a scene or image; the same after an analysis and after a new match."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from stash_sense.core.records import MediaKind
from stash_sense.errors import NotFoundError, RequestError
from stash_sense.usecases.decide import Choice, Desk

log = logging.getLogger(__name__)


def tell_stash(desk: Desk, kind: MediaKind, stash_id: str, automatic: Sequence[int] = ()) -> bool:
    """Accepts the tracks `automatic`, as the settings say, writes the tags, and notes that Stash has been told.

    False if the scene or image is gone from Stash: it is then forgotten. A performer or a tag that somebody has deleted meanwhile is no reason
    to forget anything: the track stays a suggestion, the tag is made anew.
    """
    try:
        for track_id in automatic:
            _accept(desk, Choice(kind, stash_id, track_id, "accept", actor="auto"))
        _tag(desk, kind, stash_id)
    except NotFoundError:
        if desk.still_there(kind, stash_id):
            raise
        with desk.stores.transaction():
            desk.stores.media.forget(kind, stash_id)
        return False
    with desk.stores.transaction():
        if media := desk.stores.media.get(kind, stash_id):
            desk.stores.media.set_told(media.id)
    return True


def _accept(desk: Desk, choice: Choice) -> None:
    try:
        desk.decide(choice)
    except (NotFoundError, RequestError) as err:
        if not desk.still_there(choice.kind, choice.stash_id):
            raise
        log.warning("%s %s: nobody was added by itself: %s", choice.kind, choice.stash_id, err)


def _tag(desk: Desk, kind: MediaKind, stash_id: str) -> None:
    try:
        desk.write_tags(kind, stash_id)
    except NotFoundError:
        if not desk.still_there(kind, stash_id):
            raise
        desk.write_tags(kind, stash_id)  # a tag was deleted between the look and the write; a fresh look finds that out
