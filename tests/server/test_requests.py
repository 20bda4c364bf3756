"""Whatever is asked, the server answers, and never with an error of its own."""

import json
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
    "/watch",
    "/page/js/app/play.js",
]
PLACES += ["/page/js/app/play.js", "/download/model.safetensors", "/download/model.onnx", "/download/x", "/page/"]
SOON = [place for place in PLACES if place not in ("/robustness", "/mistakes", "/download/model.onnx", "/novelty")]
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
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3_000), st.floats(-1, 2_000), st.text(max_size=8), st.lists(st.integers())
)
GOOD = {
    "hidden": st.lists(st.integers(1, 20), max_size=3),
    "activation": st.sampled_from(["relu", "tanh", "sigmoid", "softplus"]),
    "loss": st.sampled_from(["cross_entropy", "mse", "mae", "huber"]),
    "optimizer": st.sampled_from(["sgd", "adam", "adamw", "rmsprop"]),
    "schedule": st.sampled_from(["constant", "cosine", "one-cycle", "step"]),
    "learning_rate": st.floats(1e-6, 1_000),
    "momentum": st.floats(0, 0.99),
    "weight_decay": st.floats(0, 1_000),
    "l1": st.floats(0, 1_000),
    "l2": st.floats(0, 1_000),
    "batch_size": st.integers(1, 400),
    "epochs": st.integers(1, 10_000),
    "dropout": st.floats(0, 0.999),
    "input_dropout": st.floats(0, 0.999),
    "label_smoothing": st.floats(0, 0.999),
    "shift": st.floats(0, 14),
    "rotation": st.floats(0, 180),
    "scale": st.floats(0, 0.999),
    "elastic": st.floats(0, 14),
    "seed": st.integers(0, 2**31 - 1),
}
KNOBS = st.one_of(
    st.fixed_dictionaries({"train_size": st.integers(1, 300)}, optional=GOOD),
    st.dictionaries(st.sampled_from([*GOOD, "dataset", "x"]), ODD, max_size=3).map(
        lambda knobs: {"hidden": [2], "train_size": 50, **knobs}
    ),
)
PLAIN = st.sampled_from(["run", "pause", "step", "epoch", "forget", "nothing"]).map(lambda do: {"do": do})
TURNS = st.builds(lambda do, knobs: {"do": do, "knobs": knobs}, st.sampled_from(["change", "change", "reset"]), KNOBS)
COMMANDS = st.lists(st.one_of(PLAIN, TURNS, ODD), max_size=6)
HERE = {"suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow], "database": None}


@settings(max_examples=100, **HERE)
@given(METHODS, st.sampled_from(SOON), ENDS, QUERIES, BODIES)
def test_anything_asked_is_answered_and_never_with_an_error_of_the_servers_own(
    own_server, method, place, end, query, body
):
    status, _, _ = own_server.ask(place + end + query, body, method=method)
    assert status in (200, 307, 400, 403, 404, 405)


def survived(page, commands):
    """Send them all and wait until the page rests again; what is refused is told, and nothing is lost."""
    page.hear("network")
    for command in commands:
        page.socket.send(json.dumps(command))
    page.say("pause")
    while page.hear("status")[0]["status"] == "running":
        pass


@settings(max_examples=12, **HERE)
@given(COMMANDS)
def test_any_commands_in_any_order_leave_a_server_that_trains(own_server, commands):
    with own_server.page() as page:
        survived(page, commands)
        status, _, content = own_server.ask("/predict", bytes(784))
        assert status in (200, 400), content


@pytest.mark.slow
@settings(max_examples=60, **HERE)
@given(COMMANDS)
def test_many_commands_in_any_order_leave_a_server_that_trains(own_server, commands):
    with own_server.page() as page:
        survived(page, commands)
        for place in ("/predict", "/mistakes", "/robustness", "/download/model.onnx", "/download/digits.html"):
            status, _, content = own_server.ask(place, bytes(784) if place == "/predict" else None)
            assert status in (200, 400), content


@pytest.mark.slow
def test_two_thousand_requests_leave_no_more_memory_than_one_thousand(own_server):
    rng = np.random.default_rng(3)
    grown = []
    for _ in range(2):
        for _ in range(1_000):
            place = PLACES[rng.integers(len(PLACES))]
            body = None if rng.random() < 0.3 else rng.bytes(int(rng.choice([0, 100, 784, 7_840, 100_000])))
            assert own_server.ask(place, body)[0] < 500
        grown.append(own_server.resident())
    assert grown[1] - grown[0] < 30e6
