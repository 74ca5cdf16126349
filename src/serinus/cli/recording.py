"""`serinus observations`: what the judge was given in a release's present run, from the X-Ray API. In: a release.
Out: NDJSON on stdout, one request or change of weight a line, for `serinus replay --observations`.
"""

from __future__ import annotations

import sys
import time

from serinus.cli.options import (
    ContextOption,
    EndpointOption,
    KubeconfigOption,
    NamespaceOption,
    StateOption,
    Where,
)
from serinus.cli.where import OnlyName, endpoint, on_cluster, source
from serinus.errors import InvalidInput


def observations(
    name: OnlyName = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Write the requests of a release's present run, one a line, for `serinus replay`.

    They are read from X-Ray, which keeps them for 30 days, a demo's while the demo runs. A run's log stays, and
    `serinus replay --run` reads that.
    """
    from serinus.cli.source import only
    from serinus.judge.recorded import line_of
    from serinus.release.durations import seconds
    from serinus.release.target import Target
    from serinus.traces.client import XRayClient
    from serinus.traces.recording import recorded

    where = Where(state, namespace, context, kubeconfig)
    found = source(where)
    standing = found.standing(only(found, name))
    run, spec = standing.seen.run, standing.seen.release.spec
    if not run.started:
        raise InvalidInput("NAME", "must be a release that has had a run", name or "")
    delay, tick = seconds(spec.traces.delay, "spec.traces.delay"), seconds(spec.analysis.tick, "spec.analysis.tick")
    target = Target(*standing.services, run.started, delay, tick, spec.traces.called_as)
    client = XRayClient(endpoint_url if on_cluster(where) else endpoint(endpoint_url, state))
    for item in recorded(client, target, run.ended or time.time(), run.weights):
        sys.stdout.buffer.write(line_of(item) + b"\n")
    sys.stdout.buffer.flush()
