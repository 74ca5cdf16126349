"""The header is read as leniently as X-Ray's SDKs read it, and written as they write it."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray import header
from serinus_xray.errors import MalformedHeader
from serinus_xray.header import TraceHeader
from tests.xray import strategies

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"
_TOKEN = st.from_regex(r"[A-Za-z][A-Za-z0-9_\-:|]{0,10}", fullmatch=True)
_UNKNOWN = _TOKEN.filter(lambda key: key not in {"Root", "Parent", "Sampled", "Self", "Lineage"})
HEADERS = st.builds(
    TraceHeader,
    root=st.none() | strategies.trace_ids,
    parent=st.none() | strategies.ids,
    sampled=st.none() | st.booleans(),
    self_=st.none() | strategies.trace_ids,
    lineage=st.none() | _TOKEN,
    extra=st.dictionaries(_UNKNOWN, _TOKEN, max_size=3).map(lambda pairs: tuple(pairs.items())),
) | st.builds(TraceHeader, root=strategies.trace_ids, asked=st.just(value=True))


@given(HEADERS)
@settings(deadline=None)
def test_a_header_survives_the_way_there_and_back(given_header: TraceHeader) -> None:
    assert header.parse(header.format(given_header)) == given_header


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Root={ROOT};Parent={PARENT};Sampled=1", TraceHeader(ROOT, PARENT, sampled=True)),
        (f"Sampled=0; Root={ROOT} ; Parent={PARENT}", TraceHeader(ROOT, PARENT, sampled=False)),
        (f"Root={ROOT}", TraceHeader(ROOT)),
        (f"Root={ROOT};Sampled=?", TraceHeader(ROOT, asked=True)),
        (
            f"Self=1-67891234-12456789abcdef012345678;Root={ROOT}",
            TraceHeader(ROOT, self_="1-67891234-12456789abcdef012345678"),
        ),
        (f"Root={ROOT};Lineage=a87bd80c:1|68fd508a:5", TraceHeader(ROOT, lineage="a87bd80c:1|68fd508a:5")),
        (f"Root={ROOT};CalledFrom=app", TraceHeader(ROOT, extra=(("CalledFrom", "app"),))),
        (f"Root={ROOT};;=;broken;Parent={PARENT}", TraceHeader(ROOT, PARENT)),
        (f"Root={ROOT};Parent=short", TraceHeader(ROOT)),
        (f"Root={ROOT.upper()};Parent={PARENT.upper()}", TraceHeader(ROOT, PARENT)),
        ("", TraceHeader()),
    ],
)
def test_what_is_sent_in_practice_is_understood(text: str, expected: TraceHeader) -> None:
    assert header.parse(text) == expected


def test_a_root_that_is_no_trace_id_is_refused_by_value() -> None:
    with pytest.raises(MalformedHeader, match="'nonsense'"):
        header.parse("Root=nonsense")


def test_a_header_longer_than_an_alb_passes_on_is_refused() -> None:
    with pytest.raises(MalformedHeader, match="7168"):
        header.parse("a=" + "b" * 8000)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_no_text_crashes_the_parser(text: str) -> None:
    with suppress(MalformedHeader):
        header.parse(text)
