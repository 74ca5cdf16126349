"""`serinus get`: one release as a tree. In: a release as it stands. Out: headline, sentence, traffic, versions, checks,
and what to type next.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from serinus.cli import comparisons
from serinus.cli.progress import SIGNS, Pods, Snapshot, phase, weights
from serinus.cli.shown import age
from serinus.cli.source import Json, Standing
from serinus.judge.verdict import Check, Reason, VerdictOutcome
from serinus.release.status import Phase

ENDS = {Phase.PROMOTED: VerdictOutcome.PASS, Phase.ROLLED_BACK: VerdictOutcome.FAIL}
HARMLESS = {*Reason, "NoRun", "PreflightPassed"}
TOLD = 3
HELD = (
    ("retry", "gives the step its time again"),
    ("promote", "goes on without the evidence"),
    ("abort", "takes all traffic off the canary"),
)
NO_SIGN = ("○", "dim")

Row = tuple[Text, str, Text, str]


def tree(standing: Standing) -> RenderableType:
    """Everything at one glance."""
    seen = standing.seen
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for name in ("NAME", "KIND", "STATUS", "INFO"):
        table.add_column(name, overflow="fold")
    for one in _rows(seen):
        table.add_row(*one)
    said = (Text(f"  {seen.status.message}"), *_hindered(standing.document))
    return Group(_headline(standing), *said, Text(), table, *_next(seen))


def _hindered(document: Json) -> Iterator[Text]:
    """What X-Ray's own state does to the run, with its remedy; what the judge says stands in the headline."""
    for each in document.get("status", {}).get("conditions", []):
        if each["type"] == "TelemetryHealthy" and each["reason"] not in HARMLESS:
            yield Text(f"  ⚠ {each['reason']}: {each['message']}", "yellow")


def sign(seen: Snapshot) -> tuple[str, str]:
    """Of the end if there is one, else of the verdict so far."""
    if seen.status.phase in ENDS:
        return SIGNS[ENDS[seen.status.phase]]
    return SIGNS[seen.run.verdict.outcome] if seen.status.run and seen.run.verdict else NO_SIGN


def _headline(standing: Standing) -> Text:
    seen, status = standing.seen, standing.seen.status
    mark, colour = sign(seen)
    metadata = seen.release.metadata
    versions = f"{status.stable_version} → {status.canary_version}" if status.run else "no run yet"
    parts = [f"{metadata.namespace}/{metadata.name}", versions, phase(status), status.reason]
    if status.run:
        parts += [f"step {status.step + 1}/{len(seen.release.spec.steps)}", age(seen.elapsed)]
    return Text.assemble((f"{mark} ", colour), ("   ".join(part for part in parts if part), "bold"))


def _rows(seen: Snapshot) -> Iterator[Row]:
    mark, colour = sign(seen)
    status = seen.status
    name = Text.assemble((f"{mark} ", colour), seen.release.metadata.name)
    yield name, "Release", Text(phase(status)), f"run {status.run}" if status.run else ""
    yield Text("├─ traffic"), "Split", *_traffic(seen)
    verdict = seen.run.verdict
    checks = [(check, comparisons.word(check, verdict)) for check in verdict.checks] if verdict else []
    yield _version("├─ canary", seen.release.spec.canary.deployment, status.canary_version, seen.canary)
    yield _version(
        "├─ stable" if checks else "└─ stable", seen.release.spec.stable.deployment, status.stable_version, seen.stable
    )
    if checks:
        yield Text("└─ checks"), "", Text(), ""
    for number, (check, word) in enumerate(checks, 1):
        yield _check("└─" if number == len(checks) else "├─", check, word)


def _traffic(seen: Snapshot) -> tuple[Text, str]:
    step = seen.run.steps[-1] if seen.run.steps else None
    if step is None or step.weight != seen.status.weight:
        return Text(), f"desired {seen.status.weight} %"
    agrees = step.measured.agrees if step.measured else None
    said = {True: Text("✔ verified", "green"), False: Text("✖ mismatch", "red"), None: Text("not measured yet")}
    return said[agrees], weights(step)


def _version(branch: str, deployment: str, version: str, pods: Pods) -> Row:
    healthy = pods.ready >= pods.desired
    state = Text("✔ ready", "green") if healthy and pods.desired else Text("" if healthy else "◔ not ready")
    return Text(f"{branch} {deployment}  {version}".rstrip()), "Deployment", state, f"{pods.ready}/{pods.desired} ready"


def _check(branch: str, check: Check, word: Text) -> Row:
    told = (comparisons.quantiles(check), comparisons.difference(check), comparisons.limit(check))
    info = f"{check.stable.value:.2%} → {check.canary.value:.2%}   {', '.join(filter(None, told))}"
    info += f"   needs ≈ {check.needed:,} canary requests" if check.needed else ""
    return Text(f"   {branch} {comparisons.name(check)} {check.stratum}".rstrip()), "Check", word, info


def _next(seen: Snapshot) -> Iterator[Text]:
    """What a person would type next."""
    name, status = seen.release.metadata.name, seen.status
    if status.phase is Phase.AWAITING_APPROVAL:
        yield Text(f"Next:  serinus promote {name} --reason …      serinus abort {name} --reason …")
    elif status.paused:
        yield Text(f"Next:  serinus resume {name} --reason …      serinus abort {name} --reason …")
    elif status.held:
        for verb, does in HELD:
            yield Text(f"Next:  serinus {verb} {name} --reason …      {does}")
    elif status.run:
        examples = seen.run.verdict.examples[:1] if seen.run.verdict else ()
        shown = "".join(f"      serinus traces {trace}" for trace in examples)
        yield Text(f"Next:  serinus explain {name}{shown}")
