"""Whatever is asked, the server answers, and never with an error of its own."""

from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PLACES = [
    "",
    "/",
    "/predict",
    "/drawing",
    "/novelty",
    "/mistakes",
    "/robustness",
    "/data",
    "/train",
    "/network",
    "/examples/train",
    "/page/js/app/play.js",
]
PLACES += ["/page/js/app/play.js", "/download/model.safetensors", "/download/model.onnx", "/download/x", "/page/"]
SLOW = ("/robustness", "/mistakes", "/download/model.onnx", "/novelty", "/network")
SOON = [place for place in PLACES if place not in SLOW]
ENDS = st.one_of(st.just(""), st.text(max_size=20).map(lambda text: "/" + quote(text)))
NAMES = st.one_of(st.text(max_size=20), st.sampled_from(["a.csv", "b.npz", "c.tsv", "x" * 3_000 + ".csv"]))
QUERIES = st.one_of(
    st.just(""),
    st.text(max_size=20).map(lambda text: "?" + quote(text, safe="=&")),
    st.tuples(NAMES, NAMES).map(lambda pair: f"?name={quote(pair[0])}&target={quote(pair[1])}"),
)
BODIES = st.one_of(
    st.none(),
    st.binary(max_size=300),
    st.integers(1, 4).flatmap(lambda count: st.binary(min_size=784 * count, max_size=784 * count)),
    st.binary(max_size=60).map(lambda tail: b"\x89PNG\r\n\x1a\n" + tail),
    st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail),
    st.lists(st.lists(st.sampled_from(["1", "x", "", '"', "nan", "label"]), max_size=4).map(",".join), max_size=6).map(
        lambda lines: "\n".join(lines).encode()
    ),
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
HERE = {"suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow], "database": None}


@settings(max_examples=100, **HERE)
@given(METHODS, st.sampled_from(SOON), ENDS, QUERIES, BODIES)
def test_anything_asked_is_answered_and_never_with_an_error_of_the_servers_own(server, method, place, end, query, body):
    status, _, _ = server.ask(place + end + query, body, method=method)
    assert status in (200, 307, 400, 403, 404, 405)


@pytest.mark.slow
def test_two_thousand_requests_leave_no_more_memory_than_one_thousand(server):
    rng = np.random.default_rng(3)
    grown = []
    for _ in range(2):
        for _ in range(1_000):
            place = PLACES[rng.integers(len(PLACES))]
            body = None if rng.random() < 0.3 else rng.bytes(int(rng.choice([0, 100, 784, 7_840, 100_000])))
            assert server.ask(place, body)[0] < 500
        grown.append(server.resident())
    assert grown[1] - grown[0] < 30e6
