"""The log of evidence: what is found again, and what a crash, a gap or a change leaves behind."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from serinus.errors import RecordError
from serinus.judge.journal import Again, Entry, Look, Note, again, digest, look_line, opening_line, seen
from serinus.judge.judge import Evidence
from serinus.judge.policy import Margin, Policy
from serinus.judge.replay import replay as ticks_of
from serinus.judge.verdict import VerdictOutcome
from tests.judge.test_replay import stream

OTHER = Policy(faults=Margin(1.0, 0.0))


def entries() -> list[Entry]:
    """A run as the controller sees it; at its third look X-Ray did not answer."""
    policy = Policy()
    looks = [Look(tick.t, tick.window, tick.stage) for tick in ticks_of(stream(0.01), policy)]
    looks.insert(2, Look(looks[1].now + 1, unread="The traces cannot be read: connection refused"))
    found, evidence = [], Evidence()
    for look in looks:
        after, verdict = seen(evidence, look, policy)
        found.append(Entry(policy, evidence, look, after, verdict))
        evidence = after
    return found


def log(found: list[Entry]) -> list[bytes]:
    """What one process writes."""
    return [opening_line(found[0]), *(look_line(entry, number) for number, entry in enumerate(found, 1))]


def read(lines: list[bytes], instead: Policy | None = None) -> tuple[list[Again], list[Note]]:
    found = list(again(lines, instead))
    return [one for one in found if isinstance(one, Again)], [one for one in found if isinstance(one, Note)]


def test_every_verdict_is_found_again_to_the_digit() -> None:
    written = entries()
    looks, notes = read(log(written))

    assert notes == []
    assert [msgspec.json.encode(one.verdict) for one in looks] == [
        msgspec.json.encode(entry.verdict) for entry in written
    ]
    assert all(one.agrees for one in looks)
    assert looks[2].verdict.outcome is VerdictOutcome.ERROR
    assert looks[-1].held[-1].evidence == written[-1].after


def test_what_was_logged_and_not_saved_is_judged_anew_and_counts_once() -> None:
    written = entries()
    whole, _ = read(log(written))
    looks, notes = read([*log(written[:6]), look_line(written[5], 7), *log(written[5:])])

    assert notes == []
    assert all(one.agrees for one in looks)
    assert (len(looks), looks[-1].verdict) == (len(whole) + 2, whole[-1].verdict)


def test_a_line_that_a_crash_cut_off_is_noted_and_passed_over() -> None:
    written = entries()
    lines = log(written)
    cut = lines[5][:100]
    looks, notes = read([*lines[:5], cut + b"\n", *log(written[4:]), lines[-1][:50]])

    assert [note.number for note in notes] == [6, 6 + 1 + len(written) - 4 + 1]
    assert not any(note.gap for note in notes)
    assert all(one.agrees for one in looks)


def test_a_line_that_is_broken_without_a_crash_is_refused() -> None:
    lines = log(entries())
    with pytest.raises(RecordError, match="line 6: "):
        read([*lines[:5], b'{"line": "look"', *lines[6:]])
    with pytest.raises(RecordError, match="line 2: "):
        read([lines[0], b"{", b"{"])
    with pytest.raises(RecordError, match="line 1: the log does not begin with an opening"):
        read(lines[1:])


def test_a_look_that_is_missing_is_a_gap_at_its_line() -> None:
    lines = log(entries())
    looks, notes = read([*lines[:5], *lines[6:]])

    assert [(note.number, note.gap) for note in notes] == [(6, True)]
    assert not looks[-1].agrees


def test_a_look_that_found_no_evidence_is_missed_too() -> None:
    lines = log(entries())
    _, notes = read([*lines[:3], *lines[4:]])

    assert [(note.number, note.gap) for note in notes] == [(4, True)]


def test_a_process_that_begins_from_other_evidence_leaves_a_gap_and_goes_on_from_there() -> None:
    written = entries()
    lines = log(written)
    looks, notes = read([*lines[:4], *log(written[8:])])

    assert [(note.number, note.gap) for note in notes] == [(5, True)]
    assert all(one.agrees for one in looks)


def test_a_log_whose_older_part_is_gone_begins_with_the_evidence_so_far() -> None:
    written = entries()
    looks, notes = read(log(written[7:]))

    assert [note.gap for note in notes] == [False]
    assert "the log begins at" in notes[0].text
    assert all(one.agrees for one in looks)


def test_the_first_look_that_differs_is_the_one_that_was_changed() -> None:
    written = entries()
    changed = replace(written[4], verdict=replace(written[4].verdict, e_total=7.0))
    looks, _ = read(log([*written[:4], changed, *written[5:]]))

    assert [place for place, one in enumerate(looks) if not one.agrees] == [4]
    assert (looks[4].said.e_total, looks[4].again.e_total) == (7.0, written[4].verdict.e_total)


def test_a_policy_that_changed_is_in_force_from_its_opening_on() -> None:
    before = entries()[:5]
    look = replace(before[-1].look, now=before[-1].look.now + 1)
    after, verdict = seen(before[-1].after, look, OTHER)
    changed = Entry(OTHER, before[-1].after, look, after, verdict)
    looks, notes = read([*log(before), *log([changed])])

    assert notes == []
    assert looks[-1].agrees
    assert looks[-1].held[-1].evidence.limits != before[-1].after.limits


def test_another_policy_can_be_asked_for_instead() -> None:
    looks, notes = read(log(entries()), Policy(false_alarm=0.2))

    assert notes == []
    assert not looks[-1].agrees
    assert looks[-1].verdict.false_alarm == 0.2


def test_a_digest_differs_with_the_last_digit() -> None:
    one = entries()[-1].after
    assert digest(one) == digest(msgspec.json.decode(msgspec.json.encode(one), type=Evidence))
    assert digest(one) != digest(replace(one, complete_to=one.complete_to + 1e-6))
