"""EDGE. Arguments flow in, an exit code flows out: `serve [--migrate]` or `migrate`.

0 done, 2 the environment is wrong (one log line names the variable), 1 anything else.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from omnitech_chassis import logs, server, tracing
from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.service import Service, assemble
from omnitech_chassis.settings import SettingsT, load


def main(service: Service[SettingsT], arguments: Sequence[str] | None = None) -> int:
    options = _parser(service.name).parse_args(arguments)
    logs.configure("info", service.name)
    try:
        settings = load(service.settings)
        logs.configure(settings.log_level, service.name)
        if options.command == "migrate" or options.migrate:
            asyncio.run(service.migrate(settings))
        if options.command == "serve":
            _serve(service, settings)
    except ConfigurationError as wrong:
        logs.log("command").error("configuration refused", variable=wrong.variable, reason=str(wrong))
        return 2
    return 0


def _serve(service: Service[SettingsT], settings: SettingsT) -> None:
    provider = tracing.start(settings)
    try:
        parts = service.build(settings, provider)
        server.serve(assemble(parts), settings.host, settings.port, parts.readiness, settings.drain_seconds)
    finally:
        provider.shutdown()


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description="Configured by the environment only.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve until SIGTERM")
    serve.add_argument("--migrate", action="store_true", help="first bring the database's schema up to date")
    commands.add_parser("migrate", help="bring the database's schema up to date and exit").set_defaults(migrate=True)
    return parser


def run(service: Service[SettingsT]) -> None:
    sys.exit(main(service))
