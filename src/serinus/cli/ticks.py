"""What a replay says, line by line. In: verdicts. Out: text for people, JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from serinus.cli.options import Output

if TYPE_CHECKING:
    from serinus.judge.verdict import Verdict


def tick_line(t: float, verdict: Verdict, begin: float, output: Output, **more: object) -> str:
    """What was said at `t`, for people in seconds since `begin` (both epoch s); `more`: fields for programs."""
    import msgspec

    if output is Output.TEXT:
        return f"{t - begin:8.1f} s  {verdict.outcome:<12}  {verdict.sentence}"
    fields = msgspec.to_builtins(verdict)
    shown = {key: fields[key] for key in ("e_total", "reason", "sentence", "needed", "checks", "split")}
    return json.dumps({"t": t, "verdict": fields["outcome"], **shown, **more}, ensure_ascii=False)


def closing(last: dict[str, Any]) -> str:
    """The last lines for people."""
    return (
        f"\n{last['verdict']}: {last['reason']}\n{last['requests']:,} requests, {last['canary_requests']:,} of "
        "them to the canary."
    )
