"""What every store is: statements over the connection that the use case opened."""

from __future__ import annotations

import sqlite3


class Store:
    """No dataclass, though it looks like one: each would cost an operation a millisecond to define."""

    __slots__ = ("db",)

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
