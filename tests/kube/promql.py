"""A light reader of PromQL. In: an expression, what is exposed. Out: its metrics, and what of it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

WORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan"}
LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
AGGREGATORS = {"sum", "max", "min", "avg", "count", "topk", "bottomk", "quantile", "stddev", "group"}
TEXT = r'"(?:[^"\\]|\\.)*"'
TOKEN = re.compile(rf"\[[^\]]*\]|\{{(?:[^}}\"]|{TEXT})*\}}|{TEXT}|\d[\w.]*|\$?[A-Za-z_:]\w*|[()]|[^\s]")
MATCHER = re.compile(rf"(\w+)\s*(=~|!~|!=|=)\s*({TEXT})")
Exposed = dict[str, dict[str, set[str]]]


class Selector(Struct, frozen=True):
    """A metric, and for each matched label its possible values; a value that Grafana fills in has none."""

    metric: str
    matched: dict[str, tuple[str, ...]]


class Query(Struct, frozen=True):
    """`grouped`: labels in `by (…)`, `on (…)` and their like."""

    selectors: tuple[Selector, ...]
    grouped: frozenset[str]


def query(expression: str) -> Query:
    """What an expression asks for. Its syntax is promtool's affair."""
    tokens = TOKEN.findall(expression)
    selectors, grouped, position = [], set(), 0
    while position < len(tokens):
        token, after = tokens[position], tokens[position + 1] if position + 1 < len(tokens) else ""
        if token in LISTS and after == "(":
            end = tokens.index(")", position)
            grouped |= {each for each in tokens[position + 2 : end] if each != ","}
            position = end
        elif re.match(r"[A-Za-z_:]", token) and after != "(" and token not in WORDS | LISTS | AGGREGATORS:
            selectors.append(Selector(token, _matched(after if after.startswith("{") else "")))
        position += 1
    return Query(tuple(selectors), frozenset(grouped))


def _matched(braces: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for label, sign, quoted in MATCHER.findall(braces):
        text = quoted[1:-1]
        found[label] = () if "$" in text else tuple(text.split("|")) if sign in ("=~", "!~") else (text,)
    return found


def exposed(registry: CollectorRegistry) -> Exposed:
    """Sample name -> label -> values, from the text that Prometheus reads."""
    found: Exposed = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


def complaints(expression: str, known: Exposed) -> list[str]:
    """What it asks for and nobody exposes."""
    asked = query(expression)
    wrong = [f"no metric {one.metric}" for one in asked.selectors if one.metric not in known]
    carried = {label for one in asked.selectors for label in known.get(one.metric, {})}
    wrong += [f"no label {label} to group by" for label in sorted(asked.grouped - carried)]
    return [*wrong, *(each for one in asked.selectors if one.metric in known for each in _unmatched(one, known))]


def _unmatched(one: Selector, known: Exposed) -> Iterator[str]:
    labels = known[one.metric]
    for label, values in one.matched.items():
        if label not in labels:
            yield f"{one.metric} has no label {label}"
        else:
            yield from (f"{one.metric} is never {label}={value}" for value in values if value not in labels[label])
