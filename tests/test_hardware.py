"""Limits of BLAS threads, one within another and side by side."""

import threading

import pytest

from glassnet.hardware import _controller, blas_threads


def limits():
    return {library["num_threads"] for library in _controller().info() if library["user_api"] == "blas"}


def test_a_limit_within_a_limit_ends_with_the_outer_one():
    before = limits()
    with blas_threads(1):
        with blas_threads(1):
            assert limits() == {1}
        assert limits() == {1}
        with blas_threads(2):
            assert limits() == {2}
        assert limits() == {1}
    assert limits() == before


def test_a_limit_is_known_to_its_own_thread_alone():
    before = limits()
    seen = []

    def other():
        with blas_threads(1):
            seen.append(limits())

    with blas_threads(1):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert limits() == {1}
    assert seen == [{1}]
    assert limits() == before


def test_an_error_ends_the_limit():
    before = limits()
    with pytest.raises(KeyError), blas_threads(1):
        raise KeyError
    assert limits() == before
