"""The task “Set up model pack”: accepted, downloaded, tried out; then “Update gallery” goes over to it.

Standard library only, as everything that may run before the packages work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from stash_sense.errors import SetupError
from stash_sense.settings import names_in

log = logging.getLogger(__name__)

FETCHED = 0.95  # how far the progress bar is after the download


class PackOnOffer(Protocol):
    """What is known of a pack before it is downloaded. terms: what the user has to accept; None: nothing. size: bytes to download."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def terms(self) -> str | None: ...
    @property
    def terms_url(self) -> str | None: ...
    @property
    def runtimes(self) -> frozenset[str]: ...
    @property
    def size(self) -> int: ...
    @property
    def provisional(self) -> bool: ...


Pack = TypeVar("Pack", bound=PackOnOffer)


class PackShop(Protocol, Generic[Pack]):
    def look_up(self, choice: str) -> Pack:
        """Raises SetupError if there is no such pack."""
        ...

    def is_whole(self, pack: Pack) -> bool:
        """Whether its models are there, undamaged."""
        ...

    def fetch(self, pack: Pack, progress: Callable[[float, float], None]) -> None:
        """Downloads what is missing. Raises SetupError, ServerError; a second call goes on where the first was cut off."""
        ...

    def try_out(self, pack: Pack, runtime: str) -> None:
        """Raises SetupError if the models do not work here."""
        ...


def set_up_pack(
    shop: PackShop[Pack], choice: str, *, accepted: bool, runtime: str, progress: Callable[[float, float], None]
) -> Pack:
    """Brings the pack about that the setting model_pack calls `choice`. accepted: the user has accepted its terms.

    Raises SetupError, ServerError with what to do.
    """
    pack = shop.look_up(choice)
    if runtime not in pack.runtimes:
        raise SetupError(runs_elsewhere(pack, runtime))
    if pack.terms and not accepted:
        raise SetupError(needs_consent(pack))
    if pack.size and not shop.is_whole(pack):
        log.info("downloading the model pack %s, %d MB", pack.name, pack.size / 1e6)
        shop.fetch(pack, lambda done, total: progress(FETCHED * done / max(total, 1), 1.0))
    progress(FETCHED, 1.0)
    shop.try_out(pack, runtime)
    progress(1.0, 1.0)
    return pack


def runs_elsewhere(pack: PackOnOffer, runtime: str) -> str:
    """Why it cannot be used here."""
    wanted = " or ".join(sorted(pack.runtimes))
    return (
        f"The model pack “{pack.name}” runs in {wanted} only, and here the models run in {runtime}: choose “compact”."
    )


def needs_consent(pack: PackOnOffer) -> str:
    """What to accept and how."""
    where = f" ({pack.terms_url})" if pack.terms_url else ""
    return (
        f"{pack.terms}{where} If you accept that, press the button of {pack.name} under “Model packs” on the settings page of Stash Sense; "
        "or add its name to the setting “Accepted model licences”, then run “Set up model pack”."
    )


def accepts(names: str, pack: str) -> bool:
    """Whether the setting accept_licence, names separated by commas, holds `pack`."""
    return pack.casefold() in names_in(names)
