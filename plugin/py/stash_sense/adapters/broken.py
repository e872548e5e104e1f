"""What lies behind an error of the requests package."""

from __future__ import annotations


def connection_error(err: BaseException) -> ConnectionError:
    """ConnectionRefusedError if that is at the bottom of it; requests hides who ended the talk some levels deep."""
    cause: BaseException | None = err
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return ConnectionRefusedError("refused")
        reason = getattr(cause, "reason", None) or (cause.args[0] if cause.args else None)
        cause = cause.__cause__ or cause.__context__ or (reason if isinstance(reason, BaseException) else None)
    return ConnectionError(type(err).__name__)
