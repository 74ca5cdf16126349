"""The operator's decisions leave by UDP and are found through an unmodified boto3, apart from the versions' traffic."""

from __future__ import annotations

import json
from typing import Any

from serinus.cli.operator import daemon
from serinus.traces.collect import expression
from serinus.tracestore.server import Addresses
from tests.contracts.documents import now
from tests.contracts.servers import until
from tests.traces.test_decisions import TRACES, rolled_back


def test_a_decision_is_found_by_its_release_and_is_no_traffic_of_the_versions(xray: Addresses, client: Any) -> None:
    decisions = daemon({"AWS_XRAY_DAEMON_ADDRESS": xray.daemon})
    assert decisions is not None
    at = now()
    decisions.tell(*rolled_back(), at - 0.25, at)
    decisions.close()

    def found(filtered: str) -> list[dict[str, Any]]:
        asked = {"StartTime": at - 60, "EndTime": now() + 1, "FilterExpression": filtered}
        summaries: list[dict[str, Any]] = client.get_trace_summaries(**asked)["TraceSummaries"]
        return summaries

    (summary,) = until(lambda: found('annotation.release = "notification" AND annotation.phase = "Restoring"'))
    (trace,) = client.batch_get_traces(TraceIds=[summary["Id"]])["Traces"]
    (segment,) = [json.loads(one["Document"]) for one in trace["Segments"]]
    assert segment["name"] == "serinus"
    assert segment["metadata"]["serinus"]["traces"][0] == TRACES[0]
    assert found('annotation.weight = 0 AND annotation.verdict = "fail"')
    assert found(expression(("V1-Notification-Microservice", "V2-Notification-Microservice"))) == []
