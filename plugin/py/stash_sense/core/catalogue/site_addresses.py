"""Which sites the user has allowed, and which of a person's addresses lie there."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from stash_sense.core.identity.address import host_of, parse_address


def hosts_of(text: str) -> list[str]:
    """The hosts of the setting reference_sites, in its order: names or whole addresses, separated by commas or blanks."""
    found = []
    for part in re.split(r"[,;\s]+", text):
        address = parse_address(part)
        host = address.host if address is not None else host_of(part) if part else None
        if host is not None:
            found.append(host)
    return list(dict.fromkeys(found))


def pages_on(host: str, urls: Sequence[str]) -> list[str]:
    """Those of a person's addresses that lie on the host, as written."""
    return [url for url in urls if (found := parse_address(url)) is not None and _below(found.host, host)]


def is_covered(url: str, readable: Collection[str]) -> bool:
    """True if an installed scraper reads this address: Stash looks for these parts in it."""
    return any(part in url for part in readable)


def _below(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
