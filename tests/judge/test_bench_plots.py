"""What the page says of the bench follows from the bench's rows."""

from __future__ import annotations

from bench.judge_plots import even_course, faster, race, table, with_table
from bench.judge_runs import Row

from serinus.judge.verdict import VerdictOutcome


def timed(rule: str, seconds: float | None) -> Row:
    return Row("faults", "tenfold", rule, 9, {"median s": seconds})


def equal(rule: str, case: str, wrong: float) -> Row:
    return Row("A/A", case, rule, 9, {"false rollback %": wrong})


ROWS = (
    *(equal(rule, "0.1 %", 0.0) for rule in ("default", "strict", "hasty", "lucky", "late")),
    equal("hasty", "1 %", 100.0),
    *(timed(rule, at) for rule, at in (("default", 60.0), ("strict", 30.0), ("hasty", 5.0), ("lucky", 40.0))),
    *(timed(rule, at) for rule, at in (("late", 600.0), ("never", None))),
)


def test_a_rule_that_is_sooner_is_named_with_its_price_and_no_other() -> None:
    hasty, lucky = faster(ROWS)
    assert hasty == (
        "- *hasty* is sooner than *default* or *strict* in tenfold: 5 s. It rolls back 100 % of sound canaries (1 %)."
    )
    assert "*lucky*" in lucky
    assert lucky.endswith("there it is better.")


def test_the_race_shows_the_worst_case_of_each_rule() -> None:
    drawn = race(ROWS, "tenfold")
    assert "100 %" in drawn
    assert "never" in drawn


def test_the_table_replaces_what_stood_between_the_marks() -> None:
    page = with_table("a\n<!-- measured -->\nstale\n<!-- /measured -->\nb\n", table(ROWS, 40, "c0de"))
    assert "stale" not in page
    assert page.startswith("a\n")
    assert page.endswith("b\n")
    assert "--runs 40" in page


def test_an_even_course_is_decided_once() -> None:
    sound, harmed = ([outcome for _, outcome in even_course(share, 2000)] for share in (0.0002, 0.02))
    assert (sound[0], sound[-1]) == (VerdictOutcome.INSUFFICIENT, VerdictOutcome.PASS)
    assert (harmed[0], harmed[-1]) == (VerdictOutcome.INSUFFICIENT, VerdictOutcome.FAIL)
