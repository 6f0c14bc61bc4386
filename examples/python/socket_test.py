"""Says hello to `/ws/test/` once a second, and how long the way there and back takes.

    pip install -r requirements.txt
    python socket_test.py --server http://localhost:8000 --email investor@demo.openbell.local

Nothing is followed on this socket, and so there is nothing to resume: what had no answer when the
line broke is asked again over the next one.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from connection import Account, run, say, send

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection


class Greeter:
    """Counts what was echoed, over all connections."""

    def __init__(self) -> None:
        self.number = 1

    async def greet(self, socket: ClientConnection, account: Account) -> None:
        """Greets until the line breaks."""
        established = await answer(socket, "connection_established")
        say(f"server {established['version']}")
        await send(socket, "auth", token=await account.sign_in())
        await send(socket, "auth_test")
        status = await answer(socket, "auth_status")
        say(f"signed in as {status['user_id']}, roles {', '.join(status['roles'])}")
        while True:
            await send(socket, "echo", message={"hello": self.number})
            echo = await answer(socket, "echo")
            sent = time.perf_counter()
            await send(socket, "ping")
            await answer(socket, "pong")
            took = (time.perf_counter() - sent) * 1000
            say(f"echo {echo['message']['hello']}, round trip {took:.1f} ms")
            self.number += 1
            await asyncio.sleep(1)


async def answer(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a type; others, which this program did not ask for, are passed over."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        if frame["type"] == kind:
            return frame
        if frame["type"] == "error":
            raise SystemExit(f"{frame['code']}: {frame['message']}")


if __name__ == "__main__":
    run(__doc__, "/ws/test/", Greeter().greet)
