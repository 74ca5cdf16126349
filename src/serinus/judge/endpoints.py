"""Endpoints one by one: which are judged on their own, and what each has seen. In: what is known, blocks. Out: anew.
The first twenty are judged on their own, the others together, so that memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from serinus.judge.baserate import learn_stable
from serinus.judge.blocks import MAX_STRATA, OTHER
from serinus.judge.counts import Counts
from serinus.judge.evidence import Cell, Endpoint, endpoint_log_e
from serinus.judge.metrics import PARTS
from serinus.judge.observation import Block
from serinus.judge.wealth import bet, plain, spread

MAX_CELLS = 12


def admit(known: Mapping[str, Endpoint], blocks: Iterable[Block], prior: Sequence[float]) -> dict[str, Endpoint]:
    """All endpoints, as if the bets had been spread evenly over them from the first: m newcomers after k are given
    m / (k+m) of what those hold by now, in each metric. Money moves, none is made.
    """
    strata = dict.fromkeys(block.stratum for block in blocks if block.stratum not in known)
    room = max(0, MAX_STRATA - len(known.keys() - {OTHER}))
    newcomers = [*[stratum for stratum in strata if stratum != OTHER][:room]]
    if len(strata) > len(newcomers) and OTHER not in known:
        newcomers.append(OTHER)
    if not newcomers:
        return dict(known)
    share = 1 / (len(known) + len(newcomers))
    parts, wealth = {metric: share * _held(known, metric) for metric in PARTS}, spread(prior)
    return {
        **{
            name: replace(endpoint, parts=_times(endpoint.parts, share * len(known)))
            for name, endpoint in known.items()
        },
        **{stratum: Endpoint(parts, wealth) for stratum in newcomers},
    }


def _held(known: Mapping[str, Endpoint], metric: str) -> float:
    """What the bets of a metric on single endpoints are worth; 1 before the first."""
    held = (endpoint.parts[metric] * plain(endpoint_log_e(endpoint, metric)) for endpoint in known.values())
    return sum(held) if known else 1.0


def _times(parts: Mapping[str, float], factor: float) -> dict[str, float]:
    return {metric: part * factor for metric, part in parts.items()}


def grouped(endpoints: Mapping[str, Endpoint], blocks: Iterable[Block]) -> dict[str, list[Block]]:
    """The blocks of each endpoint that is judged."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        groups.setdefault(endpoint_of(endpoints, block), []).append(block)
    return groups


def endpoint_of(endpoints: Mapping[str, Endpoint], block: Block) -> str:
    """Its stratum, or "other" for one that came too late."""
    return block.stratum if block.stratum in endpoints else OTHER


def grown(
    endpoint: Endpoint,
    counts: Counts,
    log_es: Sequence[float],
    end: float,
    weight: float | None,
    prior: Sequence[float],
) -> Endpoint:
    """With its faults counted and what was bet on them."""
    return replace(
        endpoint,
        wealth=bet(endpoint.wealth, log_es, end, weight, prior),
        base=learn_stable(endpoint.base, counts, end),
        cells=_with_cell(endpoint.cells, weight, counts),
    )


def _with_cell(cells: tuple[Cell, ...], weight: float | None, counts: Counts) -> tuple[Cell, ...]:
    """Add to the cell of this weight, to the last one where there are too many."""
    places = [place for place, cell in enumerate(cells) if cell.weight == weight]
    if not places and len(cells) < MAX_CELLS:
        return (*cells, Cell(weight, counts))
    place = places[0] if places else len(cells) - 1
    grown = Cell(cells[place].weight, cells[place].counts + counts)
    return (*cells[:place], grown, *cells[place + 1 :])
