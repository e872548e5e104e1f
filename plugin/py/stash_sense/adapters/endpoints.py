"""What a server is called, however its address is written: for its limits, and for the ids of its people."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(address: str) -> str:
    """Host name of an address in lower case, with the port where it is not the usual one; never user name, password or key.

    "" for what is no address.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port not in {None, {"http": 80, "https": 443}.get(parts.scheme)} else name
