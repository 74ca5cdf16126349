"""Stack traces of each language become frames, the innermost first, and causes in their order."""

import time
import traceback

import pytest

from serinus_xray.segment import ExceptionInfo, StackFrame
from serinus_xray.stacktrace import MAX_FRAMES, exceptions

JAVA = """java.lang.IllegalStateException: outer
\tat app//com.example.Web.handle(Web.java:12)
\tat com.example.Native.call(Native Method)
Caused by: java.io.IOException: inner: disk
\tat com.example.Disk.read(Disk.java:7)
\t... 2 more
"""
SCRIPT = """TypeError: x is not a function
    at handle (/app/server.js:10:5)
    at /app/anonymous.js:3:1
"""


def read(text: str, language: str) -> tuple[ExceptionInfo, ...]:
    return exceptions("Given", "message", text, language=language, remote=False, seed="s")


def fail() -> None:
    raise KeyError("inner")


def fail_again() -> None:
    try:
        fail()
    except KeyError as error:
        raise ValueError("outer") from error


def python_trace() -> str:
    try:
        fail_again()
    except ValueError:
        return traceback.format_exc()
    return "nothing failed"


def test_pythons_own_traces_are_read() -> None:
    outer, inner = read(python_trace(), "python")
    assert (outer.type, outer.message, outer.cause) == ("Given", "message", inner.id)
    assert (inner.type, inner.message, inner.cause) == ("KeyError", "'inner'", None)
    assert [frame.label for frame in outer.stack] == ["fail_again", "python_trace"]
    assert [frame.label for frame in inner.stack] == ["fail", "fail_again"]
    assert all((frame.path or "").endswith("test_stacktrace.py") and frame.line for frame in outer.stack)


def test_java_causes_are_linked() -> None:
    outer, inner = read(JAVA, "java")
    assert outer.stack == (
        StackFrame("Web.java", 12, "com.example.Web.handle"),
        StackFrame("Native Method", 0, "com.example.Native.call"),
    )
    assert (inner.type, inner.message) == ("java.io.IOException", "inner: disk")
    assert inner.stack == (StackFrame("Disk.java", 7, "com.example.Disk.read"),)


@pytest.mark.parametrize("language", ["nodejs", "javascript", "webjs"])
def test_scripts_are_read(language: str) -> None:
    (thrown,) = read(SCRIPT, language)
    assert thrown.stack == (StackFrame("/app/server.js", 10, "handle"), StackFrame("/app/anonymous.js", 3, ""))


@pytest.mark.parametrize("text", ["", "nonsense", '  File "x", line 1', "  at f (a.js:" + "1" * 5000 + ":1)"])
@pytest.mark.parametrize("language", ["python", "java", "nodejs", "cobol", ""])
def test_what_cannot_be_read_keeps_type_and_message(text: str, language: str) -> None:
    (thrown,) = read(text, language)
    assert (thrown.type, thrown.message, thrown.stack) == ("Given", "message", ())


def test_long_stacks_are_cut_and_say_so() -> None:
    (thrown,) = read('  File "x.py", line 1, in f\n' * 80, "python")
    assert (len(thrown.stack), thrown.truncated) == (MAX_FRAMES, 80 - MAX_FRAMES)


def test_long_chains_end() -> None:
    text = "A: a\n" + "Caused by: B: b\n" * 100
    assert len(read(text, "java")) == 10


@pytest.mark.parametrize(
    "text", ["\tat a/" * 20_000, "\n    at " + "a (" * 20_000, " \n" * 20_000, '  File "' * 20_000]
)
@pytest.mark.parametrize("language", ["python", "java", "nodejs"])
def test_hostile_traces_take_no_time(text: str, language: str) -> None:
    began = time.process_time()
    read(text, language)
    assert time.process_time() - began < 1.0
