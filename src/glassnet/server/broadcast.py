"""Messages to all open pages: each page has a short queue of its own, so that a slow one holds up nobody."""

from __future__ import annotations

import asyncio
from collections import deque

MOST = 64  # pages
LONGEST = 200  # messages that wait for one page; parameters count once, since only the newest matter


class Subscriber:
    """One page: messages in order, and of those that replace one another, such as the parameters, the newest."""

    def __init__(self) -> None:
        self.queue: deque[bytes] = deque()
        self.newest: bytes | None = None
        self.waiting = asyncio.Event()
        self.dropped = False

    def add(self, message: bytes, *, replaceable: bool = False) -> None:
        """Queue a message, or give this page up."""
        if replaceable:
            self.newest = message
        elif len(self.queue) < LONGEST:
            self.queue.append(message)
        else:
            self.dropped = True
        self.waiting.set()

    def clear(self) -> None:
        """Drop what waits: it is out of date."""
        self.queue.clear()
        self.newest = None

    async def next(self) -> bytes | None:
        """Wait for the next message; None once the page is given up."""
        while not self.queue and self.newest is None and not self.dropped:
            self.waiting.clear()
            await self.waiting.wait()
        if self.dropped:
            return None
        if self.queue:
            return self.queue.popleft()
        message, self.newest = self.newest, None
        return message


class Broadcaster:
    """All subscribed pages."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()

    @property
    def full(self) -> bool:
        """Whether no more are let in."""
        return len(self.subscribers) >= MOST

    def subscribe(self) -> Subscriber:
        """Add a page."""
        subscriber = Subscriber()
        self.subscribers.add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget a page."""
        self.subscribers.discard(subscriber)

    def send(self, message: bytes, *, replaceable: bool = False, afresh: bool = False) -> None:
        """Queue a message for all; `afresh` drops what waits, a `replaceable` one comes after all others."""
        for subscriber in self.subscribers:
            if afresh:
                subscriber.clear()
            subscriber.add(message, replaceable=replaceable)
