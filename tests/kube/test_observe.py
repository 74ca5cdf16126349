"""From plain objects to the World."""

from __future__ import annotations

import msgspec

from serinus.kube.kinds import COMMAND, Json
from serinus.kube.observe import LONGEST_WISH, command_of, misspelt, remembered
from serinus.release.run import Entry, Run
from serinus.release.status import Status
from serinus.release.world import Command, Verb

ENTRY = Entry(1000.0, "Scaling", "PodsNotReady", "0 of 1")


def commanded(verb: Verb) -> dict[str, str]:
    """The annotation."""
    return {COMMAND: msgspec.json.encode(Command("c1", verb, "ana", "because")).decode()}


def a_document(annotation: str | None) -> Json:
    return {"metadata": {"annotations": {COMMAND: annotation} if annotation else {}}}


def test_a_command_is_read_from_the_annotation() -> None:
    document = {"metadata": {"annotations": commanded(Verb.ABORT)}}
    assert command_of(document) == Command("c1", Verb.ABORT, "ana", "because")
    assert misspelt(document) == ""


def test_a_command_that_cannot_be_read_is_none_and_says_why() -> None:
    document = a_document('{"id": "1", "verb": "destroy", "by": "ana", "reason": "x"}')
    assert command_of(document) is None
    assert "annotation serinus.dev/command" in misspelt(document)
    assert "destroy" in misspelt(document)


def test_the_words_of_a_command_are_cut_before_they_go_into_the_record() -> None:
    long = Command("i" * 2000, Verb.PAUSE, "b" * 2000, "r" * 2000)
    assert command_of(a_document(msgspec.json.encode(long).decode())) == Command(
        "i" * LONGEST_WISH, Verb.PAUSE, "b" * LONGEST_WISH, "r" * LONGEST_WISH
    )


def test_no_annotation_is_no_command() -> None:
    assert command_of(a_document(None)) is None
    assert command_of({"metadata": {}}) is None


def test_a_new_release_remembers_what_its_records_say() -> None:
    runs = [
        Run(number=1, canary_version="a", outcome="promoted"),
        Run(number=2, canary_version="b", outcome="rolled back"),
        Run(number=3, canary_version="c", outcome="aborted"),
        Run(number=4, canary_version="d", timeline=(ENTRY, ENTRY)),
    ]
    assert remembered(runs) == Status(run=4, promoted="a", rejected=("b", "c"))
    assert remembered([]) == Status()


def test_a_run_that_was_only_begun_begins_once_more_under_its_number() -> None:
    """The controller was killed between the first record and the first status."""
    runs = [Run(number=1, outcome="promoted", canary_version="a"), Run(number=2, timeline=(ENTRY,))]
    assert remembered(runs) == Status(run=1, promoted="a")
