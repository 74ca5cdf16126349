"""The rules of a release, all of them: which event leads from which phase to which. An unlisted pair changes nothing.
In: nothing. Out: two enumerations and one table, from which documentation draws its diagram.
"""

from __future__ import annotations

from enum import StrEnum

from serinus.release.status import Phase


class Event(StrEnum):
    """What a pass may find, see events.py."""

    NEW_VERSION = "NewVersion"
    CAPACITY_READY = "CapacityReady"
    ROUTE_CONFIRMED = "RouteConfirmed"
    STEP_PASSED = "StepPassed"
    APPROVAL_NEEDED = "ApprovalNeeded"
    APPROVED = "Approved"
    LAST_STEP_PASSED = "LastStepPassed"
    SKIPPED = "Skipped"
    BAKED = "Baked"
    STABLE_RETIRED = "StableRetired"
    HARM_FOUND = "HarmFound"
    ABORTED = "Aborted"
    REJECTED = "Rejected"
    DEADLINE_EXCEEDED = "DeadlineExceeded"
    STABLE_READY = "StableReady"
    ROUTE_RESTORED = "RouteRestored"
    CANARY_DRAINED = "CanaryDrained"
    RETRIED = "Retried"
    NOTHING = "Nothing"


IN_RUN = (Phase.SCALING, Phase.ROUTING, Phase.ANALYSING, Phase.AWAITING_APPROVAL, Phase.BAKING)
AT_REST = (Phase.IDLE, Phase.PROMOTED, Phase.ROLLED_BACK)
STOPS = (Event.HARM_FOUND, Event.ABORTED, Event.REJECTED, Event.DEADLINE_EXCEEDED)

TRANSITIONS: dict[tuple[Phase, Event], Phase] = {
    **{(phase, Event.NEW_VERSION): Phase.SCALING for phase in (*AT_REST, *IN_RUN)},
    (Phase.ROLLED_BACK, Event.RETRIED): Phase.SCALING,
    (Phase.SCALING, Event.CAPACITY_READY): Phase.ROUTING,
    (Phase.ROUTING, Event.ROUTE_CONFIRMED): Phase.ANALYSING,
    (Phase.ANALYSING, Event.STEP_PASSED): Phase.SCALING,
    (Phase.ANALYSING, Event.APPROVAL_NEEDED): Phase.AWAITING_APPROVAL,
    (Phase.AWAITING_APPROVAL, Event.APPROVED): Phase.SCALING,
    (Phase.ANALYSING, Event.LAST_STEP_PASSED): Phase.BAKING,
    **{(phase, Event.SKIPPED): Phase.SCALING for phase in IN_RUN if phase is not Phase.BAKING},
    (Phase.BAKING, Event.BAKED): Phase.RETIRING,
    (Phase.RETIRING, Event.STABLE_RETIRED): Phase.PROMOTED,
    **{(phase, event): Phase.RESTORING for phase in IN_RUN for event in STOPS},
    (Phase.RESTORING, Event.STABLE_READY): Phase.ROLLING_BACK,
    (Phase.ROLLING_BACK, Event.ROUTE_RESTORED): Phase.DRAINING,
    (Phase.DRAINING, Event.CANARY_DRAINED): Phase.ROLLED_BACK,
}
