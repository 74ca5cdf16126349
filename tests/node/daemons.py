"""A node's addresses and programs flow in; its daemons' command lines and configuration files flow out.

Pure. Paths are those inside the node: /run/node is its own directory, /run/cache the cache of programs.
"""

from __future__ import annotations

from pathlib import PurePath

import msgspec
import yaml

from tests.node.addresses import Addresses
from tests.node.layout import INSIDE

PKI = INSIDE / "pki"
ETC = INSIDE / "etc"
CONTAINERD = "/run/containerd/containerd.sock"


class Daemon(msgspec.Struct, frozen=True):
    """`ready` is a socket's path or a URL; the next wave waits until it answers."""

    name: str
    command: tuple[str, ...]
    ready: str | None = None


class Plan(msgspec.Struct, frozen=True):
    """Waves of daemons. `attached`: the node lives only as long as its starter keeps the cradle's input open."""

    waves: tuple[tuple[Daemon, ...], ...]
    attached: bool


def waves(where: Addresses, programs: PurePath, dns: PurePath) -> tuple[tuple[Daemon, ...], ...]:
    """The first wave is what the second exits without. `programs` and `dns` hold the executables."""
    return (
        (_etcd(programs), _containerd(), _api(programs, where)),
        (
            _controllers(programs, where),
            _daemon(
                "scheduler", programs / "kube-scheduler", kubeconfig=PKI / "scheduler.kubeconfig", leader_elect="false"
            ),
            _kubelet(programs, where),
            _proxy(programs, where),
            Daemon("dns", (str(dns / "coredns"), "-conf", str(ETC / "Corefile"))),
        ),
    )


def _daemon(name: str, program: PurePath, ready: str | None = None, **flags: object) -> Daemon:
    return Daemon(name, (str(program), *(f"--{key.replace('_', '-')}={value}" for key, value in flags.items())), ready)


def _etcd(programs: PurePath) -> Daemon:
    client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
    return _daemon(
        "etcd",
        programs / "etcd",
        data_dir="/var/lib/etcd",
        unsafe_no_fsync="true",  # the node's state need not survive the machine
        listen_client_urls=client,
        advertise_client_urls=client,
        listen_peer_urls=peer,
    )


def _containerd() -> Daemon:
    return Daemon("containerd", ("containerd", "--config", str(ETC / "containerd.toml")), ready=CONTAINERD)


def _api(programs: PurePath, where: Addresses) -> Daemon:
    return _daemon(
        "api",
        programs / "kube-apiserver",
        ready="https://127.0.0.1:6443/readyz",
        etcd_servers="http://127.0.0.1:2379",
        advertise_address=where.node,
        service_cluster_ip_range=where.services,
        authorization_mode="Node,RBAC",
        token_auth_file=PKI / "tokens.csv",
        client_ca_file=PKI / "ca.crt",
        tls_cert_file=PKI / "api.crt",
        tls_private_key_file=PKI / "api.key",
        service_account_issuer="https://kubernetes.default.svc",
        service_account_key_file=PKI / "service-accounts.pub",
        service_account_signing_key_file=PKI / "service-accounts.key",
        kubelet_certificate_authority=PKI / "ca.crt",
        kubelet_client_certificate=PKI / "api-to-kubelet.crt",
        kubelet_client_key=PKI / "api-to-kubelet.key",
        kubelet_preferred_address_types="InternalIP",
        allow_privileged="true",
    )


def _controllers(programs: PurePath, where: Addresses) -> Daemon:
    return _daemon(
        "controller-manager",
        programs / "kube-controller-manager",
        kubeconfig=PKI / "controller-manager.kubeconfig",
        cluster_cidr=where.pods,
        service_account_private_key_file=PKI / "service-accounts.key",
        root_ca_file=PKI / "ca.crt",
        use_service_account_credentials="true",
        leader_elect="false",
    )


def _kubelet(programs: PurePath, where: Addresses) -> Daemon:
    return _daemon(
        "kubelet",
        programs / "kubelet",
        config=ETC / "kubelet.yaml",
        kubeconfig=PKI / "kubelet.kubeconfig",
        hostname_override="node1",
        node_ip=where.node,
        root_dir="/var/lib/kubelet",
    )


def _proxy(programs: PurePath, where: Addresses) -> Daemon:
    return _daemon(
        "proxy",
        programs / "kube-proxy",
        kubeconfig=PKI / "proxy.kubeconfig",
        hostname_override="node1",
        cluster_cidr=where.pods,
        proxy_mode="iptables",
        conntrack_max_per_core="0",  # the rest of the machine owns this setting
        conntrack_tcp_timeout_established="0",
        conntrack_tcp_timeout_close_wait="0",
    )


def files(where: Addresses, cgroup: str, pause: str) -> dict[str, str]:
    """What lies in etc/, by name."""
    return {
        "containerd.toml": CONTAINERD_TOML.format(pause=pause, socket=CONTAINERD, cni=ETC / "cni"),
        "cni/10-pods.conflist": _cni(where),
        "kubelet.yaml": yaml.safe_dump(_kubelet_configuration(where, cgroup)),
        "Corefile": COREFILE.format(kubeconfig=PKI / "dns.kubeconfig"),
        "resolv.conf": "",
    }


# containerd 1.6 (Debian 12) and 1.7 (Debian 13) read version 2.
CONTAINERD_TOML = """version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{pause}"
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{cni}"
"""

COREFILE = """.:53 {{
    errors
    kubernetes cluster.local in-addr.arpa {{
        kubeconfig {kubeconfig}
    }}
    cache 5
}}
"""


def _cni(where: Addresses) -> str:
    address = {
        "type": "host-local",
        "ranges": [[{"subnet": where.pods}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {
        "type": "bridge",
        "bridge": "pods",
        "isGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": address,
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return msgspec.json.encode({"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge, ports]}).decode()


def _kubelet_configuration(where: Addresses, cgroup: str) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": str(PKI / "ca.crt")},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "tlsCertFile": str(PKI / "kubelet.crt"),
        "tlsPrivateKeyFile": str(PKI / "kubelet.key"),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroup}",
        "enforceNodeAllocatable": [],
        "failCgroupV1": False,
        "failSwapOn": False,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD}",
        "clusterDNS": [where.node],
        "clusterDomain": "cluster.local",
        "resolvConf": str(ETC / "resolv.conf"),
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,  # never: images are imported, nobody could pull them again
    }
