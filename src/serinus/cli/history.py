"""What has been, for `serinus explain`: what people asked in the present run, and the release's runs by the names that
`serinus replay --run` takes. In: records. Out: text, "" where there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from serinus.cli.shown import age, table
from serinus.kube.conditions import timestamp
from serinus.kube.objects import run_name
from serinus.release.run import Run


def history(name: str, runs: tuple[Run, ...]) -> str:
    """`runs`: of the release `name`, newest first."""
    return "\n\n".join(_blocks(name, runs))


def _blocks(name: str, runs: tuple[Run, ...]) -> Iterator[str]:
    asked = [
        {"ASKED": one.asked, "BY": one.by, "AT": timestamp(one.at), "LED TO": f"{one.phase}: {one.reason}"}
        for one in (runs[0].timeline if runs else ())
        if one.asked
    ]
    if asked:
        yield table(tuple(asked[0]), asked)
    shown = [
        {
            "RUN": run_name(name, run.number),
            "OUTCOME": run.outcome or "goes on",
            "STABLE": run.stable_version,
            "CANARY": run.canary_version,
            "BEGAN": timestamp(run.started),
            "TOOK": age(run.ended - run.started) if run.ended else "",
        }
        for run in runs
    ]
    if shown:
        yield table(tuple(shown[0]), shown)
