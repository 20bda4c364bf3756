"""Programs that are started several times at once, by the mpiexec of mpich or the system's."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BESIDE = Path(sys.executable).parent / "mpiexec"
MPIEXEC = str(BESIDE) if BESIDE.exists() else shutil.which("mpiexec")
needs_mpi = pytest.mark.skipif(
    not (MPIEXEC and importlib.util.find_spec("mpi4py")), reason="needs: pip install mpi4py mpich"
)


def on_ranks(count, *words, folder=None, timeout=60, **environment):
    """Run a Python program on so many ranks; give exit code, stdout and stderr."""
    done = subprocess.run(
        [MPIEXEC, "-n", str(count), sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=folder,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr
