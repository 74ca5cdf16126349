"""Every way in which the node fails.

NodeError
├── CannotRun      this machine lacks something; names what
├── CommandFailed  a command of the system's, of a build or of kubectl; shows its last lines
├── StartFailed    a part did not become ready; shows its log's last lines
└── LeftBehind     the node is down, and something of it is still there; names what
"""


class NodeError(Exception):
    """The root: catch this to catch all of them."""


class CannotRun(NodeError):
    pass


class CommandFailed(NodeError):
    pass


class StartFailed(NodeError):
    pass


class LeftBehind(NodeError):
    pass
