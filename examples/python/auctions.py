"""Prints the auctions that one watches, and every change of them as it comes.

    pip install -r requirements.txt
    python auctions.py --server http://localhost:8000 --email investor@demo.openbell.local

A client of `/ws/auctions/`. After a drop it asks for what came after the last event that it has
printed of each property, so that each change is printed once and in order, whatever happened in
between. A property that is taken off the watchlist elsewhere is left with the next connection.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from connection import Account, complain, run, say, send

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

Frame = dict[str, Any]


class Watchlist:
    """What is watched, and how far it is known."""

    def __init__(self) -> None:
        self.positions: dict[str, tuple[int, str]] = {}
        """The last event of each topic, and the history that it belongs to."""
        self.places: dict[str, str] = {}

    async def follow(self, socket: ClientConnection, account: Account) -> None:
        """Prints what comes over a socket."""
        await send(socket, "connect", token=await account.sign_in())
        await send(socket, "ping", t0=milliseconds())
        async for text in socket:
            frame: Frame = json.loads(text)
            match frame:
                case {"type": "initial_state", "auctions": auctions}:
                    say(f"watching {len(auctions)} auctions")
                    topics = [self.meet(auction) for auction in auctions]
                    self.forget_all_but(topics)
                    await self.resume(socket, *topics)
                case {"type": "subscribed", "ch": topic, "seq": seq, "ep": epoch}:
                    self.catch_up(topic, frame)
                    self.positions[topic] = (seq, epoch)
                case {"type": "subscribed", "auction": auction}:
                    await self.resume(socket, self.meet(auction))
                # Before the first answer of a topic its state is still to come.
                case {"type": "auction_update", "ch": topic} if topic in self.positions:
                    self.take(frame)
                case {"type": "resync", "ch": topic}:
                    await self.resume(socket, topic)
                case {"type": "auth_expiring"}:
                    await send(socket, "auth", token=await account.sign_in())
                case {"type": "pong", "t0": sent}:
                    say(f"round trip {milliseconds() - sent} ms")
                case {"type": "error", "code": code, "message": message}:
                    complain(f"{code}: {message}")

    async def resume(self, socket: ClientConnection, *topics: str) -> None:
        """Asks for all that came after what is known; null asks for the state as it is now."""
        positions = {topic: self.positions.get(topic) for topic in topics}
        await send(socket, "connect", resume=positions)

    def meet(self, auction: Frame) -> str:
        """Keeps the address of a watched property, and gives its topic."""
        topic = f"property:{auction['propertyId']}"
        self.places[topic] = "{street}, {city} {state}".format(**auction)
        return topic

    def forget_all_but(self, topics: list[str]) -> None:
        """Leaves what was taken off the list, or away altogether, while nobody was connected."""
        for topic in self.positions.keys() - topics:
            del self.positions[topic]
            say(f"{self.places[topic]}: no longer watched")

    def catch_up(self, topic: str, answer: Frame) -> None:
        """Prints what was missed: event by event, or else the state that it has led to."""
        if answer["recovered"]:
            for event in answer.get("events", []):
                self.take(event)
        else:
            state = answer["snapshot"]
            say(
                f"{self.places[topic]}: {state['foreclosureStatus']}, "
                f"{state.get('auctionDate')} {state.get('auctionTime')}, {state.get('openingBid')}"
            )

    def take(self, event: Frame) -> None:
        """Prints an event if it is the next one: others came before, or will come by `resume`."""
        topic, seq = event["ch"], event["seq"]
        known, epoch = self.positions[topic]
        if seq != known + 1:
            return
        self.positions[topic] = (seq, epoch)
        for what, change in event["update"].items():
            text = change
            if isinstance(change, dict):
                text = f"{change.get('old')} -> {change.get('new')} {change.get('type', '')}"
            say(f"{self.places[topic]}: {what} {text}".rstrip())


def milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000


if __name__ == "__main__":
    run(__doc__, "/ws/auctions/", Watchlist().follow)
