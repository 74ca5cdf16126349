"""EDGE. The X-Ray API, AWS's or ours: only the URL differs. In: ranges, filters, ids. Out: its JSON, or TracesError.
Thin over boto3: calls block, so an event loop runs them on a thread. boto3 is imported when the first call needs it.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, Final

from serinus.errors import InvalidInput, TracesError, TracesThrottled, TracesUnavailable
from serinus.traces.pages import region_of, trace_page

ENDPOINT_VARIABLE: Final = "AWS_ENDPOINT_URL_XRAY"
IDS_A_CALL: Final = 5
CALLS_AT_ONCE: Final = 4
CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 10
ATTEMPTS: Final = 6  # with boto3's exponential backoff and jitter some ten seconds in all
_THROTTLED: Final = {"ThrottledException", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
_SERVER_FAULT: Final = 500
_URL: Final = re.compile(r"https?://[^/?#\s]")

_OUTCOMES: Final[dict[type, str]] = {
    type(None): "answered",
    TracesThrottled: "throttled",
    TracesUnavailable: "unavailable",
}

Json = dict[str, Any]


class XRayClient:
    """`endpoint_url`: None means AWS_ENDPOINT_URL_XRAY if set, else AWS itself. Every method raises TracesError,
    TracesThrottled or TracesUnavailable after so many `attempts`, from any thread. InvalidInput: this is no URL.
    """

    def __init__(self, endpoint_url: str | None = None, region: str | None = None, attempts: int = ATTEMPTS) -> None:
        self._endpoint_url = endpoint_url or os.environ.get(ENDPOINT_VARIABLE) or None
        if self._endpoint_url and not _URL.match(self._endpoint_url):
            option = "--endpoint-url" if endpoint_url else ENDPOINT_VARIABLE
            raise InvalidInput(option, "must begin with http:// or https:// and a host", self._endpoint_url)
        self._region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        self._attempts = attempts
        self._lock = threading.Lock()
        self._made: Any = None
        self._calls: Counter[tuple[str, str]] = Counter()

    @property
    def calls(self) -> int:
        """API calls so far, retries not counted."""
        return self.calls_by_outcome().total()

    def calls_by_outcome(self) -> Counter[tuple[str, str]]:
        """The same by operation, in boto3's words, and by outcome: answered, throttled, unavailable or refused."""
        with self._lock:
            return Counter(self._calls)

    def summaries(self, start: float, end: float, expression: str = "", kind: str = "TraceId") -> list[Json]:
        """All pages of GetTraceSummaries, newest first. Epoch seconds; `kind`: TraceId, Event or Service."""
        asked: Json = {"StartTime": start, "EndTime": end, "TimeRangeType": kind, "Sampling": False}
        if expression:
            asked["FilterExpression"] = expression
        return [one for page in self._pages("get_trace_summaries", asked) for one in page["TraceSummaries"]]

    def any_trace(self, start: float, end: float, expression: str = "") -> bool:
        """Whether GetTraceSummaries finds anything; it is asked for no page more than that takes. Epoch seconds."""
        asked: Json = {"StartTime": start, "EndTime": end, "TimeRangeType": "Event", "Sampling": False}
        if expression:
            asked["FilterExpression"] = expression
        return any(page["TraceSummaries"] for page in self._pages("get_trace_summaries", asked))

    def batch_get(self, ids: Sequence[str]) -> list[Json]:
        """The traces that exist, in the order of the ids: five a call, four calls at once. What X-Ray leaves
        unprocessed, which is also how it names what it does not know, is asked for once more.
        """
        wanted = list(dict.fromkeys(ids))
        found, unprocessed = self._traces(wanted)
        if unprocessed:
            found |= self._traces(unprocessed)[0]
        return [found[trace_id] for trace_id in wanted if trace_id in found]

    def _traces(self, ids: Sequence[str]) -> tuple[dict[str, Json], list[str]]:
        """By id, and the ids that are unprocessed. A trace may come on more pages than one."""
        batches = [ids[start : start + IDS_A_CALL] for start in range(0, len(ids), IDS_A_CALL)]
        found: dict[str, Json] = {}
        unprocessed: list[str] = []
        with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="batch-get-traces") as threads:
            for page in chain.from_iterable(threads.map(self._batch, batches)):
                for trace in page["Traces"]:
                    if (known := found.setdefault(trace["Id"], trace)) is not trace:
                        known["Segments"] += [one for one in trace["Segments"] if one not in known["Segments"]]
                unprocessed += page.get("UnprocessedTraceIds", ())
        return found, [trace_id for trace_id in dict.fromkeys(unprocessed) if trace_id not in found]

    def _batch(self, ids: Sequence[str]) -> list[Json]:
        return list(self._pages("batch_get_traces", {"TraceIds": list(ids)}))

    def service_graph(self, start: float, end: float) -> list[Json]:
        """Services over at most 6 hours, all pages."""
        asked = {"StartTime": start, "EndTime": end}
        return [one for page in self._pages("get_service_graph", asked) for one in page["Services"]]

    def destination(self) -> tuple[str, str]:
        """Where segments go (XRay or CloudWatchLogs) and whether that is in force (ACTIVE or PENDING)."""
        answer = self._call("get_trace_segment_destination", {})
        return answer["Destination"], answer["Status"]

    def indexed_percent(self) -> float:
        """The share of traces, in percent, that the API can find at all."""
        rules = self._call("get_indexing_rules", {})["IndexingRules"]
        rates = (rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] for rule in rules)
        return min(rates, default=100.0)

    def sampling_rules(self) -> list[Json]:
        """All rules, Default among them."""
        pages = self._pages("get_sampling_rules", {})
        return [record["SamplingRule"] for page in pages for record in page["SamplingRuleRecords"]]

    def create_sampling_rule(self, rule: Json) -> None:
        """Fields under the API's names."""
        self._call("create_sampling_rule", {"SamplingRule": rule})

    def update_sampling_rule(self, rule: Json) -> None:
        """RuleName and the fields to change."""
        self._call("update_sampling_rule", {"SamplingRuleUpdate": rule})

    def delete_sampling_rule(self, name: str) -> None:
        """A rule that does not exist is an error."""
        self._call("delete_sampling_rule", {"RuleName": name})

    def server_date(self) -> str:
        """The Date header of an answer: what X-Ray takes for now, in whole seconds."""
        date: str = self._call("get_sampling_rules", {})["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        return date

    def page(self, trace_id: str) -> str:
        """X-Ray's own page of the trace, for a browser; "" where this is not AWS's X-Ray, or no region is known."""
        return trace_page(region_of(self._endpoint_url) if self._endpoint_url else self._own_region(), trace_id)

    def _own_region(self) -> str:
        from botocore.exceptions import BotoCoreError

        try:
            return str(self._boto().meta.region_name or "")
        except BotoCoreError:
            return ""

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None

    def _pages(self, operation: str, asked: Json) -> Iterator[Json]:
        """One call for each page that is taken."""
        page = self._call(operation, asked)
        yield page
        while page.get("NextToken"):
            page = self._call(operation, asked | {"NextToken": page["NextToken"]})
            yield page

    def _call(self, operation: str, asked: Json) -> Json:
        from botocore.exceptions import BotoCoreError, ClientError

        failure: TracesError | None = None
        try:
            ask: Callable[..., Json] = getattr(self._boto(), operation)
            return ask(**asked)
        except ClientError as error:
            failure = _translated(error.response, str(error))
            raise failure from error
        except BotoCoreError as error:
            failure = TracesUnavailable(f"X-Ray at {self._endpoint_url or 'AWS'}: {error}")
            raise failure from error
        finally:
            self._count(operation, failure)

    def _count(self, operation: str, failure: TracesError | None) -> None:
        outcome = _OUTCOMES.get(type(failure), "refused")
        with self._lock:
            self._calls[operation, outcome] += 1

    def _boto(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = _make(self._endpoint_url, self._region, self._attempts)
            return self._made


def _make(endpoint_url: str | None, region: str | None, attempts: int) -> Any:
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    local = endpoint_url is not None and endpoint_url.startswith("http://")
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    if local:  # our own X-Ray, or a daemon that signs by itself: the user may have no credentials, and needs none
        config = config.merge(Config(signature_version=UNSIGNED))
    session = boto3.session.Session(region_name=region or ("us-east-1" if local else None))
    return session.client("xray", endpoint_url=endpoint_url, config=config)


def _translated(response: Any, message: str) -> TracesError:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = response.get("Error", {}).get("Code", "")
    if code in _THROTTLED or status == 429:
        return TracesThrottled(message, code)
    return TracesUnavailable(message, code) if status >= _SERVER_FAULT else TracesError(message, code)
