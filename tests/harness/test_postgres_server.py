"""The private PostgreSQL server, from the command line and when it can't start."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dbt_cutover.testing import EngineUnavailableError, postgres

pytestmark = pytest.mark.engines("postgres")


@pytest.fixture
def folder():
    """Return a folder for a second server, beside the one that the tests run on."""
    # Not pytest's own folder: the server's user can't enter root's.
    with tempfile.TemporaryDirectory(prefix="dbt-cutover-test-") as parent:
        Path(parent).chmod(0o755)
        yield Path(parent) / "server"


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "dbt_cutover.testing.postgres", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_start_prints_the_port_and_stop_ends_it(folder):
    psycopg2 = importlib.import_module("psycopg2")  # there only where the engine is
    started = command("start", "--dir", folder)
    try:
        assert (started.returncode, started.stderr) == (0, "")
        connection = psycopg2.connect(host="127.0.0.1", port=int(started.stdout), user="postgres", dbname="postgres")
        cursor = connection.cursor()
        cursor.execute("select current_setting('listen_addresses'), current_setting('fsync'), pg_backend_pid()")
        addresses, fsync, _ = cursor.fetchone()
        assert (addresses, fsync) == ("127.0.0.1", "off")
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        again = command("start", "--dir", folder)
        assert (again.returncode, again.stdout) == (1, "")
        assert again.stderr == f"the folder {folder} of the private PostgreSQL server is not empty\n"
    finally:
        stopped = command("stop", "--dir", folder)
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (0, "", "")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not folder.exists()


def test_a_server_that_does_not_start_is_told_in_its_own_words(folder, monkeypatch):
    monkeypatch.setitem(postgres._SETTINGS, "shared_buffers", "many")
    with pytest.raises(EngineUnavailableError) as refused:
        postgres.Server(folder).start()
    assert 'invalid value for parameter "shared_buffers": "many"' in str(refused.value)
    assert not folder.exists()


def test_a_server_ends_with_the_process_that_started_it(folder):
    script = (
        "import os, pathlib, sys; from dbt_cutover.testing.postgres import Server; "
        "server = Server(pathlib.Path(sys.argv[1])); server.start(); "
        "print((pathlib.Path(sys.argv[1]) / 'data' / 'postmaster.pid').read_text(), flush=True); "
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(folder)], check=False, capture_output=True, text=True)
    assert killed.returncode == -9
    # Read before the end: the server takes its file away as it goes, sooner than this process could look.
    pid = int(killed.stdout.split()[0])
    assert postgres._ended(pid, seconds=10)
    postgres.Server(folder).stop()
    assert not folder.exists()


def test_without_a_user_to_run_it_as_root_is_refused(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "_SERVER_USER", "nobody-of-this-name")
    with pytest.raises(EngineUnavailableError, match="no user 'nobody-of-this-name' to run it as"):
        postgres.Server(folder).start()
    assert not folder.exists()
