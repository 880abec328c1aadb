"""A mail server of a test's own: it takes what it is given, and can be asked to behave badly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer


class PostOffice(ThreadingTCPServer):
    """What it took stands in ``taken``.

    By the first word of a command, or "taken" for a message as a whole: ``meets`` is called
    before its answer, and ``answers`` has another one than "250"; an empty one hangs up.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        self.taken: list[Message] = []
        self.meets: dict[str, Callable[[], object]] = {}
        self.answers: dict[str, str] = {}
        super().__init__(("127.0.0.1", port), _Counter)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def numbers(self) -> list[str]:
        """The number of each message that it took."""
        return [str(one["Message-ID"]) for one in self.taken]


class _Counter(StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "QUIT":
                return self._say("221 bye")
            if word == "DATA":
                self._say("354 go on")
                self.server.taken.append(message_from_bytes(b"".join(self._lines())))
                word = "taken"
            self.server.meets.get(word, lambda: None)()
            if not (answer := self.server.answers.get(word, "250 well")):
                return None
            self._say(answer)
        return None

    def _lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            yield line

    def _say(self, words: str) -> None:
        try:
            self.wfile.write(f"{words}\r\n".encode())
        except OSError:
            pass  # whoever asked is gone


@contextmanager
def post_office(port: int = 0) -> Iterator[PostOffice]:
    """One that is open until this ends."""
    with PostOffice(port) as office:
        serving = threading.Thread(target=office.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield office
        finally:
            office.shutdown()
            serving.join()
