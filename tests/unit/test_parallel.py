"""One stream, several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.errors import DataError
from dragoman.parallel import AHEAD, batches, in_order


def halves(batch: Sequence[int]) -> list[tuple[int, int]]:
    # the first batch takes longest
    time.sleep(0.02 / (1 + batch[0]))
    return [(number, os.getpid()) for number in batch]


def fails(batch: Sequence[int]) -> list[int]:
    if 7 in batch:
        raise DataError("seven cannot be used")
    return list(batch)


def dies(batch: Sequence[int]) -> list[int]:
    if 7 in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(batch)


@given(st.lists(st.integers()), st.integers(1, 5))
def test_batches_hold_every_item_once_and_in_order(items: list[int], size: int) -> None:
    found = list(batches(items, size))
    assert [item for batch in found for item in batch] == items
    assert all(len(batch) == size for batch in found[:-1])
    assert all(found)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_order_is_kept_whoever_does_the_work(workers: int) -> None:
    found = list(in_order(halves, range(50), workers, 4))
    assert [number for number, _ in found] == list(range(50))
    processes = {process for _, process in found}
    assert (os.getpid() in processes) == (workers == 1)
    assert len(processes) <= workers


def test_a_single_batch_starts_no_process() -> None:
    assert {process for _, process in in_order(halves, range(4), 2, 4)} == {os.getpid()}


def test_the_stream_is_read_as_it_is_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    found = in_order(fails, items(), 2, 1)
    assert next(found) == 0
    assert len(taken) <= 2 * AHEAD + 3
    found.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_process_is_the_callers(workers: int) -> None:
    with pytest.raises(DataError, match="seven cannot be used"):
        list(in_order(fails, range(50), workers, 4))


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(MemoryError):
        list(in_order(dies, range(50), 2, 4))


SCRIPT = """
import itertools, os, signal, time
from dragoman.parallel import in_order
# a shell that starts these tests in the background has them ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)
def work(batch):
    os.write(1, f'{os.getpid()}\\n'.encode())
    time.sleep(0.05)
    return batch
if __name__ == '__main__':
    for _ in in_order(work, itertools.count(), 2, 1): pass
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, how: signal.Signals) -> None:
    """Killed, it cannot tell them to end; Ctrl-C comes to all of them, and only one answers."""
    script = tmp_path / "run.py"
    script.write_text(SCRIPT, encoding="utf-8")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, script], start_new_session=True, **pipes) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        workers = {int(run.stdout.readline()) for _ in range(8)}
        (os.killpg if how == signal.SIGINT else os.kill)(run.pid, how)
        told = run.stderr.read()
        run.wait()
        deadline = time.monotonic() + 10
        while any(map(_runs, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(workers) == 2
    assert not any(map(_runs, workers))
    assert told.count("Traceback") <= (how == signal.SIGINT)
    assert "ForkProcess" not in told


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False
