"""The order in windows, and the choice of rows that are left out: what memory holds of millions of rows is little."""

import itertools
import tracemalloc

import numpy as np
import pytest

from glassnet.data.splits import TEST, VALIDATION, choose_rows
from glassnet.data.windows import AllBut, WindowOrder

STARTS = np.array([0, 7, 14, 14, 21, 30])
LEFT_OUT = np.array([0, 6, 7, 8, 9, 10, 11, 12, 13, 29])
ROWS = AllBut(30, LEFT_OUT)


def order(seed=0, epoch=0, blocks=2, rows=ROWS, starts=STARTS):
    return WindowOrder(rows, starts, blocks, seed, epoch)


def test_every_row_that_is_kept_comes_once_and_none_that_is_left_out():
    assert sorted(order()[:].tolist()) == sorted(set(range(30)) - set(LEFT_OUT.tolist()))
    assert ROWS[:].tolist() == sorted(order()[:].tolist())


@pytest.mark.parametrize("size", [1, 3, 8, 20, 50])
def test_a_stretch_is_the_same_whichever_came_before(size):
    whole = order()[:].tolist()
    cut = order()
    for start in [*range(0, 20, size), 0, 8]:
        assert cut[start : start + size].tolist() == whole[start : start + size]


def test_each_seed_and_epoch_has_an_order_of_its_own():
    found = {tuple(order(seed, epoch)[:].tolist()) for seed, epoch in itertools.product(range(3), range(3))}
    assert len(found) == 9


def test_a_window_has_rows_of_its_blocks_alone_and_of_all_of_them():
    rows, starts = AllBut(64_000, np.arange(0)), np.arange(0, 64_001, 100)
    made = order(blocks=64, rows=rows, starts=starts)
    blocks = made[:6_400] // 100
    assert len(set(blocks.tolist())) == 64
    assert np.bincount(blocks).max() == 100
    assert len(set((made[:200] // 100).tolist())) > 50  # rows that come together are from many places
    assert np.ptp(blocks) > 500  # of the whole file


def test_no_more_of_an_order_is_held_than_two_windows():
    rows, starts = AllBut(6_400_000, np.arange(0)), np.arange(0, 6_400_001, 1_000)
    made = order(blocks=64, rows=rows, starts=starts)
    tracemalloc.start()
    try:
        for start in range(0, 640_000, 640):
            made[start : start + 640]
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held <= 2 * 64_000 * 8 + 100_000


def test_rows_left_out_are_counted_before_each():
    left_out = np.array([1, 2, 5, 9])
    kept = AllBut(10, left_out)
    assert len(kept) == 6
    assert kept[:].tolist() == [0, 3, 4, 6, 7, 8]
    assert kept[2:4].tolist() == [4, 6]
    assert kept[np.array([5, 0])].tolist() == [8, 0]
    assert kept.before(np.arange(11)).tolist() == [0, 1, 1, 1, 2, 3, 3, 4, 5, 6, 6]


@pytest.mark.parametrize("count", [1, 10, 333, 2_999])
def test_every_class_has_its_share_of_the_rows_that_are_chosen(count):
    rng = np.random.default_rng(0)
    labels = rng.choice(3, 300_000, p=[0.6, 0.39, 0.01]).astype(np.uint8)
    taken = choose_rows(labels, len(labels), 5_000, (0, TEST), np.empty(0, np.int64))
    chosen = choose_rows(labels, len(labels), count, (0, VALIDATION), taken)
    assert len(np.unique(chosen)) == count
    assert (np.diff(chosen) > 0).all()
    assert not np.isin(chosen, taken).any()
    free = np.bincount(np.delete(labels, taken))
    assert np.abs(np.bincount(labels[chosen], minlength=3) - count * free / free.sum()).max() < 1


def test_rows_are_chosen_from_everywhere_and_by_their_address():
    chosen = [choose_rows(None, 1_000_000, 4_000, (seed, part), np.arange(0)) for seed in (0, 1) for part in (0, 1)]
    assert all(np.abs(np.bincount(rows // 100_000, minlength=10) - 400).max() < 100 for rows in chosen)
    assert all(len(np.intersect1d(a, b)) < 60 for a, b in itertools.combinations(chosen, 2))
    again = choose_rows(None, 1_000_000, 4_000, (1, 1), np.arange(0))
    assert (again == chosen[3]).all()
