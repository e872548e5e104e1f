"""A stash-box server behind the port of the gallery builder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stash_sense.adapters.stash.config import StashBoxConfig
from stash_sense.adapters.stashbox.answers import Answer, SilentRefusalError, UnknownNameError
from stash_sense.adapters.stashbox.client import BoxClient, Patience
from stash_sense.adapters.stashbox.features import Features, read_features
from stash_sense.adapters.stashbox.limiter import Limiter
from stash_sense.adapters.stashbox.performers import page_document, page_input, page_of, people_document, person_of
from stash_sense.adapters.stashbox.scenes import cast_of, casts_document
from stash_sense.core.catalogue.values import Ask, BoxPerson, Page
from stash_sense.errors import RefusedError, ServerError

log = logging.getLogger(__name__)

LARGE_PAGE = 100  # a larger page may be refused by a server, or by a proxy before it that has had enough
BATCH = 100  # look-ups in one request: 1 to 2 s of a stash-box's time
STEP = 4  # so many times fewer after a refusal, until 1
GROW_AFTER = 20  # good answers, after a silence that may have been a moment's
UNKNOWN_ID = ("uuid", "not found", "no query results", "invalid id")  # faults that say: I have no such row


def open_box(config: StashBoxConfig, *, limiter: Limiter, patience: Patience | None = None) -> StashBox:
    """Sends nothing yet. Raises SetupError for an address or a key that cannot be one."""
    return StashBox(BoxClient(config, limiter, patience))


class StashBox:
    """Implements usecases.box_ports.Box."""

    def __init__(self, client: BoxClient) -> None:
        self._client = client
        self._batch = _Batch()
        self._known: Features | None = None

    @property
    def endpoint(self) -> str:
        return self._client.endpoint

    @property
    def host(self) -> str:
        return self._client.host

    @property
    def requests(self) -> int:
        return self._client.requests

    def close(self) -> None:
        """Ends the kept connections."""
        self._client.close()

    def supports(self, feature: str) -> bool:
        """See Box; also "pages", "deleted", "merged_ids", "scenes", "scene_count", "filter gender", "filter birth_year", "filter name"."""
        return self._features().supports(feature)

    def page(self, ask: Ask) -> Page:
        features = self._features()
        if not features.supports("pages"):
            raise RefusedError(
                f"{self.host} gives no lists of people, so it can only be asked about ones already known."
            )
        answer = self._ask(
            lambda: (page_document(features), page_input(ask, features)), large=ask.per_page > LARGE_PAGE
        )
        with _decoding(self.host):
            return page_of(answer.data)

    def people(self, box_ids: Sequence[str]) -> Mapping[str, BoxPerson | None]:
        with _decoding(self.host):
            return {
                box_id: None if row is None else person_of(row, self.endpoint)
                for box_id, row in self._look_up(
                    box_ids, lambda count: people_document(count, self._features())
                ).items()
            }

    def casts(self, scene_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        if not self.supports("scenes"):
            return {}
        with _decoding(self.host):
            rows = self._look_up(scene_ids, casts_document)
            return {scene_id: cast_of(row) for scene_id, row in rows.items() if row is not None}

    def _features(self) -> Features:
        if self._known is None:
            with _decoding(self.host):
                self._known = read_features(self._client)
        return self._known

    def _ask(self, build: Callable[[], tuple[str, Mapping[str, Any]]], *, large: bool, parts: bool = False) -> Answer:
        """build: makes the request from the features as they are known then; each refused name leaves one out."""
        while True:
            document, variables = build()
            try:
                return self._client.ask(document, variables, large=large, parts=parts)
            except UnknownNameError as err:
                self._features().refuse(err)

    def _look_up(self, ids: Sequence[str], document: Callable[[int], str]) -> dict[str, Mapping[str, Any] | None]:
        """The row of each id that the server answers; None where it has none."""
        left = list(dict.fromkeys(ids))
        found: dict[str, Mapping[str, Any] | None] = {}
        while left:
            some = left[: self._batch.size]
            try:
                found.update(self._some(some, document))
            except UnknownNameError:
                raise
            except RefusedError as err:
                if len(some) == 1:
                    raise
                self._batch.refused(len(some), for_good=not isinstance(err, SilentRefusalError))
                log.info("%s refuses %d look-ups at once, now %d", self.host, len(some), self._batch.size)
            else:
                self._batch.answered()
                left = left[len(some) :]
        return found

    def _some(self, ids: Sequence[str], document: Callable[[int], str]) -> dict[str, Mapping[str, Any] | None]:
        variables = {f"i{number}": one for number, one in enumerate(ids)}
        answer = self._ask(lambda: (document(len(ids)), variables), large=len(ids) > 1, parts=True)
        faults = {fault.part: fault.message for fault in answer.faults}
        found: dict[str, Mapping[str, Any] | None] = {}
        for number, one in enumerate(ids):
            row, fault = answer.data.get(f"p{number}"), faults.get(f"p{number}", "")
            if row is not None or not fault or any(words in fault.lower() for words in UNKNOWN_ID):
                found[one] = row
            else:
                log.debug("%s: %s: %s", self.host, one, fault)
        if len(ids) > 1 and not found:
            raise ServerError(
                f"{self.host} answers none of our questions ({next(iter(faults.values()))}). Start this again later."
            )
        return found


@dataclass(slots=True)
class _Batch:
    """How many look-ups go into one request."""

    size: int = BATCH
    most: int = BATCH
    good: int = 0

    def refused(self, asked: int, *, for_good: bool) -> None:
        """for_good: the server said that it was too much; else it only kept silent."""
        self.size, self.good = max(1, asked // STEP), 0
        if for_good:
            self.most = self.size

    def answered(self) -> None:
        self.good += 1
        if self.good >= GROW_AFTER:
            self.size, self.good = min(self.size * STEP, self.most), 0


@contextmanager
def _decoding(host: str) -> Iterator[None]:
    """Turns an answer of another shape than the schema promises into a sentence."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise ServerError(
            f"{host} gave an answer of another shape than a stash-box's ({type(err).__name__}). Check that Stash Sense is up to date."
        ) from err
