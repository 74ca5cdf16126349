"""`serinus lint`: manifests before they are applied. In: YAML files. Out: findings, one a line: places still to be
filled in, `<name>` in any value, and CanaryReleases that would be refused; exit code 1 when there are any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

Object = dict[str, Any]
PLACEHOLDER: Final = re.compile(r"<([a-z][a-z0-9-]*)>")
SUFFIXES: Final = (".yaml", ".yml", ".json")


class Finding(NamedTuple):
    """`place`: kind, name and path within the object, `/` between its steps."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def lint(
    files: Annotated[list[str], typer.Argument(help="manifests; a directory means all below it, - standard input")],
) -> None:
    """Check manifests: placeholders still to be filled in, CanaryReleases that would be refused. What kubectl or
    `serinus get -o yaml` shows is taken as well: the status is left out.

    Exit code 0: nothing is to be put right; 1: something is, and each line says what; 2: a file cannot be read.
    """
    count = 0
    for name, text in _texts(files):
        for finding in findings(text):
            print(f"{name}: {finding}")
            count += 1
    if count:
        typer.echo(f"{count} to be put right", err=True)
        raise typer.Exit(1)


def findings(text: str) -> Iterator[Finding]:
    """Of all documents of a YAML text."""
    import yaml

    from serinus.cli.manifests import objects

    try:
        for document in objects(text):
            yield from unfilled(document)
            yield from refused(document)
    except yaml.YAMLError as error:
        yield Finding("document", f"must be YAML ({' '.join(str(error).split())})")


def unfilled(document: Object) -> Iterator[Finding]:
    """Placeholders in the order in which they stand."""
    for path, text in _strings(document, ""):
        for name in PLACEHOLDER.findall(text):
            yield Finding(f"{_called(document)} {path}", f"<{name}> must be filled in")


def refused(document: Object) -> Iterator[Finding]:
    """What a CanaryRelease breaks; placeholders are told of elsewhere."""
    from serinus.errors import InvalidInput
    from serinus.release.spec import parse_release

    if document.get("kind") != "CanaryRelease" or next(unfilled(document), None):
        return
    try:
        parse_release(document)
    except InvalidInput as error:
        yield Finding(_called(document), str(error))


def _called(document: Object) -> str:
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{document.get('kind', 'document')}/{name or '?'}"


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                yield from _strings(inner, f"{path}/{key}")
        case list():
            for index, inner in enumerate(value):
                yield from _strings(inner, f"{path}/{index}")


def _texts(files: list[str]) -> Iterator[tuple[str, str]]:
    from serinus.cli.manifests import text_of
    from serinus.errors import InvalidInput

    for name in files:
        given = Path(name)
        below = sorted(path for path in given.rglob("*") if path.suffix in SUFFIXES) if given.is_dir() else [given]
        for path in below:
            try:
                yield str(path), text_of(str(path))
            except (OSError, UnicodeDecodeError) as error:
                raise InvalidInput("FILES", f"must be text files that can be read ({error})", str(path)) from error
