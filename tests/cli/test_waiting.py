from __future__ import annotations

import pytest

from serinus.cli.waiting import Ended, how


@pytest.mark.parametrize(
    ("phase", "outcome", "paused", "ended"),
    [
        ("Promoted", "promoted", False, Ended.PROMOTED),
        ("RolledBack", "rolled back", False, Ended.ROLLED_BACK),
        ("RolledBack", "aborted", False, Ended.STOPPED_BY_A_PERSON),
        ("RolledBack", "superseded", False, Ended.STOPPED_BY_A_PERSON),
        ("AwaitingApproval", "", True, Ended.AWAITING_APPROVAL),
        ("Analysing", "", False, None),
        ("Idle", "", False, None),
    ],
)
def test_each_end_has_its_own_exit_code(phase: str, outcome: str, paused: bool, ended: Ended | None) -> None:
    assert how(phase, outcome, paused=paused) is ended


def test_exit_codes_are_a_promise() -> None:
    assert [int(code) for code in Ended] == [0, 3, 4, 5, 6]
