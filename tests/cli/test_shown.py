from __future__ import annotations

import json

import pytest
import yaml

from serinus.cli.options import Format
from serinus.cli.shown import age, columns, row, table, written
from serinus.kube.columns import RELEASE_COLUMNS
from tests.cli.builders import a_standing

STARTED = 1000.0


def test_the_columns_are_those_of_kubectl_get() -> None:
    theirs = [one["name"].upper() for one in RELEASE_COLUMNS if not one["priority"]]
    wide = [one["name"].upper() for one in RELEASE_COLUMNS if one["priority"]]

    assert columns(Format.TEXT, everywhere=False) == ("NAME", *theirs)
    assert columns(Format.WIDE, everywhere=False) == ("NAME", *theirs, *wide)
    assert columns(Format.TEXT, everywhere=True) == ("NAMESPACE", "NAME", *theirs)


def test_a_row_holds_where_the_release_stands() -> None:
    shown = row(a_standing(message="Why.").document, STARTED + 90)

    assert shown == {
        "NAMESPACE": "default",
        "NAME": "notification",
        "PHASE": "Analysing",
        "STEP": "1/3",
        "WEIGHT": "25",
        "MEASURED": "25.1 % (21.0–29.0)",
        "VERDICT": "fail",
        "AGE": "90s",
        "REASON": "Undecided",
        "STABLE": "V1",
        "CANARY": "V2",
        "MESSAGE": "Why.",
    }


def test_a_resource_that_nobody_has_acted_on_is_a_row_of_its_name() -> None:
    shown = row({"metadata": {"name": "n"}}, 0.0)

    assert {value for name, value in shown.items() if name != "NAME"} == {""}


def test_paused_and_held_come_before_the_phase() -> None:
    assert row(a_standing(paused=True, held=True).document, 0.0)["PHASE"] == "Paused (Analysing)"
    assert row(a_standing(held=True).document, 0.0)["PHASE"] == "Held (Analysing)"


def test_a_table_is_aligned_and_cuts_nothing() -> None:
    rows = [{"A": "x", "B": "long " * 60}, {"A": "longer", "B": "y"}]

    assert table(("A", "B"), rows).splitlines() == ["A        B", f"x        {('long ' * 60).rstrip()}", "longer   y"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, "0s"), (59, "59s"), (119, "119s"), (120, "2m"), (7200, "2h"), (200000, "2d")]
)
def test_ages_are_written_as_kubectl_writes_them(seconds: float, expected: str) -> None:
    assert age(seconds) == expected


def test_documents_are_written_as_one_line_of_json_as_yaml_or_as_names() -> None:
    document = json.loads(json.dumps(a_standing().document))
    both = {"kind": "List", "items": [document, document]}

    said = written(document, Format.JSON)
    assert "\n" not in said
    assert json.loads(said) == document
    assert yaml.safe_load(written(document, Format.YAML)) == json.loads(said)
    assert written(document, Format.NAME) == "canaryrelease.serinus.dev/notification"
    assert written(both, Format.NAME).count("\n") == 1
