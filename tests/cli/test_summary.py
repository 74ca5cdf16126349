from __future__ import annotations

import io
import json

from rich.console import Console

from serinus.cli.summary import Counted, Ending, document, drawn
from tests.cli.builders import TRACE, a_run


def an_ending(outcome: str) -> Ending:
    return Ending(
        outcome=outcome,
        reason="HarmFound",
        message="Harm found: faults 0.1 % → 5.0 %.",
        run=a_run(outcome),
        counted=Counted(1420, 0, 20, 31, 31, 0, 0, 9000, 0, {"V1": 20, "V2": 11}),
        traces=(TRACE,),
        duration_s=61.234,
        directory="state",
        store="traces.duckdb",
        record="run.json",
    )


def test_the_document_holds_what_a_program_asks_for() -> None:
    said = json.loads(json.dumps(document(an_ending("rolled back"))))

    assert said["outcome"] == "rolled back"
    assert said["steps"][0]["weight"] == 25
    assert said["steps"][0]["applied"] == 25.0
    assert said["steps"][0]["measured"] == {
        "share": 0.251,
        "low": 0.21,
        "high": 0.29,
        "requests": 1400,
        "agrees": True,
    }
    assert said["steps"][0]["routed"] == {"share": 0.25, "requests": 1400}
    assert said["mail"] == {"created": 31, "delivered": 31, "lost": 0, "duplicates": 0, "by": {"V1": 20, "V2": 11}}
    assert said["requests"] == {"total": 1420, "failed": 0, "faults": 20, "statuses": {}}
    assert said["traces"] == {"segments": 9000, "rejected": 0, "examples": [TRACE]}
    assert said["duration_s"] == 61.2
    check = said["verdict"]["checks"][0]
    assert check["stable"] == {"events": 1, "requests": 1000}
    assert check["canary"] == {"events": 20, "requests": 400}
    assert check["difference"] == {"low": 0.02, "estimate": 0.049, "high": 0.09}
    assert said["verdict"]["false_alarm"] == 0.01


def test_the_closing_lines_begin_with_the_outcome() -> None:
    text = io.StringIO()

    Console(file=text, width=200).print(drawn(an_ending("promoted")))

    assert text.getvalue().startswith("✔ promoted after 61 s")
    assert "31 delivered (20 by V1, 11 by V2), 0 lost, 0 duplicates" in text.getvalue()
