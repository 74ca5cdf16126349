"""Every documented example is parsed, and chooses the traces the guide says it chooses."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray.errors import InvalidFilter
from serinus_xray.filters import parse
from serinus_xray.segment import Cause, ExceptionInfo, Http, HttpRequest, HttpResponse, Segment
from serinus_xray.trace import Trace, compile_trace
from tests.xray import strategies
from tests.xray.build import call, http, segment, shop

PLACE = {"ec2": {"instance_id": "i-1", "availability_zone": "eu-west-1a"}}
GAME = compile_trace(
    [
        segment(
            "api.example.com",
            1,
            took=6.0,
            user="alice",
            aws=PLACE,
            http=Http(
                HttpRequest(
                    method="GET", url="http://api.example.com/api/game/v2/", user_agent="k6/1.0", client_ip="10.0.0.7"
                ),
                HttpResponse(status=200),
            ),
            annotations={"gameid": "817DL6VO", "age": 30, "app.version": "v2", "vip": True},
        ),
        call("backend.example.com", 2, 1, took=5.0, error=True),
        segment("backend.example.com", 3, 2, took=4.5, error=True, throttle=True, resource_arn="arn:aws:x"),
    ]
)
DENIED = "Access Denied for account_id: 1234567890"
BROKEN = compile_trace(
    [
        segment("GetWeatherData", 1, took=5.0, fault=True, http=http(status=500)),
        call("get_temperature", 2, 1, took=4.5, fault=True),
        segment("GetTemperature", 3, 2, took=4.0, fault=True, aws={"account_id": "42"}, origin="AWS::Lambda::Function"),
        call(
            "traces",
            4,
            3,
            took=3.0,
            fault=True,
            namespace="aws",
            cause=Cause(exceptions=(ExceptionInfo(id="0" * 16, type="AccessDenied", message=DENIED),)),
        ),
    ]
)
RUNNING = compile_trace([segment("web", 1, end_time=None, in_progress=True)])
WEATHER = (
    'rootcause.json = #[{ "Services": [ { "Name": "GetWeatherData", "EntityPath": [{ "Name": "GetWeatherData" }, '
    '{ "Name": "get_temperature" } ] }, { "Name": "GetTemperature", "EntityPath": [ { "Name": "GetTemperature" }, '
    '{ "Name": "traces"} ] }, {"Inferred": true} ] }]'
)


def chosen(expression: str) -> str:
    """G, B and R for the traces that the expression chooses."""
    term = parse(expression)
    return "".join(letter for letter, trace in (("G", GAME), ("B", BROKEN), ("R", RUNNING)) if term.matches(trace))


@pytest.mark.parametrize(
    ("expression", "traces"),
    [
        ("", "GBR"),
        ("responsetime > 5", "G"),
        ("duration >= 5 AND duration <= 8", "GB"),
        ("ok", "G"),
        ("!ok", "BR"),
        ("ok = false", "BR"),
        ("ok != false", "G"),
        ("http.status != 200", "B"),
        ("ok !partial duration <7", "G"),
        ("partial", "R"),
        ('http.url CONTAINS "/api/game/"', "G"),
        ('user CONTAINS ""', "G"),
        ("user", "G"),
        ("http.url AND responseTime > 2", "GB"),
        ('service("api.example.com") { fault }', ""),
        ("service() { fault }", "B"),
        ('edge("api.example.com", "backend.example.com") { error }', "G"),
        ('edge("api.example.com", "backend.example.com") { fault }', ""),
        (
            (
                'http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" '
                'AND !service("api.example.com")'
            ),
            "",
        ),
        ('http.url BEGINSWITH "http://api.example.com/" AND http.url ENDSWITH "/v2/"', "G"),
        ('annotation.gameid = "817DL6VO"', "G"),
        ("annotation.age", "G"),
        ("!annotation.age", "BR"),
        ("annotation.age > 29", "G"),
        ("annotation.age > 30", ""),
        ('annotation.age = "30"', ""),
        ('annotation[GameId] = "817DL6VO"', "G"),
        ('annotation[app.version] = "v2"', "G"),
        ('annotation.app_version = "v2"', "G"),
        ('annotation.app.version BEGINSWITH "v"', "G"),
        ("annotation.vip = true", "G"),
        ("annotation.vip = false", ""),
        ('service("GetWeatherData") {root = true and fault = true}', "B"),
        ('service("GetTemperature") {root = true and fault = true}', ""),
        ('rootcause.fault.service { inferred and name = traces and type = "AWS::traces" }', "B"),
        ('rootcause.fault.entity { last and name = "traces" }', "B"),
        ('rootcause.fault.entity { first and name = "traces" }', ""),
        ('rootcause.responsetime.entity { remote and coverage > 0.5 and name = "traces" }', "B"),
        ("rootcause.responsetime.entity { last and coverage > 0.9 }", ""),
        ("rootcause.fault.service { index > 5 }", ""),
        ("rootcause.fault.service { index >= 2 }", "B"),
        (f'rootcause.fault.exception {{ last and message = "{DENIED}" }}', "B"),
        ('rootcause.error.service { name CONTAINS "a" }', "G"),
        (WEATHER, "B"),
        ('json = #[{"ClientImpacting": true, "Services": [{"Name": "GetWeatherData"}]}]', ""),
        ('json = #[{"ClientImpacting": true, "Services": [{"Name": "GetWeatherData"}, {}, {}]}]', "B"),
        ('rootcause.json = #[{"Services": [{"Name": "other"}]}]', ""),
        ('service(id(name: "GetTemperature", type: "AWS::Lambda::Function")) { fault }', "B"),
        ('service(id(type: "AWS::Lambda::Function")) { fault }', "B"),
        ('service(id(type: "AWS::Lambda::Function")) { error }', ""),
        ('service(id(account.id: "42"))', "B"),
        ("service(id())", "GBR"),
        ('edge(id(type: "client"), "api.example.com")', "G"),
        ('edge(, "GetTemperature")', "B"),
        ('edge("GetWeatherData",)', "B"),
        ("inferred", "B"),
        ("error", ""),
        ("throttle", ""),
        ('service("backend.example.com") { throttle }', "G"),
        ('service("backend.example.com") { throttle = true AND responsetime > 4 }', "G"),
        ('service("backend.example.com") { name = "backend.example.com" }', "G"),
        ("fault OR partial", "BR"),
        ("ok OR fault AND partial", "G"),
        ("(ok OR fault) AND partial", ""),
        ("(ok or fault) and !(partial)", "GB"),
        ("!!ok", "G"),
        ('availabilityzone = "eu-west-1a"', "G"),
        ('instance.id = "i-1"', "G"),
        ('resource.arn = "arn:aws:x"', "G"),
        ('http.method = "GET" http.useragent BEGINSWITH "k6" http.clientip = "10.0.0.7"', "G"),
        ('name = "GetWeatherData"', "B"),
        ("RESPONSETIME > 5 AND OK", "G"),
        ("responsetime > 5.5e0", "G"),
    ],
)
def test_an_expression_chooses(expression: str, traces: str) -> None:
    assert chosen(expression) == traces


def test_a_fault_that_is_handled_downstream_is_not_the_traces() -> None:
    assert not parse("fault").matches(shop(fault=True))
    assert parse('service("api") { fault }').matches(shop(fault=True))


def test_any_of_several_values_of_an_annotation_matches() -> None:
    mixed = shop(annotations={"version": "v2"})
    assert parse('annotation.version = "v1" AND annotation.version = "v2"').matches(mixed)


def test_a_group_is_another_filter() -> None:
    groups = {"high_response_time": parse("responsetime > 5")}
    expression = parse('group.name = "high_response_time" AND user = "alice"', groups)
    assert (expression.matches(GAME), expression.matches(BROKEN)) == (True, False)


def test_quotes_in_strings_are_escaped() -> None:
    quoting = compile_trace([segment("web", 1, user='say "hi"\\')])
    assert parse(r'user = "say \"hi\"\\"').matches(quoting)


@pytest.mark.parametrize(
    ("expression", "position", "symbol"),
    [
        ("faults", 0, "'faults'"),
        ("ok AND", 6, "the end"),
        ("ok AND OR fault", 7, "'OR'"),
        ("responsetime > fast", 15, "'fast'"),
        ('responsetime CONTAINS "5"', 13, "'CONTAINS'"),
        ("ok > true", 3, "'>'"),
        ("ok = maybe", 5, "'maybe'"),
        ('http.url = "open', 11, "'\"'"),
        ("service(", 8, "the end"),
        ('service("a") { fault', 20, "the end"),
        ('service("a") fault }', 19, "'}'"),
        ('edge("a")', 8, "')'"),
        ('service(id(color: "red"))', 11, "'color'"),
        ('service("a") { annotation.v = "2" }', 15, "annotations belong to traces"),
        ("rootcause.fault.service", 23, "the end"),
        ("rootcause.json = #[{", 17, "'#'"),
        ("rootcause.json = #[nonsense]", 17, "nonsense"),
        ('group.name = "unknown"', 13, "'unknown'"),
        ("annotation.", 0, "needs a key"),
        ("ok $ fault", 3, "'$'"),
        ("ok )", 3, "')'"),
        ("duration > 1.2.3", 11, "'1'"),
        ("!" * 100 + "ok", 40, "40 levels"),
        ("ok " * 4000, 10_000, "10000 characters"),
    ],
)
def test_a_broken_expression_is_refused_at_its_position(expression: str, position: int, symbol: str) -> None:
    with pytest.raises(InvalidFilter) as refusal:
        parse(expression)
    assert refusal.value.position == position
    assert symbol in refusal.value.message


_WORDS = st.sampled_from(
    [
        "ok",
        "fault",
        "AND",
        "OR",
        "!",
        "(",
        ")",
        "{",
        "}",
        "service(",
        "edge(",
        '"web"',
        ",",
        "responsetime",
        ">",
        "=",
        "5",
        "annotation.age",
        "annotation[k]",
        "CONTAINS",
        "rootcause.fault.entity",
        "json",
        "#[",
        "]",
        "id(",
        "name",
        ":",
        "user",
    ]
)


@given(st.lists(_WORDS, max_size=12).map(" ".join) | st.text(max_size=40), strategies.documents())
@settings(deadline=None, max_examples=300)
def test_no_text_crashes_and_every_filter_answers(expression: str, documents: list[Segment]) -> None:
    trace: Trace = compile_trace(documents)
    with suppress(InvalidFilter):
        assert parse(expression).matches(trace) in {True, False}


@given(strategies.documents())
@settings(deadline=None)
def test_a_filter_and_its_negation_divide_all_traces(documents: list[Segment]) -> None:
    trace: Trace = compile_trace(documents)
    for expression in ("ok", "fault", "service() {error}", "responsetime > 1", 'edge("web", "db")'):
        assert parse(expression).matches(trace) != parse(f"!({expression})").matches(trace)
