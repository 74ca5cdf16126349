"""Addresses flow in; every file that a daemon is told to read is one that the node writes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path, PurePath

import msgspec
import yaml

from tests.node import pki
from tests.node.addresses import addresses
from tests.node.daemons import Daemon, Plan, files, waves

WHERE = addresses(2)
WAVES = waves(WHERE, PurePath("/run/cache/programs/bin"), PurePath("/run/cache/dns"))
FILES = files(WHERE, "serinus-x", "serinus/pause:1")


def daemons() -> list[Daemon]:
    return [daemon for wave in WAVES for daemon in wave]


def test_every_file_that_a_daemon_reads_is_written(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", WHERE)
    told = [word for daemon in daemons() for word in daemon.command] + list(FILES.values())
    read = {name for text in told for name in re.findall(r"/run/node/([\w./-]+)", text)}
    written = {f"pki/{path.name}" for path in (tmp_path / "pki").iterdir()} | {f"etc/{name}" for name in FILES}
    directories = {str(PurePath(name).parent) for name in written}
    assert read
    assert read <= written | directories


def test_the_second_wave_waits_for_what_it_would_exit_without() -> None:
    assert {daemon.name for daemon in WAVES[0] if daemon.ready} == {"containerd", "api"}


def test_configuration_files_are_well_formed() -> None:
    kubelet = yaml.safe_load(FILES["kubelet.yaml"])
    assert kubelet["clusterDNS"] == [WHERE.node]
    assert kubelet["cgroupRoot"] == "/serinus-x"
    assert tomllib.loads(FILES["containerd.toml"])["root"] == "/var/lib/containerd"
    plugins = msgspec.json.decode(FILES["cni/10-pods.conflist"])["plugins"]
    assert plugins[0]["ipam"]["ranges"] == [[{"subnet": WHERE.pods}]]


def test_nothing_that_the_api_server_keeps_listens_beyond_loopback() -> None:
    etcd = next(daemon for daemon in daemons() if daemon.name == "etcd")
    addresses_ = [word for word in etcd.command if "http://" in word]
    assert addresses_
    assert all("http://127.0.0.1:" in word for word in addresses_)


def test_a_plan_survives_its_way_to_the_cradle() -> None:
    plan = Plan(WAVES, attached=True)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
