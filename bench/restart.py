"""How soon a killed operator is back in action, on Kubernetes. In: --runs, --output. Out: table or JSON: seconds from
kill -9, at every transition of a release, to the first pass of the next process, its plan applied.
Starts a node of its own (Linux, root); the machine should have nothing else to do: `python -m bench.restart`.
"""

from __future__ import annotations

import argparse
from statistics import median

import msgspec
from bench.rollback import Scene, logged, scene
from tests.journeys.kubernetes.cluster import apply, kubectl
from tests.journeys.kubernetes.operator.operating import (
    REPLICAS,
    Load,
    killed_at_every_transition,
    operator,
    release,
    serve,
    xray,
)

ACTED = r"INFO serinus\.kube\.releases "
RATE = 50.0


class Restart(msgspec.Struct, frozen=True):
    """`at`: phase and step."""

    at: str
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--output", choices=("table", "json"), default="table")
    options = parser.parse_args()
    with scene("bench-restart") as here:
        found = [restart for number in range(options.runs) for restart in _restarts(here, number)]
    if options.output == "json":
        print(msgspec.json.encode(found).decode())
        return
    print(f"{len(found)} kills in {options.runs} releases at {RATE:g} requests/s\n")
    print(f"{'killed in':16}{'median s':>10}{'worst s':>10}")
    for at in (*dict.fromkeys(each.at for each in found), "all"):
        late = [each.seconds for each in found if at in (each.at, "all")]
        print(f"{at:16}{median(late):10.2f}{max(late):10.2f}")


def _restarts(here: Scene, number: int) -> list[Restart]:
    namespace = f"restart-{number}"
    kubectl(here.cluster, "create", "namespace", namespace)
    log = here.home / f"{namespace}.log"
    with xray(here.cluster) as traces:
        entry = serve(here.cluster, namespace, here.images, traces.daemon)
        with operator(here.account, namespace, traces.url, log) as running, Load(entry, RATE, keeps=False):
            apply(here.cluster, namespace, release("notification", REPLICAS, [50, 100]))
            kills = killed_at_every_transition(here.cluster, namespace, running)
    kubectl(here.cluster, "delete", "namespace", namespace, "--wait=false")
    acted = logged(log.read_text(encoding="utf-8"), ACTED)
    late = ((at, [when - kill for when in acted if when > kill]) for at, kill in kills.items())
    return [Restart(at, round(min(after), 3)) for at, after in late if after]


if __name__ == "__main__":
    main()
