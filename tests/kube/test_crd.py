"""The CustomResourceDefinitions say what the types say, in files that are not stale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator
from msgspec.structs import replace

from serinus.judge.observation import WeightChange
from serinus.kube.crd import definitions, main, rendered
from serinus.kube.documents import run_fields, status_fields
from serinus.kube.kinds import Json
from serinus.release.run import Entry
from serinus.release.status import Status
from tests.kube.test_documents import a_run, stored

FILES = Path(__file__).parents[2] / "deploy/crd"


def root(name: str) -> Json:
    found: Json = definitions()[name]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def test_the_files_are_what_the_types_say(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == rendered()
    assert {path.name: path.read_text() for path in FILES.glob("*.yaml")} == rendered()
    assert all(yaml.safe_load(text) for text in rendered().values())


def test_every_field_that_a_person_writes_is_described() -> None:
    assert list(undescribed(root("canaryreleases.yaml")["properties"]["spec"], "spec")) == []


def undescribed(part: Json, path: str) -> Any:
    for name, each in part.get("properties", {}).items():
        if not each.get("description"):
            yield f"{path}.{name}"
        yield from undescribed(each, f"{path}.{name}")
    if "items" in part:
        yield from undescribed(part["items"], f"{path}[]")


def test_every_part_has_a_type_as_structural_schemas_must() -> None:
    for name in definitions():
        assert list(untyped(root(name))) == []


def untyped(part: Json) -> Any:
    if "type" not in part:
        yield part
    for each in [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]:
        yield from untyped(each)


def test_a_record_as_it_is_written_fits_its_schema() -> None:
    run = {"release": "notification", "number": 2}
    document = {"metadata": {}, "spec": run, "status": stored(run_fields(a_run()))}
    Draft7Validator(root("canaryruns.yaml")).validate(document)


def test_nothing_is_refused_for_its_length() -> None:
    """A record or a status that Kubernetes refuses would stop the release with harm going on."""
    run = a_run()
    assert run.verdict
    long = replace(
        run,
        weights=(WeightChange(1000.0, 0.01, 1001.0),) * 102,
        verdict=replace(run.verdict, checks=run.verdict.checks * 400),
        timeline=(Entry(1000.0, "Analysing", "x" * 2000, "x" * 2000, "x" * 2000, "x" * 2000),),
    )
    document = {"metadata": {}, "spec": {"release": "n", "number": 2}, "status": stored(run_fields(long))}
    Draft7Validator(root("canaryruns.yaml")).validate(document)
    status = root("canaryreleases.yaml")["properties"]["status"]
    Draft7Validator(status).validate(stored(status_fields(Status(answered="x" * 2000, reason="x" * 2000))))


def test_a_release_whose_name_is_no_label_is_refused_at_admission() -> None:
    metadata = root("canaryreleases.yaml")["properties"]["metadata"]
    assert metadata == {"type": "object", "properties": {"name": {"type": "string", "maxLength": 63}}}


def test_no_field_of_a_record_would_be_pruned() -> None:
    assert list(unknown(stored(run_fields(a_run())), root("canaryruns.yaml")["properties"]["status"])) == []


def unknown(value: Any, part: Json) -> Any:
    if isinstance(value, dict) and not part.get("x-kubernetes-preserve-unknown-fields"):
        for key, each in value.items():
            if key in part["properties"]:
                yield from unknown(each, part["properties"][key])
            else:
                yield key
    if isinstance(value, list):
        for each in value:
            yield from unknown(each, part["items"])


def test_the_columns_are_those_that_people_look_for() -> None:
    columns = definitions()["canaryreleases.yaml"]["spec"]["versions"][0]["additionalPrinterColumns"]
    narrow = [column["name"] for column in columns if not column["priority"]]
    assert narrow == ["Phase", "Step", "Weight", "Measured", "Verdict", "Age"]
