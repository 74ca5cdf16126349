from __future__ import annotations

import pytest

from serinus.traces.client import XRayClient
from serinus.traces.pages import region_of, trace_page

ID = "1-6553f100-0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_console(region: str, host: str) -> None:
    assert trace_page(region, ID) == f"https://{host}/cloudwatch/home?region={region}#xray:traces/{ID}"


@pytest.mark.parametrize(("region", "trace"), [("", ID), ("evil.example/#", ID), ("eu-west-1", "1-x"), ("local", ID)])
def test_what_is_no_region_or_no_trace_has_no_page(region: str, trace: str) -> None:
    assert trace_page(region, trace) == ""


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://xray.eu-west-1.amazonaws.com", "eu-west-1"),
        ("https://xray-fips.us-east-1.amazonaws.com/", "us-east-1"),
        ("https://vpce-0a1b-xyz.xray.eu-central-1.vpce.amazonaws.com", "eu-central-1"),
        ("https://xray.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("http://127.0.0.1:2000", ""),
        ("https://xray.example.com", ""),
        ("https://xray.eu-west-1.amazonaws.com.evil.example", ""),
    ],
)
def test_only_aws_own_endpoint_has_a_region(url: str, region: str) -> None:
    assert region_of(url) == region


def test_a_client_knows_the_page_of_its_x_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_XRAY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    assert XRayClient("http://127.0.0.1:2000").page(ID) == ""
    assert XRayClient(region="eu-west-1").page(ID) == trace_page("eu-west-1", ID)
    assert XRayClient().page(ID) == ""
