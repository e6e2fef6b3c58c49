"""Several processes that work on one stream; what comes out is in the order of what went in."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 2
"""Batches per process that are handed out and not yet taken back, at most."""


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yields lists of ``size`` items, the last one shorter."""
    remaining = iter(items)
    while batch := list(itertools.islice(remaining, size)):
        yield batch


def in_order(
    function: Callable[[Sequence[T]], Sequence[R]], items: Iterable[T], workers: int, size: int
) -> Iterator[R]:
    """Applies a function to batches of items, in several processes where there is more than one batch.

    Args:
        function: takes a batch and gives the results of its items; importable by name, as all arguments pass
            from process to process.
        items: read as they are needed: a few batches are in memory at a time.
        workers: processes; with 1 all is done in this one.
        size: items of a batch.

    Yields:
        The results, the same for any number of workers.

    Raises:
        MemoryError: a process was killed, which is what systems do that are short of memory.
        Exception: what the function raises.
    """
    waiting = batches(items, size)
    first = list(itertools.islice(waiting, 2))
    work = itertools.chain(first, waiting)
    if workers < 2 or len(first) < 2:
        for batch in work:
            yield from function(batch)
        return
    pool = ProcessPoolExecutor(workers, initializer=_start)
    try:
        under_way: deque[Future[Sequence[R]]] = deque()
        for batch in work:
            under_way.append(pool.submit(function, batch))
            if len(under_way) > AHEAD * workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()
    except BrokenProcessPool as error:
        raise MemoryError from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start() -> None:
    """Sees to it that this process ends when it should, and without a word.

    Ctrl-C comes to all of them at once, and the process that started this one answers it: it takes no more
    batches back and tells this one to end. Were this one to end by itself, that could be told as a killed
    process. Should the other be killed, it can no longer tell this one to end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
