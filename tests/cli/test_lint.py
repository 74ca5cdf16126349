from __future__ import annotations

from pathlib import Path

import pytest
import typer
import yaml

from serinus.cli.lint import findings, lint
from serinus.cli.source import whole
from serinus.errors import InvalidInput
from tests.cli.builders import a_standing
from tests.release.builders import a_document


def a_manifest(**spec: object) -> str:
    return yaml.safe_dump({"apiVersion": "serinus.dev/v1alpha1", "kind": "CanaryRelease"} | a_document(**spec))


def test_places_to_fill_in_are_named_by_object_and_path() -> None:
    text = "kind: Ingress\nmetadata: {name: shop}\nspec: {rules: [{host: '<host>.<domain-name>'}]}\n---\n"

    said = [str(each) for each in findings(text)]

    assert said == [
        "Ingress/shop /spec/rules/0/host: <host> must be filled in",
        "Ingress/shop /spec/rules/0/host: <domain-name> must be filled in",
    ]


def test_a_good_release_has_no_findings() -> None:
    assert list(findings(a_manifest())) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"steps": [{"weight": 50}]}, "must rise and end at weight 100"),
        ({"bake": "soon"}, "spec.bake: must be a duration such as 30s, 10m or 1h30m, got 'soon'"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_release_that_would_be_refused_is_told_with_field_rule_and_value(spec: dict[str, object], said: str) -> None:
    (found,) = findings(a_manifest(**spec))

    assert found.place == "CanaryRelease/notification"
    assert said in found.message


def test_a_placeholder_in_a_release_is_told_once() -> None:
    (found,) = findings(a_manifest(stable={"deployment": "<stable-name>"}))

    assert "<stable-name>" in found.message


def test_a_text_that_is_no_yaml_is_a_finding() -> None:
    (found,) = findings("a: [")

    assert found.message.startswith("must be YAML")


@pytest.mark.parametrize("text", ["", "--- \n", "- a list", "just text", "kind: X", "metadata: text\nkind: X"])
def test_documents_without_anything_to_check_are_let_pass(text: str) -> None:
    assert list(findings(text)) == []


def test_files_and_directories_are_walked_and_each_line_names_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "one.yml").write_text("kind: A\nmetadata: {name: a}\nx: <y>\n")
    (tmp_path / "other.txt").write_text("<z>")

    with pytest.raises(typer.Exit) as stopped:
        lint([str(tmp_path)])

    assert stopped.value.exit_code == 1
    said = capsys.readouterr()
    assert said.out == f"{tmp_path}/below/one.yml: A/a /x: <y> must be filled in\n"
    assert said.err == "1 to be put right\n"


def test_a_file_that_cannot_be_read_is_wrong_usage() -> None:
    with pytest.raises(InvalidInput, match="FILES: must be text files that can be read"):
        lint(["/not/there.yaml"])


def test_what_the_cluster_shows_of_a_release_is_a_good_manifest_and_other_fields_are_not() -> None:
    shown = whole(a_standing())
    shown["metadata"] |= {"uid": "1", "resourceVersion": "2", "generation": 3, "managedFields": [{"manager": "<x>"}]}
    listed = {"apiVersion": "v1", "kind": "List", "items": [shown, shown | {"colour": "blue"}]}

    assert "status" in shown
    assert list(findings(yaml.safe_dump(shown | {"metadata": {"name": "n"}}))) == []
    (found,) = findings(yaml.safe_dump(listed).replace("<x>", "x"))
    assert found.message == "document: object contains unknown field `colour`, got 'blue'"
