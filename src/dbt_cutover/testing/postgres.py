"""A private PostgreSQL server on loopback, from Python or from the command line.

``python -m dbt_cutover.testing.postgres start --dir D`` makes a cluster in the folder D, starts it and prints its port;
``... stop --dir D`` stops it by its process id and removes the folder.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt_cutover.testing.errors import EngineUnavailableError

__all__ = ["Server", "find_binaries", "main"]

_SERVER_USER = "postgres"
"""Both the database's superuser and, when we are root, the system's user under which the server runs."""

_DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version, out of PATH."""

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Tests' data may be lost in a crash of the machine, and never waits for the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def find_binaries() -> Path:
    """Return the folder of the server's programs: from PATH, from pg_config, or Debian's newest.

    Raises
    ------
    EngineUnavailableError
        They are nowhere.
    """
    candidates = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(asked.stdout.strip()))
    debian = [folder for folder in _DEBIAN.glob("*/bin") if folder.parent.name.isdigit()]
    candidates.extend(sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True))
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise EngineUnavailableError(
        "PostgreSQL's server is missing: its programs initdb and postgres are neither in PATH, "
        "nor where pg_config points, nor in /usr/lib/postgresql/*/bin"
    )


class Server:
    """A server with a data folder of its own, which listens on 127.0.0.1 alone and trusts whoever connects there.

    Parameters
    ----------
    folder : Path
        Missing or empty before :meth:`start`. Holds the data, the socket and the log; removed by :meth:`stop`.

    Attributes
    ----------
    host, user : str
        Where and as whom to connect; no password is needed.
    port : int
        Known after :meth:`start`.
    """

    host = "127.0.0.1"
    user = _SERVER_USER

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self, *, outlive_us: bool = False, seconds: float = 60) -> None:
        """Make the cluster and wait until it takes connections.

        Parameters
        ----------
        outlive_us : bool
            Keep running when this process ends; otherwise (on Linux) the system stops the server even if we are killed.
        seconds : float
            How long to wait.

        Raises
        ------
        EngineUnavailableError
            It can't be made or doesn't come up; the message has what PostgreSQL said.
        """
        binaries = find_binaries()
        owner = _owner()
        if self.folder.exists() and any(self.folder.iterdir()):
            raise EngineUnavailableError(f"the folder {self.folder} of the private PostgreSQL server is not empty")
        sockets = self.folder / "socket"
        for folder in (self.folder, self._data, sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if owner is not None:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
        options = ["-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        initdb = [str(binaries / "initdb"), "-D", str(self._data), *options]
        made = subprocess.run(initdb, capture_output=True, text=True, check=False, cwd="/", **_as(owner))
        if made.returncode != 0:
            self._remove()
            raise EngineUnavailableError(f"initdb could not make a cluster in {self.folder}:\n{made.stderr.strip()}")
        log = self.folder / "log"
        # Between finding a free port and the server's taking it, another process may take it.
        for _ in range(5):
            self.port = _free_port()
            settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(sockets)}
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    [binaries / "postgres", "-D", self._data, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    # A Ctrl-C is ours to handle: the tests' last statements still need the server.
                    start_new_session=True,
                    preexec_fn=None if outlive_us else _die_with_parent,  # noqa: PLW1509 - it calls the system, nothing else
                    **_as(owner),
                )
            if self._comes_up(self._process, seconds):
                return
            if "could not bind" not in log.read_text(errors="replace"):
                break
        said = log.read_text(errors="replace").strip()
        self.stop()
        raise EngineUnavailableError(f"the private PostgreSQL server did not start; it said:\n{said}")

    def _comes_up(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        state = self._data / "postmaster.pid"
        deadline = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < deadline:
            # The server itself says there that it takes connections: its eighth line.
            lines = state.read_text().splitlines() if state.exists() else []
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        return False

    def stop(self, seconds: float = 20) -> None:
        """Stop the server by its process id, also one that another process started, and remove the folder."""
        pid = self._pid()
        if pid is not None:
            # First in order, cutting connections; then at once.
            for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                os.kill(pid, request)
                if _ended(pid, seconds, self._process):
                    break
        self._process = None
        self._remove()

    def _pid(self) -> int | None:
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        state = self._data / "postmaster.pid"
        # A running server keeps this file; after a crash another process may have its number.
        if not state.exists():
            return None
        lines = state.read_text().splitlines()
        pid = int(lines[0])
        return pid if Path(lines[1]) == self._data and _alive(pid) else None

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Return the user under which the server runs; None for our own. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_SERVER_USER)
    except KeyError:
        raise EngineUnavailableError(
            f"PostgreSQL doesn't run as root, and there is no user {_SERVER_USER!r} to run it as: "
            "install Debian's package postgresql, or run the tests as another user"
        ) from None


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """Have the system stop this process at once when its parent ends (prctl, which Linux alone has)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _ended(pid: int, seconds: float, child: subprocess.Popen[bytes] | None = None) -> bool:
    """Wait until a process has ended; a child of ours counts as alive until its exit code is taken."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _alive(pid) or (child is not None and child.poll() is not None):
            return True
        time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dbt_cutover.testing.postgres", description=__doc__)
    parser.add_argument("command", choices=["start", "stop"])
    parser.add_argument("--dir", type=Path, required=True, help="the server's folder: made by start, removed by stop")
    given = parser.parse_args(arguments)
    server = Server(given.dir)
    if given.command == "stop":
        server.stop()
        return 0
    try:
        server.start(outlive_us=True)
    except EngineUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    print(server.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
