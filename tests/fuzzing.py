"""How schemathesis asks a server of ours. In: how many cases. Out: settings, and what every answer is checked for."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, Phase, settings

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
]
SHAPED = schemathesis.checks.response_schema_conformance


def bounded(cases: int) -> settings:
    """So many for each operation, the same ones in every run."""
    return settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
