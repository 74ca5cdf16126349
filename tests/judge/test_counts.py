from __future__ import annotations

from serinus.judge.counts import Counts, counts_of
from serinus.judge.observation import Arm, Block


def test_blocks_add_up() -> None:
    block = Block("GET /a", 0.0, 5.0, 0.25, Arm(30, 1), Arm(10, 2))
    assert counts_of((block, block)) == Counts(60, 2, 20, 4)


def test_the_share_is_the_realised_one() -> None:
    assert Counts(30, 0, 10, 0).share == 0.25
    assert Counts().share == 0
