from __future__ import annotations

from serinus.judge.verdict import Share


def test_a_share_without_requests_is_zero() -> None:
    assert Share(0, 0).value == 0
    assert Share(1, 4).value == 0.25
