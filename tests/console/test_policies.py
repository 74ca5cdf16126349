from __future__ import annotations

from msgspec.structs import replace

from serinus.console.policies import policies
from serinus.console.port import Seen
from serinus.release.spec import Analysis
from tests.console.builders import a_seen


def of(name: str, analysis: Analysis) -> Seen:
    seen = a_seen()
    metadata = replace(seen.release.metadata, namespace="shop", name=name)
    return replace(
        seen, release=replace(seen.release, metadata=metadata, spec=replace(seen.release.spec, analysis=analysis))
    )


def test_releases_of_the_same_policy_stand_together_the_most_used_first() -> None:
    strict, usual = Analysis(min_requests=500), Analysis(min_requests=Analysis().min_requests)

    found = policies([of("z", strict), of("c", Analysis()), of("a", usual)]).items

    assert [(one.changed, one.releases) for one in found] == [
        ((), ("shop/a", "shop/c")),
        (("minRequests: 500",), ("shop/z",)),
    ]
    assert found[1].analysis == strict


def test_where_there_is_no_release_there_is_no_policy() -> None:
    assert policies([]).items == ()
