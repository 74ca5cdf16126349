"""The `sql` block of a subsegment.
A span goes in; the query and its database come out, or None where the span is not about an SQL database.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter, sql.go.
"""

from typing import Final

from serinus_xray.attributes import Attributes, text, whole
from serinus_xray.coerce import MAX_TEXT
from serinus_xray.segment import Sql
from serinus_xray.span import SpanData

MAX_QUERY: Final = 4096  # keeps a document far below 64 kB
_SYSTEM: Final = ("db.system.name", "db.system")
_DATABASE: Final = ("db.namespace", "db.name")
_QUERY: Final = ("db.query.text", "db.statement")
_HOST: Final = ("server.address", "net.peer.name")
_PORT: Final = ("server.port", "net.peer.port")
SQL_KEYS: Final = frozenset((*_SYSTEM, *_DATABASE, *_QUERY, *_HOST, *_PORT, "db.user", "db.connection_string"))
_SQL_SYSTEMS: Final = frozenset(
    {
        "db2",
        "derby",
        "h2",
        "hive",
        "ibm.db2",
        "mariadb",
        "microsoft.sql_server",
        "mssql",
        "mysql",
        "oracle",
        "oracle.db",
        "other_sql",
        "postgresql",
        "sqlite",
        "teradata",
    }
)


def sql_of(span: SpanData) -> Sql | None:
    attributes = span.attributes
    system = text(attributes, *_SYSTEM)
    if system not in _SQL_SYSTEMS:
        return None
    user, query = text(attributes, "db.user"), text(attributes, *_QUERY)
    return Sql(
        connection_string=f"{_server(attributes)}/{text(attributes, *_DATABASE) or ''}",
        url=span.name,
        sanitized_query=None if query is None else query[:MAX_QUERY],
        database_type=system,
        user=None if user is None else user[:MAX_TEXT],
    )


def database_name(attributes: Attributes) -> str | None:
    """`database@host`, as X-Ray's SDKs name the node of a database."""
    database = text(attributes, *_DATABASE)
    if database is None:
        return None
    host = text(attributes, *_HOST)
    return f"{database}@{host}" if host else database


def _server(attributes: Attributes) -> str:
    given = text(attributes, "db.connection_string")
    if given is not None:
        return given
    host, port = text(attributes, *_HOST) or "localhost", whole(attributes, *_PORT)
    return host if port is None else f"{host}:{port}"
