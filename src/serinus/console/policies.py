"""Which releases are judged alike. In: releases as seen. Out: their policies, the most used first."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from serinus.console.port import Seen
from serinus.console.wire import PolicyList, PolicyUse
from serinus.release.spec import Analysis


def policies(found: Iterable[Seen]) -> PolicyList:
    """Policies are the same where every number is, written or left to its default."""
    used: dict[bytes, tuple[Analysis, list[str]]] = {}
    for seen in found:
        metadata, analysis = seen.release.metadata, seen.release.spec.analysis
        key = msgspec.json.encode(analysis, order="sorted")
        used.setdefault(key, (analysis, []))[1].append(f"{metadata.namespace}/{metadata.name}")
    uses = [PolicyUse(analysis, _changed(analysis), tuple(sorted(names))) for analysis, names in used.values()]
    return PolicyList(tuple(sorted(uses, key=lambda one: (-len(one.releases), one.releases))))


def _changed(analysis: Analysis) -> tuple[str, ...]:
    own, usual = msgspec.to_builtins(analysis), msgspec.to_builtins(Analysis())
    return tuple(f"{name}: {msgspec.json.encode(own[name]).decode()}" for name in own if own[name] != usual[name])
