"""Inputs flow in; a part is built once per inputs, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.node.parts import Part, contents, ensure, key


def silent(_line: str) -> None:
    pass


def writes(text: str, built: list[Path]) -> Part:
    def build(home: Path) -> None:
        built.append(home)
        (home / "file").write_text(text, encoding="utf-8")

    return Part("part", (text.encode(),), build)


def test_a_part_is_built_once(tmp_path: Path) -> None:
    built: list[Path] = []
    homes = {ensure(writes("one", built), tmp_path, silent) for _ in range(3)}
    assert len(built) == len(homes) == 1
    assert (homes.pop() / "file").read_text(encoding="utf-8") == "one"


def test_other_inputs_build_another_and_the_two_newest_others_stay(tmp_path: Path) -> None:
    homes = [ensure(writes(str(number), []), tmp_path, silent) for number in range(5)]
    assert [home.exists() for home in homes] == [False, False, True, True, True]


def test_a_failed_build_leaves_nothing_but_the_lock(tmp_path: Path) -> None:
    def fails(home: Path) -> None:
        (home / "half").touch()
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        ensure(Part("part", (b"1",), fails), tmp_path, silent)
    assert [path.name for path in tmp_path.iterdir()] == [".part.lock"]


def test_moving_a_byte_from_one_input_to_the_next_changes_the_key(tmp_path: Path) -> None:
    one, other = (Part("part", inputs, lambda _home: None) for inputs in ((b"ab", b"c"), (b"a", b"bc")))
    assert key(one) != key(other)


def test_contents_tell_names_apart_but_not_where_the_tree_lies(tmp_path: Path) -> None:
    for base, name in (("one", "a"), ("two", "a"), ("three", "b")):
        (tmp_path / base / "sources/__pycache__").mkdir(parents=True)
        (tmp_path / base / "sources/__pycache__" / base).touch()
        (tmp_path / base / "sources" / name).write_text("same", encoding="utf-8")
    one, two, three = (contents(tmp_path / base, ["sources"]) for base in ("one", "two", "three"))
    assert one == two == (b"sources/a", b"same")
    assert three == (b"sources/b", b"same")
