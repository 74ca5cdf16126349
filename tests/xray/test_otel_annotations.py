"""Only what is asked for can be searched; the rest is kept as metadata."""

from serinus_xray.otel_annotations import Indexing, describe
from tests.xray.spans import span

NOTHING = frozenset[str]()


def test_keys_lose_what_annotations_may_not_hold_and_keep_their_dots() -> None:
    made = describe(span(attributes={"app.my-key": 1}), Indexing(everything=True), NOTHING, with_resource=False)
    assert made.annotations == {"app.my_key": 1}


def test_lists_stay_metadata_even_when_everything_is_indexed() -> None:
    made = describe(span(attributes={"list": ("a", "b")}), Indexing(everything=True), NOTHING, with_resource=False)
    assert (made.annotations, made.metadata) == ({}, {"default": {"list": ["a", "b"]}})


def test_long_values_are_cut() -> None:
    made = describe(span(attributes={"k": "x" * 2000}), Indexing(frozenset({"k"})), NOTHING, with_resource=False)
    assert made.annotations == {"k": "x" * 1000}


def test_consumed_keys_are_annotations_if_asked_for_and_never_metadata() -> None:
    about = span(attributes={"http.method": "GET", "http.url": "u"})
    made = describe(
        about, Indexing(frozenset({"http.method"})), frozenset({"http.method", "http.url"}), with_resource=False
    )
    assert (made.annotations, made.metadata) == ({"http.method": "GET"}, {})


def test_a_namespace_of_metadata_comes_as_json() -> None:
    made = describe(
        span(attributes={"aws.xray.metadata.debug": '{"a": 1}', "aws.xray.metadata.raw": "{"}),
        Indexing(),
        NOTHING,
        with_resource=False,
    )
    assert made.metadata == {"debug": {"a": 1}, "raw": {"default": "{"}}


def test_bytes_and_maps_become_json() -> None:
    made = describe(span(attributes={"b": b"\x01", "m": {"k": (1,)}}), Indexing(), NOTHING, with_resource=False)
    assert made.metadata == {"default": {"b": "01", "m": {"k": [1]}}}
