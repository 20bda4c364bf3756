"""Messages and arrays that two processes share."""

import os
import signal
import socket
import threading

import numpy as np
import pytest

from glassnet.training.parallel.sharing import (
    COUNTERS,
    ORDERED,
    ArrayForm,
    Signals,
    memory_file,
    read_message,
    shared_arrays,
    write_message,
)


def test_a_message_gives_arrays_and_values_back_and_its_arrays_are_the_readers_own():
    value = {"a": np.arange(1000.0), "b": [np.zeros((3, 0)), "text"], "c": np.arange(6).reshape(2, 3).T}
    descriptor = write_message(value)
    first, second = read_message(descriptor), read_message(descriptor)
    first["a"][0] = 7
    assert second["a"][0] == 0
    np.testing.assert_array_equal(second["c"], value["c"])
    assert second["b"][1] == "text"
    os.close(descriptor)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_view_of_a_mapped_array_is_mapped_again_at_its_place(tmp_path, order):
    values = np.asarray(np.arange(1000, dtype=np.int16).reshape(100, 10), order=order)
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    for view in (
        mapped,
        mapped[7:],
        mapped[7:][5],
        mapped[:, 3:5],
        np.asarray(mapped),
        np.asarray(mapped)[9:].view("u2"),
    ):
        descriptor = write_message(view)
        np.testing.assert_array_equal(read_message(descriptor), view)
        os.close(descriptor)
    for array in (mapped, np.asarray(mapped), np.asarray(mapped)[1:]):
        descriptor = write_message([array, array])
        assert (os.fstat(descriptor).st_size < values.nbytes) == (order == "C")
        os.close(descriptor)


def test_what_was_written_to_a_private_map_comes_along(tmp_path):
    np.save(tmp_path / "values.npy", np.arange(2000))
    mapped = np.load(tmp_path / "values.npy", mmap_mode="c")
    mapped[3] = -1
    descriptor = write_message(mapped)
    np.testing.assert_array_equal(read_message(descriptor), mapped)
    os.close(descriptor)


def test_a_mapped_file_that_has_changed_is_not_taken_for_what_it_was(tmp_path):
    np.save(tmp_path / "values.npy", np.arange(2000))
    descriptor = write_message(np.load(tmp_path / "values.npy", mmap_mode="r"))
    (tmp_path / "values.npy").unlink()
    np.save(tmp_path / "values.npy", np.arange(2000)[::-1].copy())
    with pytest.raises(ValueError, match="has changed"):
        read_message(descriptor)
    os.close(descriptor)


def test_shared_arrays_see_each_other_and_have_cache_lines_of_their_own():
    forms = {"a": ArrayForm((3, 5), np.dtype(np.float32)), "b": ArrayForm((4, 2), np.dtype(np.float64), "F")}
    descriptor = memory_file(sum(form.size for form in forms.values()))
    one, other = shared_arrays(descriptor, forms), shared_arrays(descriptor, forms)
    one["b"][2, 1] = 5
    assert other["b"][2, 1] == 5
    assert other["b"].flags.f_contiguous
    assert one["b"].ctypes.data % 64 == one["a"].ctypes.data % 64 == 0
    os.close(descriptor)


@pytest.mark.parametrize("counted", [True, False], ids=["counters", "socket"])
def test_signals_are_counted_and_the_end_of_the_other_side_is_noticed(counted):
    ends, counters = socket.socketpair(), np.zeros(COUNTERS, np.int64) if counted else None
    near, far = Signals(ends[0], counters, 0), Signals(ends[1], counters, 1)
    assert not near.has_come()
    far.tell()
    far.tell()
    near.wait()
    assert near.has_come()
    assert not near.has_come()
    near.check()
    ends[1].close()
    with pytest.raises(EOFError):
        near.wait()
    ends[0].close()


@pytest.mark.parametrize("counted", [True, False], ids=["counters", "socket"])
def test_a_process_that_sleeps_is_woken(counted):
    ends, counters = socket.socketpair(), np.zeros(COUNTERS, np.int64) if counted else None
    near, far = Signals(ends[0], counters, 0), Signals(ends[1], counters, 1)
    for delay in (0.05, 0.0, 0.02):
        timer = threading.Timer(delay, far.tell)
        timer.start()
        near.wait()
        timer.join()
    assert not near.has_come()
    for end in ends:
        end.close()


@pytest.mark.parametrize("side", [0, 1])
def test_who_sleeps_until_a_signal_comes_is_not_heard_by_the_other_side(side):
    ends, counters = socket.socketpair(), np.zeros(COUNTERS, np.int64)
    mine, theirs = Signals(ends[0], counters, side), Signals(ends[1], counters, 1 - side)
    for count in range(1, 4):
        waiting = threading.Thread(target=mine.wait)
        waiting.start()
        waiting.join(0.05)  # it looks for a while, and then sleeps
        assert waiting.is_alive()
        assert not theirs.has_come()
        theirs.tell()
        waiting.join(5)
        assert not waiting.is_alive()
        mine.tell()
        assert theirs.has_come(), f"answer {count}"
        assert not theirs.has_come()
    for end in ends:
        end.close()


class Counting(Signals):
    """Signals that count how often somebody looked for one."""

    looks = 0

    def has_come(self):
        self.looks += 1
        return super().has_come()


@pytest.mark.parametrize("counted", [True, False], ids=["counters", "socket"])
def test_who_had_to_wait_for_long_sleeps_at_once_the_next_time(counted):
    ends, counters = socket.socketpair(), np.zeros(COUNTERS, np.int64) if counted else None
    near, far = Counting(ends[0], counters, 0), Signals(ends[1], counters, 1)
    looks = []
    for _ in range(2):
        timer = threading.Timer(0.05, far.tell)
        timer.start()
        near.looks = 0
        near.wait()
        timer.join()
        looks.append(near.looks)
    most = 2_000 if counted and ORDERED else 150
    assert looks[0] > most > looks[1]
    for end in ends:
        end.close()


def test_who_tells_a_process_that_has_ended_hears_of_it_and_no_signal_of_the_system_comes():
    ends, heard = socket.socketpair(), []
    near = Signals(ends[0])
    ends[1].close()
    before = signal.signal(signal.SIGPIPE, lambda *_: heard.append("pipe"))
    try:
        with pytest.raises(ConnectionError):
            near.tell()
    finally:
        signal.signal(signal.SIGPIPE, before)
    assert heard == []
    ends[0].close()


def test_messages_of_any_length_are_read_back():
    for count in range(66):  # the list of their lengths ends in any place of a cache line
        value = [np.full(300, number, np.uint8) for number in range(count)]
        descriptor = write_message(value)
        found = read_message(descriptor)
        os.close(descriptor)
        assert all((array == number).all() for number, array in enumerate(found))
        assert len(found) == count


def test_an_array_takes_whole_cache_lines():
    sizes = [ArrayForm(shape, np.dtype("f8")).size for shape in ((0,), (1,), (8,), (9,), (3, 3))]
    assert sizes == [0, 64, 64, 128, 128]
    assert ArrayForm((2, 3), np.dtype("u1")).order == "C"


def test_memory_is_there_though_the_system_has_no_files_of_it(monkeypatch):
    for name in ("", "memfd_create"):
        if name and hasattr(os, name):
            monkeypatch.delattr(os, name)
        descriptors = [memory_file(size) for size in (0, 100)]
        assert [os.fstat(one).st_size for one in descriptors] == [1, 100]
        for one in descriptors:
            os.close(one)
