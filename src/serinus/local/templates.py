"""Every Deployment of the laptop. In: ports, files, programs, options. Out: templates; nothing is started or read here.
The services' variables are those of the manifests; what differs from the cluster is that all addresses are loopback.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from serinus.local.names import CANARY, CONTROLLER, SMTP, STABLE, USER_MANAGEMENT, XRAY
from serinus.local.objects import HttpGet, ProcessTemplate, Running, TcpConnect
from serinus.local.ports import LOOPBACK
from serinus.local.tls import Certificates

MAIL_USER = "notification"
STABLE_SERVICE, CANARY_SERVICE = "V1-Notification-Microservice", "V2-Notification-Microservice"
USER_MANAGEMENT_SERVICE = "User-Management-Microservice"


# Two busy cores and a person who watches: hashing at OWASP's least, leases that outlive a crash by seconds.
PATIENCE_OF_USERS = {
    "ARGON2_MEMORY_KIB": "7168",
    "ARGON2_TIME_COST": "5",
    "OUTBOX_LEASE_SECONDS": "8",
    "OUTBOX_MAX_BACKOFF_SECONDS": "5",
}
PATIENCE_OF_MAIL = {"NOTIFICATION_LEASE_SECONDS": "5", "MAIL_TIMEOUT_SECONDS": "4"}


class Ports(Struct, frozen=True):
    """The platform's fixed ports on loopback; 0: any free one. `https` and `http` are the entry."""

    https: int = 8443
    http: int = 8080
    notification: int = 8096
    xray: int = 2000
    smtp: int = 2587
    router: int = 0

    def by_name(self) -> dict[str, int]:
        return asdict(self)


class Files(Struct, frozen=True):
    """Where everything is kept below the state directory."""

    state: Path

    @property
    def inbox(self) -> Path:
        return self.state / "inbox"

    @property
    def mail_password(self) -> Path:
        return self.state / "tls" / "mail-password"

    @property
    def traces(self) -> Path:
        return self.state / "data" / "traces.duckdb"

    @property
    def users(self) -> Path:
        return self.state / "data" / "usermgmt.db"

    @property
    def deliveries(self) -> Path:
        """Shared by both versions, or a retry on the other version would send a second mail."""
        return self.state / "data" / "notification.db"

    def faults(self, deployment: str) -> Path:
        return self.state / "faults" / f"{deployment}.json"


class Laptop(Struct, frozen=True):
    """All that the templates are made of. `python`: the interpreter that has our distributions."""

    files: Files
    ports: Ports
    certificates: Certificates
    python: str
    release: str
    keep_alive: bool = True


def templates(laptop: Laptop) -> tuple[ProcessTemplate, ...]:
    """All but Traefik."""
    return (
        _xray(laptop),
        _smtp(laptop),
        _user_management(laptop),
        _notification(laptop, STABLE, "V1", STABLE_SERVICE),
        _notification(laptop, CANARY, "V2", CANARY_SERVICE),
        _controller(laptop),
    )


def _xray(laptop: Laptop) -> ProcessTemplate:
    command = (laptop.python, "-m", "serinus.cli.xray", "--port", "{port}", "--store", str(laptop.files.traces))
    probe = HttpGet("/_serinus/health")
    return ProcessTemplate(XRAY, command, probe=probe, port=laptop.ports.xray, stops_last=True)


def _smtp(laptop: Laptop) -> ProcessTemplate:
    pair = laptop.certificates.smtp
    options = ("--dir", str(laptop.files.inbox), "--port", "{port}", "--cert", str(pair.certificate))
    return ProcessTemplate(
        SMTP,
        (laptop.python, "-m", "serinus.local.inbox", *options, "--key", str(pair.key)),
        {"INBOX_USERNAME": MAIL_USER, "INBOX_PASSWORD_FILE": str(laptop.files.mail_password)},
        TcpConnect(),
        port=laptop.ports.smtp,
        stops_last=True,
    )


def _user_management(laptop: Laptop) -> ProcessTemplate:
    env = _service(laptop, USER_MANAGEMENT, "V1", USER_MANAGEMENT_SERVICE) | {
        "DATABASE_FILE": str(laptop.files.users),
        "NOTIFICATION_SERVICE_HOST": LOOPBACK,
        "NOTIFICATION_SERVICE_PORT": str(laptop.ports.notification),
        "NOTIFICATION_KEEP_ALIVE": str(laptop.keep_alive).lower(),
        **PATIENCE_OF_USERS,
    }
    command = (laptop.python, "-m", "user_management", "serve", "--migrate")
    return ProcessTemplate(USER_MANAGEMENT, command, env, version="V1", service=USER_MANAGEMENT_SERVICE)


def _notification(laptop: Laptop, name: str, version: str, service: str) -> ProcessTemplate:
    env = _service(laptop, name, version, service) | {
        "NOTIFICATION_DATABASE_URL": f"sqlite+aiosqlite:///{laptop.files.deliveries}",
        "AWS_MAIL_SERVER_HOST": LOOPBACK,
        "AWS_MAIL_SERVER_PORT": str(laptop.ports.smtp),
        "AWS_MAIL_SERVER_TLS_NAME": SMTP,
        "AWS_MAIL_SERVER_CA": str(laptop.certificates.authority),
        "AWS_MAIL_SERVER_USERNAME": MAIL_USER,
        "AWS_MAIL_SERVER_PASSWORD_FILE": str(laptop.files.mail_password),
        "AWS_MAIL_SERVER_FROM_ADDRESS": "no-reply@omnitechsol.com",
        **PATIENCE_OF_MAIL,
    }
    command = (laptop.python, "-m", "notification", "serve", "--migrate")
    return ProcessTemplate(name, command, env, version=version, service=service)


def _service(laptop: Laptop, name: str, version: str, service: str) -> dict[str, str]:
    return {
        "HOST": LOOPBACK,
        "APP_VERSION": version,
        "SERVICE_PROFILE": "development",
        "FAULTS_FILE": str(laptop.files.faults(name)),
        "LOG_LEVEL": "warning",
        "AWS_XRAY_TRACING_NAME": service,
        "AWS_XRAY_DAEMON_ADDRESS": f"{LOOPBACK}:{laptop.ports.xray}",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    }


def _controller(laptop: Laptop) -> ProcessTemplate:
    command = (
        laptop.python,
        "-m",
        "serinus.cli.main",
        "controller",
        laptop.release,
        "--state",
        str(laptop.files.state),
    )
    env = {
        "AWS_ENDPOINT_URL_XRAY": f"http://{LOOPBACK}:{laptop.ports.xray}",
        "AWS_REGION": "local",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    return ProcessTemplate(CONTROLLER, command, env, Running())
