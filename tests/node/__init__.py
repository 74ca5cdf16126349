"""A real Kubernetes node on this machine: etcd to kubelet, built from source, in namespaces of its own.

`python -m tests.node up|down|status|run|build|image` from a shell; `up.up`, `down.down` and a Node value from tests.
"""
