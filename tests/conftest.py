"""What holds for every test: Hypothesis draws the same examples in every run, and time is no criterion."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("fixed")
