"""What both clients share: arguments, signing in, and a socket that comes back after a drop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import websockets

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 20.0

# Lines come at once, into a pipe as well.
say = partial(print, flush=True)
complain = partial(print, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Account:
    """Somebody's account at a server."""

    server: str
    email: str
    password: str

    async def sign_in(self) -> str:
        """A fresh access token."""
        return await asyncio.to_thread(self._post_login)

    def _post_login(self) -> str:
        body = json.dumps({"email": self.email, "password": self.password}).encode()
        url = f"{self.server}/api/v1/auth/login"
        request = urllib.request.Request(url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            access: str = json.load(answer)["access"]
        return access


async def send(socket: ClientConnection, kind: str, **fields: Any) -> None:
    """Sends one frame."""
    await socket.send(json.dumps({"type": kind, **fields}))


Talk = Callable[["ClientConnection", Account], Awaitable[None]]


async def stay_connected(account: Account, path: str, talk: Talk) -> None:
    """Talks over a socket, and over a new one whenever the line broke or the server restarted."""
    url = account.server.replace("http", "ws", 1) + path
    pause = FIRST_PAUSE
    while True:
        try:
            async with websockets.connect(url) as socket:
                say("connected")
                with contextlib.suppress(websockets.ConnectionClosed):
                    # A server that answers is up: the next pause is a short one again.
                    await (await socket.ping())
                    pause = FIRST_PAUSE
                    await talk(socket, account)
            # 40xx says: do not come back as you are.
            if socket.close_code is not None and 4000 <= socket.close_code < 4100:
                sys.exit(f"refused: {socket.close_code} {socket.close_reason}")
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                sys.exit(f"cannot sign in: {error.code} {error.reason}")
        except (OSError, asyncio.TimeoutError, websockets.InvalidHandshake):
            pass  # Not there, or not yet.
        complain(f"disconnected, back within {pause:g} s")
        # By chance, so that not all clients of a server come back in the same moment.
        await asyncio.sleep(random.uniform(0, pause))
        pause = min(2 * pause, LONGEST_PAUSE)


def run(description: str | None, path: str, talk: Talk) -> None:
    """Reads the arguments and talks until Ctrl+C."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", default="http://localhost:8000")
    parser.add_argument("--email", default="investor@demo.openbell.local")
    parser.add_argument("--password", default="openbell-demo")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(stay_connected(Account(**vars(parser.parse_args())), path, talk))
