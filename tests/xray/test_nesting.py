"""Subsegments find their parents whatever their order; nothing is lost, nothing twice."""

from hypothesis import given, settings

from serinus_xray.nesting import MAX_NESTING, latest, nest
from serinus_xray.segment import Segment, walk
from tests.xray import strategies
from tests.xray.build import call, segment


def tree(document: Segment) -> list[str]:
    return [part.name for part in walk(document)]


def test_children_that_arrive_before_their_parents_are_nested() -> None:
    documents = [call("inner", 3, 2), call("outer", 2, 1), segment("web", 1)]
    assert [tree(document) for document in nest(latest(documents))] == [["web", "outer", "inner"]]


def test_children_stand_by_their_start() -> None:
    documents = [segment("web", 1), call("late", 2, 1, at=0.5), call("early", 3, 1, at=0.1)]
    assert tree(nest(latest(documents))[0]) == ["web", "early", "late"]


def test_independent_children_join_embedded_ones_at_any_depth() -> None:
    web = segment("web", 1, subsegments=(call("embedded", 2, 1),))
    assert tree(nest(latest([call("independent", 3, 2), web]))[0]) == ["web", "embedded", "independent"]


def test_a_completed_document_replaces_one_in_progress() -> None:
    begun = segment("web", 1, end_time=None, in_progress=True)
    done = segment("web", 1)
    assert latest([begun, done]) == latest([done, begun]) == [done]


def test_a_completed_child_replaces_the_one_embedded_in_its_parent() -> None:
    begun, done = call("db", 2, 1, end_time=None, in_progress=True), call("db", 2, 1)
    (web,) = nest(latest([segment("web", 1, subsegments=(begun,)), done]))
    assert web.subsegments == (done,)


def test_of_two_completed_documents_the_one_that_ends_last_stands() -> None:
    short, long = segment("web", 1, took=1), segment("web", 1, took=2)
    assert latest([short, long]) == latest([long, short]) == [long]


def test_orphans_stand_beside_the_segments_with_their_own_children() -> None:
    documents = [segment("web", 1), call("orphan", 5, 4), call("child", 6, 5)]
    assert [tree(document) for document in nest(latest(documents))] == [["web"], ["orphan", "child"]]


def test_a_cycle_of_parents_ends() -> None:
    documents = nest(latest([call("a", 1, 2), call("b", 2, 1)]))
    assert sorted(name for document in documents for name in tree(document)) == ["a", "b"]


def test_a_subsegment_that_is_its_own_parent_is_kept_once() -> None:
    assert [tree(document) for document in nest(latest([call("a", 1, 1)]))] == [["a"]]


def test_chains_deeper_than_the_bound_go_on_beside() -> None:
    count = 3 * MAX_NESTING
    documents = nest(latest([segment("web", 1), *(call("x", number, number - 1) for number in range(2, count + 1))]))
    assert sum(len(tree(document)) for document in documents) == count
    assert len(tree(documents[0])) == MAX_NESTING + 1


@given(strategies.documents())
@settings(deadline=None)
def test_every_id_stands_exactly_once(documents: list[Segment]) -> None:
    found = [part.id for document in nest(latest(documents)) for part in walk(document)]
    assert sorted(found) == sorted({document.id for document in documents})
