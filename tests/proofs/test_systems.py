"""What is imported asks for nothing that only some systems have: no proof for those, but what can be tried here."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "glassnet"
MODULES = sorted(
    ".".join(("glassnet", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)
# What Windows lacks. Libraries that glassnet imports are imported before it is gone: they know Windows by themselves.
TAKE_AWAY = """
import os, signal, socket, sys, importlib, select
for library in sys.argv[1].split():
    importlib.import_module(library)
gone = ["fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "posix", "syslog", "_posixsubprocess"]
for name in gone:
    sys.modules[name] = None
for module, names in (
    (os, "fork forkpty register_at_fork getuid geteuid getgid getpgid setsid killpg wait3 wait4 mkfifo nice uname "
         "pread pwrite sysconf sched_getaffinity sched_setaffinity memfd_create posix_fallocate openpty fchmod fchown "
         "chown statvfs O_NOFOLLOW O_DIRECTORY O_CLOEXEC O_NONBLOCK WNOHANG getloadavg"),
    (signal, "SIGHUP SIGKILL SIGALRM SIGUSR1 SIGUSR2 SIGPIPE SIGCHLD SIGSTOP SIGCONT pthread_sigmask alarm setitimer "
             "sigwait pause"),
    (socket, "AF_UNIX MSG_NOSIGNAL SO_REUSEPORT"),
    (select, "poll epoll"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
LIBRARIES = (
    "numpy numpy.random numpy.testing safetensors.numpy threadpoolctl click rich.console rich.progress PIL.Image "
    "joblib filelock platformdirs sklearn.neural_network sklearn.model_selection sklearn.utils.estimator_checks "
    "scipy.special onnx skl2onnx pyarrow.parquet pooch jinja2 matplotlib.figure starlette.applications uvicorn "
    "websockets msgspec optuna distributed mpi4py multiprocessing.connection asyncio concurrent.futures"
)


def run_without(code, *libraries):
    program = TAKE_AWAY + code
    return subprocess.run(
        [sys.executable, "-c", program, " ".join(libraries)], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_every_module_can_be_imported_without_what_windows_lacks():
    code = f"for module in {MODULES!r}:\n    importlib.import_module(module)\nprint('all')"
    found = run_without(code, *LIBRARIES.split())
    assert found.stdout == "all\n", found.stderr


@pytest.mark.parametrize("culprit", ["import fcntl", "import os; os.fork", "import signal; signal.SIGHUP"])
def test_a_module_that_needs_it_would_be_noticed(culprit):
    found = run_without(culprit, "numpy")
    assert found.returncode == 1
    assert "Error" in found.stderr
