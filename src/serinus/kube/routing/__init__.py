"""The ways to split traffic on Kubernetes. In: what the spec names. Out: the router for it."""

from __future__ import annotations

from serinus.kube.routing import gateway, replicas
from serinus.kube.routing.seam import Router, Sighting
from serinus.release.spec import Traffic

__all__ = ["Router", "Sighting", "router_for"]


def router_for(traffic: Traffic) -> Router:
    return replicas if traffic.replicas else gateway
