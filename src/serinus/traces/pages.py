"""X-Ray's own page of a trace. In: where the API answers, a region, an id. Out: an address for a browser, "" for none.
CloudWatch's console has it: docs.aws.amazon.com/xray, "Using the X-Ray console"; of AWS's three partitions.
"""

from __future__ import annotations

import re
from typing import Final

from serinus_xray import ids

_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_ENDPOINT: Final = re.compile(
    r"https://(?:vpce-[0-9a-z-]+\.)?xray(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:vpce\.)?"
    r"(?:amazonaws\.com(?:\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)/?"
)
_CONSOLES: Final = (
    ("cn-", "console.amazonaws.cn"),
    ("us-gov-", "console.amazonaws-us-gov.com"),
    ("", "console.aws.amazon.com"),
)


def region_of(endpoint_url: str) -> str:
    """The region of AWS's own endpoint; "" for any other X-Ray."""
    found = _ENDPOINT.fullmatch(endpoint_url)
    return found["region"] if found else ""


def trace_page(region: str, trace_id: str) -> str:
    """Nothing that is no region or no id of a trace gets into an address."""
    if not _REGION.fullmatch(region) or not ids.is_trace_id(trace_id):
        return ""
    console = next(host for prefix, host in _CONSOLES if region.startswith(prefix))
    return f"https://{region}.{console}/cloudwatch/home?region={region}#xray:traces/{trace_id}"
