"""The processors that are a process's own, and BLAS with one thread, whoever asks for it and wherever."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from glassnet import hardware
from glassnet.hardware import launched, one_blas_thread, processors, side_by_side, use_processors


def limits():
    """The threads of NumPy's BLAS; SciPy may have brought one of its own."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    own = [library for library in found if "numpy" in library["filepath"]]
    return {library["num_threads"] for library in own or found}


@pytest.fixture(autouse=True)
def two_threads():
    with threadpool_limits(2, "blas"):
        yield
        assert limits() == {2}


def test_contexts_may_nest():
    with one_blas_thread():
        with one_blas_thread():
            assert limits() == {1}
        assert limits() == {1}
    assert limits() == {2}


def test_contexts_of_several_threads_may_overlap_in_any_order():
    begun, ended, over = (threading.Event() for _ in range(3))
    seen = []

    def other():
        with one_blas_thread():
            begun.set()
            over.wait()
            seen.append(limits())
        ended.set()

    thread = threading.Thread(target=other, daemon=True)
    with one_blas_thread():
        thread.start()
        begun.wait()
        seen.append(limits())
    seen.append(limits())  # the other thread's context lasts
    over.set()
    ended.wait()
    thread.join()
    assert seen == [{1}, {1}, {1}]
    assert limits() == {2}


def test_many_threads_never_see_another_number():
    seen = set()

    def work():
        for _ in range(200):
            with one_blas_thread():
                seen.update(limits())

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    assert seen == {1}
    assert limits() == {2}


def test_an_error_ends_the_limit():
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert limits() == {2}


@pytest.fixture
def seven_processors(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(7)), raising=False)
    monkeypatch.setattr(hardware, "CONTAINER_QUOTA", tmp_path / "cpu.max")
    for name in hardware.TOLD:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cpu.max"


@pytest.mark.parametrize(("quota", "expected"), [("max 100000", 7), ("250000 100000", 2), ("50000 100000", 1), ("", 7)])
def test_processors_are_counted_by_the_containers_quota_too(seven_processors, quota, expected):
    seven_processors.write_text(quota)
    assert processors() == expected


@pytest.mark.parametrize("name", hardware.TOLD)
@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("3", 3), ("64", 7), ("", 7), ("many", 7), ("0", 1)])
def test_what_a_program_is_told_of_its_processors_is_respected(seven_processors, monkeypatch, name, value, expected):
    monkeypatch.setenv(name, value)
    assert processors() == expected


def test_who_says_how_many_processors_to_use_is_believed(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert processors() == 1
    with hardware.at_most(1):  # which gives back what was said before
        use_processors(64)
        assert processors() == 64
    assert processors() == 1


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, (0, 1)),
        ({"PMI_RANK": "2", "PMI_SIZE": "4"}, (2, 4)),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "3"}, (1, 3)),
        ({"PMI_RANK": "2"}, (0, 1)),
        ({"PMI_RANK": "none", "PMI_SIZE": "4"}, (0, 1)),
    ],
)
def test_the_rank_of_a_process_is_what_its_launcher_says(monkeypatch, environment, found):
    for names in hardware.LAUNCHERS:
        for name in names:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "mpi4py.MPI", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert launched() == found


PIECES = [slice(start, start + 1) for start in range(6)]


def test_pieces_are_done_at_once_where_there_are_processors_each_by_one_blas_thread(monkeypatch):
    monkeypatch.setattr(hardware, "processors", lambda: 2)
    both, seen, done = threading.Barrier(2, timeout=10), [], []

    def work(piece):
        if piece in PIECES[:2]:
            both.wait()  # returns only if two pieces are being done
        seen.append(limits())
        done.append(piece)

    side_by_side(work, PIECES)
    assert sorted(done, key=PIECES.index) == PIECES
    assert seen == [{1}] * len(PIECES)


@pytest.mark.parametrize(("count", "pieces"), [(1, PIECES), (2, PIECES[:1])])
def test_pieces_are_done_in_order_by_the_caller_where_there_is_one_processor_or_one_piece(monkeypatch, count, pieces):
    monkeypatch.setattr(hardware, "processors", lambda: count)
    done = []
    side_by_side(lambda piece: done.append((piece, threading.current_thread())), pieces)
    assert done == [(piece, threading.current_thread()) for piece in pieces]


@pytest.mark.parametrize("count", [1, 2])
def test_the_error_of_the_first_piece_that_fails_is_raised(monkeypatch, count):
    monkeypatch.setattr(hardware, "processors", lambda: count)

    def work(piece):
        if piece.start >= 2:
            raise ValueError(f"piece {piece.start}")

    with pytest.raises(ValueError, match="piece 2"):
        side_by_side(work, PIECES)
