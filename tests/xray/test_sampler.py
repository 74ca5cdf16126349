"""An open decision is the root sampler's; a made one is kept."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import SpanKind

from serinus_xray import header
from serinus_xray.propagator import XRayPropagator
from serinus_xray.sampler import DecidesWhenAsked

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
PARENT = ";Parent=53995c3f42cd8ad8"


def recorded(text: str, root: Sampler) -> tuple[bool, bool]:
    """Whether the server's span and the one below it are."""
    tracer = TracerProvider(sampler=DecidesWhenAsked(root), shutdown_on_exit=False).get_tracer("t")
    context = XRayPropagator().extract({header.NAME: text})
    with (
        tracer.start_as_current_span("served", context, SpanKind.SERVER) as served,
        tracer.start_as_current_span("below") as below,
    ):
        return served.is_recording(), below.is_recording()


@pytest.mark.parametrize("text", [ROOT, ROOT + PARENT, ROOT + PARENT + ";Sampled=?", "", "nonsense"])
def test_what_is_left_open_is_the_root_samplers(text: str) -> None:
    assert recorded(text, ALWAYS_ON) == (True, True)
    assert recorded(text, ALWAYS_OFF) == (False, False)


@pytest.mark.parametrize("root", [ALWAYS_ON, ALWAYS_OFF])
def test_what_the_caller_decided_is_kept(root: Sampler) -> None:
    assert recorded(ROOT + PARENT + ";Sampled=1", root) == (True, True)
    assert recorded(ROOT + PARENT + ";Sampled=0", root) == (False, False)


def test_it_says_whom_it_asks() -> None:
    assert DecidesWhenAsked(ALWAYS_ON).get_description() == "DecidesWhenAsked{AlwaysOnSampler}"
