"""Documents that would not fit lose what matters least first."""

from serinus_xray.segment import Cause, ExceptionInfo, Sql, StackFrame, decode
from serinus_xray.shrink import Document, fitting
from tests.xray.build import segment


def shrunk(made: Document | None) -> Document:
    assert made is not None
    return made


def test_what_fits_is_left_alone() -> None:
    made = segment("web", 1, metadata={"default": {"k": "v"}})
    assert decode(shrunk(fitting(made, 1000)).body) == made
    assert not shrunk(fitting(made, 1000)).shrunk


def test_metadata_go_first() -> None:
    cause = Cause(exceptions=(ExceptionInfo(id="0" * 16, stack=(StackFrame("a.py", 1, "f"),)),))
    made = shrunk(
        fitting(segment("web", 1, metadata={"default": {"k": "v" * 5000}}, cause=cause, annotations={"a": 1}), 1000)
    )
    read = decode(made.body)
    assert (made.shrunk, read.metadata, read.cause, read.annotations) == (True, {}, cause, {"a": 1})


def test_frames_go_next_and_are_counted() -> None:
    cause = Cause(exceptions=(ExceptionInfo(id="0" * 16, message="m", stack=(StackFrame("a.py", 1, "f"),) * 100),))
    read = decode(shrunk(fitting(segment("web", 1, cause=cause), 500)).body)
    assert isinstance(read.cause, Cause)
    assert [(thrown.message, thrown.stack, thrown.truncated) for thrown in read.cause.exceptions] == [("m", (), 100)]


def test_the_query_goes_last() -> None:
    read = decode(
        shrunk(fitting(segment("db", 1, sql=Sql(sanitized_query="x" * 5000, database_type="mysql")), 500)).body
    )
    assert read.sql == Sql(database_type="mysql")


def test_what_cannot_be_made_to_fit_is_given_up() -> None:
    assert fitting(segment("web", 1, annotations={f"k{number}": "v" * 100 for number in range(50)}), 1000) is None
