"""Root causes lead from where a failure shows to where it began."""

from serinus_xray.rootcause import MAX_CAUSES, RootCause, error_causes, fault_causes, response_time_causes
from serinus_xray.segment import decode
from serinus_xray.trace import compile_trace
from tests.xray import golden
from tests.xray.build import call, segment, shop


def path(cause: RootCause) -> list[list[str]]:
    return [[entity.name for entity in service.entity_path] for service in cause.services]


def test_a_fault_is_followed_through_services() -> None:
    trace = compile_trace(
        [segment("web", 1, fault=True), call("api.example", 2, 1, fault=True), segment("api", 3, 2, fault=True)]
    )
    (cause,) = fault_causes(trace)
    assert path(cause) == [["web", "api.example"], ["api"]]
    assert cause.client_impacting
    assert [entity.remote for entity in cause.services[0].entity_path] == [False, True]


def test_a_fault_the_caller_survives_does_not_touch_the_client() -> None:
    (cause,) = fault_causes(shop(fault=True))
    assert (path(cause), cause.client_impacting) == ([["api"]], False)


def test_a_fault_in_a_subsegment_begins_at_its_service() -> None:
    trace = compile_trace([segment("web", 1), call("db", 2, 1, fault=True)])
    (cause,) = fault_causes(trace)
    assert path(cause) == [["web", "db"], ["db"]]
    assert [service.inferred for service in cause.services] == [False, True]
    assert not cause.client_impacting


def test_the_sdks_exception_stands_at_its_entity() -> None:
    (cause,) = fault_causes(compile_trace([decode(golden.document("21"))]))
    entities = {entity.name: entity for service in cause.services for entity in service.entity_path}
    (thrown,) = entities["## charge"].exceptions
    assert (thrown.name, thrown.message) == ("ValueError", "payment declined: upstream 503")


def test_errors_have_causes_of_their_own() -> None:
    trace = compile_trace([segment("web", 1, error=True), call("api", 2, 1, fault=True)])
    assert [path(cause) for cause in error_causes(trace)] == [[["web"]]]


def test_time_is_followed_where_a_part_covers_more_than_half() -> None:
    trace = compile_trace([segment("web", 1, took=1.0), call("api", 2, 1, took=0.8), segment("api", 3, 2, took=0.3)])
    (cause,) = response_time_causes(trace)
    assert path(cause) == [["web", "api"]]
    assert [entity.coverage for entity in cause.services[0].entity_path] == [1.0, 0.8]


def test_nothing_took_time_in_a_trace_without_root() -> None:
    assert response_time_causes(compile_trace([call("api", 2, 1)])) == ()


def test_there_are_only_so_many_causes() -> None:
    calls = [call("api", number, 1, fault=True) for number in range(2, 60)]
    assert len(fault_causes(compile_trace([segment("web", 1, fault=True), *calls]))) == MAX_CAUSES


def test_a_long_chain_of_failing_services_ends() -> None:
    chain = [segment("s", number, number - 1 or None, fault=True) for number in range(1, 2000)]
    (cause, *_) = fault_causes(compile_trace(chain))
    assert sum(map(len, path(cause))) == 100
