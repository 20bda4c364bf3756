"""The pages that look on: each with a short queue of its own, so that a slow one holds up nobody."""

from __future__ import annotations

import asyncio
from collections import deque

MOST = 64  # pages
LONGEST = 200  # news that wait for one page; parameters count once, since only the newest matter


class Spectator:
    """One page: news in order, of parameters the newest."""

    def __init__(self) -> None:
        self.news: deque[bytes] = deque()
        self.newest: bytes | None = None
        self.waiting = asyncio.Event()
        self.dropped = False

    def tell(self, frame: bytes, fleeting: bool) -> None:
        """Queue a piece of news, or give this page up."""
        if fleeting:
            self.newest = frame
        elif len(self.news) < LONGEST:
            self.news.append(frame)
        else:
            self.dropped = True
        self.waiting.set()

    def forget(self) -> None:
        """Drop what waits: it means nothing any more."""
        self.news.clear()
        self.newest = None

    async def next(self) -> bytes | None:
        """Wait for the next news; None once the page is given up."""
        while not self.news and self.newest is None and not self.dropped:
            self.waiting.clear()
            await self.waiting.wait()
        if self.dropped:
            return None
        if self.news:
            return self.news.popleft()
        frame, self.newest = self.newest, None
        return frame


class Audience:
    """All of them."""

    def __init__(self) -> None:
        self.spectators: set[Spectator] = set()

    @property
    def full(self) -> bool:
        """Whether no more are let in."""
        return len(self.spectators) >= MOST

    def enter(self) -> Spectator:
        """Add a page."""
        spectator = Spectator()
        self.spectators.add(spectator)
        return spectator

    def leave(self, spectator: Spectator) -> None:
        """Forget a page."""
        self.spectators.discard(spectator)

    def tell(self, frame: bytes, *, fleeting: bool = False, afresh: bool = False) -> None:
        """Tell all.

        Parameters
        ----------
        frame : bytes
            The news.
        fleeting : bool, optional
            Whether it replaces older fleeting news that still waits; such news comes after the other.
        afresh : bool, optional
            Whether what waits means nothing any more.
        """
        for spectator in self.spectators:
            if afresh:
                spectator.forget()
            spectator.tell(frame, fleeting)
