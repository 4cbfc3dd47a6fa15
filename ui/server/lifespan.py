"""What starts and ends with the server."""

from __future__ import annotations

import contextlib
import gc
import socket
from collections.abc import AsyncIterator
from typing import Any

import anyio.to_thread

from gan_core.processes import fleet

from . import ending


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Run the fleet of workers for as long as the server lives."""
    import pandas  # noqa: F401  Streamlit imports it at the first page otherwise, and the first visitor waits
    from streamlit.runtime.pages_manager import PagesManager

    # st.navigation says so too, but only when a page has run: a first visit to /latent would be given the bare script
    PagesManager.uses_pages_directory = False
    ending.listen()
    workers = fleet.shared()
    _answer_at_once()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(workers.close)
        ending.say(ending.STOPPED)


def _answer_at_once() -> None:
    """Set TCP_NODELAY on the listening sockets; accepted connections inherit it.

    `streamlit run` binds its socket in a way that asyncio does not recognise as TCP, and every answer on a kept-alive
    connection then waits 40 ms for the client's acknowledgement.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):
                if thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
