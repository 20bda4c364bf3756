"""What one server has: the networks and data sets that pages are given, and who trains with Python."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from ..errors import DataError
from .attached import Trainings
from .shown import Networks
from .uploads import UploadStore

MOST_SECONDS = 20.0  # seconds for a file that was sent, and for those before it

Result = TypeVar("Result")


class Served:
    """A run's network, data sets beside it, and trainings; nothing of it is one visitor's that another could change."""

    def __init__(self, run: Path, uploads: UploadStore) -> None:
        self.uploads = uploads
        self.networks, self.trainings = Networks(run, uploads), Trainings(uploads)
        self.reader = ThreadPoolExecutor(1)  # one, so that only one file that was sent takes its memory at a time
        self.busy = asyncio.Lock()  # for what takes seconds to compute: one at a time
        self.curves: list[dict[str, Any]] = []  # of robustness

    async def read(self, read: Callable[..., Result], *given: Any) -> Result:
        """Read what a page has sent or asks for, one after another; what takes too long is given up."""
        reading = asyncio.get_running_loop().run_in_executor(self.reader, read, *given)
        try:
            return await asyncio.wait_for(reading, MOST_SECONDS)
        except TimeoutError as error:
            expected, remedy = f"at most {MOST_SECONDS:.0f} s", "Send less, or try again in a while"
            raise DataError("reading takes too long", expected=expected, remedy=remedy) from error
        finally:
            del reading  # else a failure, which it holds, holds this frame, and what was read for as long

    def close(self) -> None:
        """End the trainings, and wait for no file."""
        self.trainings.close()
        self.reader.shutdown(wait=False, cancel_futures=True)
