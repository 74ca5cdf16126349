"""The local overlay's Secrets are complete, fit together, and their certificate holds for every name."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import ModuleType

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from tests.manifests.conftest import Made
from tests.manifests.documents import APPS, microservices, overlay
from tests.manifests.workloads import named, of_kind, references, workloads

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_every_secret_and_key_that_pods_name_is_made(made: Made) -> None:
    applied = {d["metadata"]["name"] for d in of_kind(overlay("local"), "ConfigMap")}
    missing = [
        (w.name, name, sorted(keys - set(made.get((w.namespace or "shop", name), {}))))
        for w in workloads(overlay("local"))
        for _, name, keys in references(w)
        if name not in applied and not keys <= set(made.get((w.namespace or "shop", name), {}))
    ]
    named_ones = {(w.namespace or "shop", name) for w in workloads(overlay("local")) for _, name, _ in references(w)}

    assert missing == []
    assert {name for _, name in named_ones} - applied <= {name for _, name in made}
    assert set(made) - named_ones == {("shop", "canarydemo-tls"), ("shop", "mail-server-ca")}


def test_both_sides_of_a_password_have_the_same(made: Made) -> None:
    users, mail = made["omnitech-outside", "mariadb-passwords"], made["omnitech-outside", "smtp-inbox-credentials"]

    assert made["shop", "mysql-db-password"]["db-password"] == users["usermgmt_app"]
    assert made["shop", "notification-db-password"]["db-password"] == users["notification_app"]
    assert made["shop", "mysql-migration-passwords"] == {
        "usermgmt-password": users["usermgmt_migrator"],
        "notification-password": users["notification_migrator"],
    }
    assert made["shop", "ses-smtp-credentials"].items() >= mail.items()
    assert len({*users.values(), mail["password"], made["shop", "usermgmt-api-token"]["token"]}) == 6


def test_the_certificate_is_good_for_every_name_that_is_verified(make_secrets: ModuleType) -> None:
    certified = make_secrets.certify(NOW)
    authority = x509.load_pem_x509_certificate(certified.authority.encode())
    server = x509.load_pem_x509_certificate(certified.certificate.encode())
    ingress = named(microservices(), "Ingress", "eks-microservices-canary-demo")
    smtp = named(microservices(), "ConfigMap", "smtp-endpoint")["data"]["tls-server-name"]
    mysql = named(microservices(), "ConfigMap", "mysql-endpoint")["data"]["tls-server-name"]
    policy = PolicyBuilder().store(Store([authority])).time(NOW + timedelta(days=364))

    for name in (mysql, smtp, ingress["spec"]["rules"][0]["host"], "mysql", "smtp-service"):
        assert policy.build_server_verifier(x509.DNSName(name)).verify(server, [])


def test_the_program_prints_one_list_for_kubectl_to_create() -> None:
    command = [sys.executable, str(APPS / "local/make_secrets.py"), "--namespace", "shop"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    listed = json.loads(printed)

    assert (listed["apiVersion"], listed["kind"]) == ("v1", "List")
    assert {o["metadata"]["namespace"] for o in listed["items"]} == {"shop", "omnitech-outside"}
