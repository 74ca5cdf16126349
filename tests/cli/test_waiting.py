from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from serinus.cli import waiting
from serinus.cli.source import Standing
from serinus.cli.waiting import Ended, Mine, how, how_it_stands, watched
from serinus.errors import ClusterError
from serinus.release.status import Phase
from tests.cli.builders import Releases, a_run, a_standing

FOREVER, OVER = 1e12, 0.0
ANY = Mine()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_S", 0.0)


def promoted(**of: Any) -> Standing:
    return a_standing(a_run("promoted"), phase=Phase.PROMOTED, reason="Promoted", message="All traffic.", **of)


def wait(*standings: Standing | Exception, mine: Mine = ANY, limit: float = FOREVER, **more: Any) -> tuple[Ended, str]:
    return watched(Releases(*standings), "notification", mine, limit, fail_on_pause=False, **more)


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


def test_it_waits_for_the_end_and_says_why() -> None:
    assert wait(a_standing(), promoted()) == (Ended.PROMOTED, "Promoted: All traffic.")


def test_the_end_of_the_version_before_is_not_taken_for_this_ones() -> None:
    fresh = promoted(version="V3", images=("V3",))
    ended = a_standing(a_run(), version="V3", canary_version="V3", phase=Phase.ROLLED_BACK)

    assert wait(fresh, ended)[0] is Ended.ROLLED_BACK


def test_a_version_that_was_rejected_or_promoted_before_begins_no_run() -> None:
    def stands(**status: Any) -> Ended | None:
        return how_it_stands(promoted(version="V3", **status), Mine(), fail_on_pause=False)

    assert stands(rejected=("V3",)) is Ended.ROLLED_BACK
    assert stands(promoted="V3") is Ended.PROMOTED
    assert stands() is None


def test_my_image_is_waited_for_until_it_is_there() -> None:
    mine = Mine(image="V3")
    ended = promoted(version="V3", canary_version="V3", images=("sidecar", "V3"))

    assert wait(promoted(), ended, mine=mine)[0] is Ended.PROMOTED
    assert wait(promoted(), mine=mine, limit=OVER) == (Ended.UNDECIDED, "timed out: the canary runs V2, not V3")


def test_another_image_in_place_of_mine_has_superseded_it() -> None:
    ended = wait(a_standing(), a_standing(images=("V3",)), mine=Mine(image="V2"))

    assert ended == (Ended.STOPPED_BY_A_PERSON, "superseded: the canary runs V3 now")


def test_my_generation_is_waited_for_until_the_operator_has_seen_it() -> None:
    seen = promoted()
    seen.document["status"]["observedGeneration"] = 7

    assert wait(promoted(), seen, mine=Mine(generation=7))[0] is Ended.PROMOTED
    said = "timed out: generation 7 was seen by the operator, not yet 8"
    assert wait(seen, mine=Mine(generation=8), limit=OVER) == (Ended.UNDECIDED, said)


def test_when_the_time_is_over_it_is_undecided_with_the_reason_so_far() -> None:
    ended = wait(a_standing(message="Needs 400 more."), limit=OVER)

    assert ended == (Ended.UNDECIDED, "timed out: Undecided: Needs 400 more.")


def test_a_cluster_that_does_not_answer_for_a_while_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert wait(a_standing(), ClusterError("get: 503"), promoted())[0] is Ended.PROMOTED
    assert capsys.readouterr().err == "serinus: get: 503; trying again\n"


def test_a_cluster_that_does_not_answer_at_first_or_for_ever_is_an_error() -> None:
    with pytest.raises(ClusterError):
        wait(ClusterError("get: 403"))
    with pytest.raises(ClusterError):
        wait(a_standing(), ClusterError("get: 403"), limit=3.0, clock=count().__next__)


@pytest.mark.parametrize("status", [{"held": True}, {"paused": True}, {"phase": Phase.AWAITING_APPROVAL}])
def test_whatever_waits_for_a_person_ends_it_where_that_was_asked(status: dict[str, Any]) -> None:
    waits = a_standing(**status)

    assert how_it_stands(waits, Mine(), fail_on_pause=True) is Ended.AWAITING_APPROVAL
    assert how_it_stands(waits, Mine(), fail_on_pause=False) is None


def test_of_a_demo_that_has_ended_nothing_is_awaited_but_what_it_came_to_is_told() -> None:
    left, over = Releases(a_standing(message="Needs 400 more.")), Releases(promoted())
    left.over = over.over = "this demo has ended"

    ended = watched(left, "notification", ANY, FOREVER, fail_on_pause=False)

    assert ended == (Ended.UNDECIDED, "this demo has ended: Undecided: Needs 400 more.")
    assert watched(over, "notification", ANY, FOREVER, fail_on_pause=False)[0] is Ended.PROMOTED
