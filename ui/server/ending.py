"""How the server ends: upon Ctrl-C, SIGTERM or a closed terminal with a word of its own and exit status 0."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
STOPPING, STOPPED = "Stopping: what is trained is saved first.", "Stopped."


def listen() -> None:
    """Takes the signals over from Uvicorn, where that serves this app.

    Uvicorn raises a signal again once it has ended; the process then dies of it, or Streamlit says "Aborted!".
    """
    if threading.current_thread() is not threading.main_thread():
        return
    server: Any = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not hasattr(server, "should_exit"):
        return

    def asked(number: int, _frame: object) -> None:
        if server.should_exit and number == signal.SIGINT:
            server.force_exit = True  # a second Ctrl-C waits for nobody's connection
            return
        say(STOPPING)
        server.should_exit = True
        if not server.started:
            raise SystemExit(0)

    for number in (getattr(signal, name, None) for name in SIGNALS):
        # that a closed terminal ends nothing is what nohup is for
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, asked)


def say(words: str) -> None:
    """Prints it past all buffers, which a signal may have met half written. Nobody may be there to read it."""
    with contextlib.suppress(OSError):
        os.write(1, f"  {words}\n".encode())
