"""The line to the database, to be cut: by a proxy between, or by the kernel that drops packets.

A proxy's own kernel acknowledges whatever it is sent, so that a proxy shows lines that are alive
for TCP and go no further; dropped packets show lines that are dead.
"""

import os
import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager, suppress

from django.db import connection

from tests.faults.processes import database_url

# To the server, and from it.
UP, DOWN = "up", "down"


class Proxy:
    """Forwards what is sent to a port, until it is cut; each connection in both directions."""

    def __init__(self, host: str, port: int):
        self._to = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._changed = threading.Condition()
        self._cut: frozenset[str] = frozenset()
        self._swallows = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, *directions: str, swallowing: bool) -> None:
        """From now on forward nothing there: read it all the same, or leave it in the buffers."""
        with self._changed:
            self._cut, self._swallows = frozenset(directions), swallowing

    def mend(self) -> None:
        """Forward again, what was left first; where something was swallowed, nothing more."""
        with self._changed:
            self._cut = frozenset()
            self._changed.notify_all()

    def end(self) -> None:
        """Hang up on everybody."""
        self.mend()
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _address = self._listener.accept()
                there = socket.create_connection(self._to)
            except OSError:
                return
            self._open += [here, there]
            for of, to, direction in ((here, there, UP), (there, here, DOWN)):
                threading.Thread(
                    target=self._forward, args=(of, to, direction), daemon=True
                ).start()

    def _forward(self, of: socket.socket, to: socket.socket, direction: str) -> None:
        with suppress(OSError):
            while data := of.recv(65536):
                with self._changed:
                    if direction in self._cut and self._swallows:
                        break
                    self._changed.wait_for(lambda: direction not in self._cut)
                to.sendall(data)
            else:
                to.shutdown(socket.SHUT_WR)
                return
            while of.recv(65536):
                pass


def _through(port: int) -> str:
    """Where the default connection leads, by another port."""
    usual = connection.get_connection_params()["port"]
    before, _colon, after = database_url().rpartition(f":{usual}/")
    return f"{before}:{port}/{after}"


@contextmanager
def proxied():
    """A proxy before the tests' own server, and the address of the database through it."""
    params = connection.get_connection_params()
    proxy = Proxy(params["host"], int(params["port"]))
    try:
        yield proxy, _through(proxy.port)
    finally:
        proxy.end()


_NFT = shutil.which("nft") or shutil.which("nft", path="/usr/sbin")
# One for each process: others of the tests drop packets of theirs meanwhile.
_TABLE = f"eventflow_cut_{os.getpid()}"


def packets_can_be_dropped() -> bool:
    """Whether this process may tell the kernel to."""
    if _NFT is None:
        return False
    made = subprocess.run([_NFT, "add", "table", "inet", _TABLE], capture_output=True, check=False)
    if made.returncode == 0:
        subprocess.run([_NFT, "delete", "table", "inet", _TABLE], check=True)
    return made.returncode == 0


@contextmanager
def dropped(port: int):
    """Packets to and from a port of this machine are dropped while the block runs."""
    rules = (
        f"add table inet {_TABLE}\n"
        f"add chain inet {_TABLE} input {{ type filter hook input priority 0; }}\n"
        f"add rule inet {_TABLE} input tcp dport {port} drop\n"
        f"add rule inet {_TABLE} input tcp sport {port} drop\n"
    )
    subprocess.run([_NFT, "-f", "-"], input=rules, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run([_NFT, "delete", "table", "inet", _TABLE], check=True)
