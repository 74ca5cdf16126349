"""Every router has the four functions of the seam."""

from __future__ import annotations

import inspect

from serinus.kube.routing import gateway, replicas
from serinus.kube.routing.seam import Router


def test_each_router_is_a_module_with_four_functions() -> None:
    seam = {name for name, _ in inspect.getmembers(Router, inspect.isfunction) if not name.startswith("_")}
    assert seam == {"claims", "look", "steer", "leave"}
    assert all(callable(getattr(module, name)) for module in (replicas, gateway) for name in seam)
