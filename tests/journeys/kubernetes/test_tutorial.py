"""Pages become blocks by section; shown lines are found in answers, in their order, whatever the spaces."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.kubernetes.tutorial import Block, Shell, missing, rows, sections

PAGE = """\
# A page
## 1. First
Words.
```console
export A=1
```
```text
a … c
```
## Second
| V1 | V2 |
|---|---|
| 3 | 1 | 25 % |
```sh
not typed
```
```console
echo $A
```
"""


def test_blocks_are_kept_by_section() -> None:
    assert sections(PAGE) == {"First": (Block("export A=1\n", ("a … c",)),), "Second": (Block("echo $A\n", ()),)}


def test_rows_are_numbers() -> None:
    assert rows(PAGE) == [(3, 1, 25)]


def test_shown_lines_are_found_in_their_order() -> None:
    assert missing(["a … c", "d"], "x\na  b   c and more\ny\nd\n") is None
    assert missing(["d", "a"], "a\nd\n") == "a"
    assert missing(["a … c"], "b a c d\n") == "a … c"


def test_what_one_block_exports_the_next_one_sees(tmp_path: Path) -> None:
    shell = Shell({"B": "two"}, tmp_path)
    shell.run("export A=1\n")
    assert shell.run("echo $A $B\n") == "1 two\n"
