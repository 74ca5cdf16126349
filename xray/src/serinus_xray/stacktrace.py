"""Stack traces as text, by language.
The text of an exception event goes in; X-Ray exceptions, the outermost first, linked by cause, come out.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from serinus_xray.segment import ExceptionInfo, StackFrame

MAX_FRAMES: Final = 50
MAX_CAUSES: Final = 10
MAX_MESSAGE: Final = 2000
MAX_TRACE: Final = 64 * 1024
_PYTHON_FRAME: Final = re.compile(r'^ {2}File "([^"\n]*)", line (\d{1,9}), in (.*)$', re.MULTILINE)
_PYTHON_CHAIN: Final = re.compile(
    r"^(?:During handling of the above exception, another exception occurred|"
    r"The above exception was the direct cause of the following exception):$",
    re.MULTILINE,
)
_JAVA_FRAME: Final = re.compile(r"^[ \t]+at ([^(\n]+)\(([^):\n]*)(?::(\d{1,9}))?\)$", re.MULTILINE)
_JAVA_CHAIN: Final = re.compile(r"^Caused by: ", re.MULTILINE)
_SCRIPT_FRAME: Final = re.compile(r"^[ \t]+at (?:([^(\n]+) \()?([^()\n]+?):(\d{1,9}):\d{1,9}\)?$", re.MULTILINE)

Parsed = list[tuple[str, tuple[StackFrame, ...]]]  # first line of each exception and its frames, outermost first


def exceptions(
    type_: str, message: str, text: str, *, language: str, remote: bool, seed: str
) -> tuple[ExceptionInfo, ...]:
    """`language` as in telemetry.sdk.language. Ids are digests of `seed`."""
    parsed = _PARSERS.get(language, _no_frames)(text)[:MAX_CAUSES] or [("", ())]
    found = [
        _exception(f"{seed}:{number}", line, frames, remote=remote) for number, (line, frames) in enumerate(parsed)
    ]
    found[0] = replace(found[0], type=type_ or None, message=message[:MAX_MESSAGE])
    linked = [replace(outer, cause=inner.id) for outer, inner in pairwise(found)]
    return (*linked, found[-1])


def _exception(seed: str, line: str, frames: tuple[StackFrame, ...], *, remote: bool) -> ExceptionInfo:
    type_, _, message = line.partition(": ")
    return ExceptionInfo(
        id=blake2b(seed.encode(), digest_size=8, person=b"exception").hexdigest(),
        type=type_ or None,
        message=message[:MAX_MESSAGE],
        remote=remote,
        stack=frames[:MAX_FRAMES],
        truncated=max(0, len(frames) - MAX_FRAMES),
    )


def _python(text: str) -> Parsed:
    """Python prints the cause first and the innermost frame last."""
    return [
        (
            _last_line(block),
            tuple(StackFrame(path, int(line), label) for path, line, label in _PYTHON_FRAME.findall(block)[::-1]),
        )
        for block in _PYTHON_CHAIN.split(text[-MAX_TRACE:])[::-1]
    ]


def _last_line(block: str) -> str:
    return block.strip().rpartition("\n")[2]


def _java(text: str) -> Parsed:
    return [
        (
            block.partition("\n")[0],
            tuple(
                StackFrame(path, int(line or 0), _unloaded(label)) for label, path, line in _JAVA_FRAME.findall(block)
            ),
        )
        for block in _JAVA_CHAIN.split(text[:MAX_TRACE])
    ]


def _unloaded(label: str) -> str:
    """Without the class loader or module before the slash."""
    return label.rpartition("/")[2]


def _script(text: str) -> Parsed:
    frames = tuple(StackFrame(path, int(line), label) for label, path, line in _SCRIPT_FRAME.findall(text[:MAX_TRACE]))
    return [(text.partition("\n")[0], frames)]


def _no_frames(text: str) -> Parsed:  # noqa: ARG001 - a language whose traces we cannot read
    return []


_PARSERS: Final[dict[str, Callable[[str], Parsed]]] = {
    "python": _python,
    "java": _java,
    "php": _java,
    "nodejs": _script,
    "javascript": _script,
    "webjs": _script,
}
