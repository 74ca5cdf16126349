"""Endpoints one by one: which are judged on their own, and what each has seen. In: what is known, blocks. Out: anew.
The first twenty are judged on their own, the others together, so that memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from serinus.judge.baserate import learn_stable
from serinus.judge.blocks import MAX_STRATA, OTHER
from serinus.judge.counts import Counts
from serinus.judge.evidence import Cell, Endpoint
from serinus.judge.observation import Block
from serinus.judge.wealth import bet, spread

MAX_CELLS = 12
RESERVE = 0.5


def admit(known: Mapping[str, Endpoint], blocks: Iterable[Block], prior: Sequence[float]) -> dict[str, Endpoint]:
    """All endpoints, those seen for the first time with their part: r / (k+r)(k+m+r) each for m newcomers after k.

    After k endpoints r / (k+r) of the bets are left, r = RESERVE: whatever comes, all parts stay below 1 together.
    """
    strata = dict.fromkeys(block.stratum for block in blocks if block.stratum not in known)
    room = max(0, MAX_STRATA - len(known.keys() - {OTHER}))
    newcomers = [*[stratum for stratum in strata if stratum != OTHER][:room]]
    if len(strata) > len(newcomers) and OTHER not in known:
        newcomers.append(OTHER)
    part = RESERVE / ((len(known) + RESERVE) * (len(known) + len(newcomers) + RESERVE))
    wealth = spread(prior)
    return {**known, **{stratum: Endpoint(part, wealth) for stratum in newcomers}}


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
