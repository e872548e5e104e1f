"""For every test: property tests run the same examples each time and are never judged by the clock."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
