"""Who decides whether a request is traced when its header leaves that open.
A context goes in; the decision of the right sampler comes out.
Source: AWS X-Ray developer guide, "Tracing header": an ALB's header carries no decision, `Sampled=?` asks for one.
"""

from collections.abc import Sequence
from typing import Final

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind
from opentelemetry.trace.span import TraceState
from opentelemetry.util.types import Attributes

UNDECIDED: Final = contexts.create_key("x-ray-sampling-undecided")


class DecidesWhenAsked(Sampler):
    """`root` decides for new traces and for callers that left it open; everyone else follows the caller."""

    def __init__(self, root: Sampler) -> None:
        self._root, self._follower = root, ParentBased(root)

    def should_sample(  # the signature is OpenTelemetry's
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        chosen = self._root if is_undecided(parent_context) else self._follower
        return chosen.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"DecidesWhenAsked{{{self._root.get_description()}}}"


def is_undecided(context: Context | None) -> bool:
    """Only where the caller is remote: below, the service's own first span has decided."""
    caller = trace.get_current_span(context).get_span_context()
    return caller.is_remote and contexts.get_value(UNDECIDED, context) is True
