"""How gunicorn's worker sends an answer: whoever takes too little of it in time is hung up on.

With threads, a reader that does not read holds one for as long as it likes, for a write waits until
there is room, and a proxy in front does not help against who reaches past it.
"""

import socket
import struct

from gunicorn.workers.gthread import ThreadWorker

from eventflow.environment import variables
from eventflow.web import long_answers

# Seconds within which each piece of an answer has to be taken; of an export, see `long_answers`.
SEND_WITHIN = variables.seconds("SEND_WITHIN", otherwise=60)
# On closing, what is not sent is dropped, and the reader hears that it is not all.
_DROPPED = struct.pack("ii", 1, 0)


class Worker(ThreadWorker):
    """gunicorn's worker with threads; it gives a reader `SEND_WITHIN` seconds for each piece."""

    def init_process(self):
        long_answers.share(self.cfg.threads)
        super().init_process()

    def handle_request(self, req, conn):
        # Python counts it over the whole of a piece, and so by rate: a byte now and then is no use.
        conn.sock.settimeout(SEND_WITHIN)
        try:
            again = super().handle_request(req, conn)
        except TimeoutError:
            self.log.info("An answer was read too slowly, and was ended.")
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROPPED)
            return False
        conn.sock.settimeout(None)
        return again
