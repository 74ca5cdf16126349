"""EDGE. A pinned Go module flows in, kube-score flows out, built once: `python -m tests.manifests.kube_score`.

About a minute on two idle cores; later runs find it in the cache of programs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.manifests.tools import cache

MODULE = Path(__file__).parent / "go"
PACKAGE = "github.com/zegl/kube-score/cmd/kube-score"


def ensure() -> Path:
    """The program's path. Raises CalledProcessError if it does not build."""
    pins = hashlib.sha256((MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes()).hexdigest()
    program = cache() / f"kube-score-{pins[:16]}" / "bin/kube-score"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        unfinished = program.with_suffix(f".{os.getpid()}")
        command = ["nice", "-n", "15", "go", "build", "-mod=readonly", "-trimpath", "-o", str(unfinished), PACKAGE]
        subprocess.run(command, cwd=MODULE, env={**os.environ, "CGO_ENABLED": "0"}, check=True)
        unfinished.rename(program)
    return program


if __name__ == "__main__":
    sys.stdout.write(f"{ensure()}\n")
