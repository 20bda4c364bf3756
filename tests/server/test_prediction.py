"""`glassnet serve`: what programs send and are answered, over real sockets."""

import contextlib
import csv
import http.client
import io
import json
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np
import pytest

from commands import COMMAND
from glassnet import Model, Network
from glassnet.cli.predict_data import Question, answers_of, csv_of
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.data.preprocessing.targets import TargetScale
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataError
from glassnet.server.prediction import CSV, JSON, RowReader, application

LIMIT = 30  # seconds for anything; only a fault takes so long
LARGEST = 1_000_000  # bytes
NAMES = ("age", "state", "joined", "paid")
ENCODERS = dict(zip(NAMES, ("robust", "categories", "dates", "robust"), strict=True))
WORDS = {"state": ("TX", "CA", "New York")}
ROW = {"age": 41, "state": "CA", "joined": "2024-02-03", "paid": True}
FILE = """age,state,joined,paid,note
41,CA,2024-02-03,yes,a
-1.5e1,"New York",2024-02-29 13:30,no,"b, c"
,NA,,no,
70,Utah,1999-12-31,yes,ü
"""


def made(**what):
    """A model of two networks, not trained, of a table with numbers, words, dates and truth values."""
    draw = np.random.default_rng(0)
    columns = [draw.normal(40, 9, 60), draw.integers(0, 3, 60), draw.integers(18_000, 20_000, 60), np.arange(60) % 2]
    rows = np.stack(columns, axis=1).astype(float)
    rows[:3, :3] = np.nan
    encoding = fit_columns(NAMES, lambda: [rows], ENCODERS, WORDS)
    outputs, loss = (2, "cross_entropy") if "class_names" in what else (1, "mse")
    networks = [Network([encoding.inputs, 8, outputs], loss=loss, seed=seed) for seed in (1, 2)]
    return Model(networks, encoding, **what)


@pytest.fixture(scope="module")
def of_classes():
    return made(class_names=("bad", "good"))


@pytest.fixture(scope="module")
def file(of_classes, tmp_path_factory):
    path = tmp_path_factory.mktemp("serve") / "model.safetensors"
    of_classes.save(path)
    return path


class Served:
    """A server that runs, and who asks it."""

    def __init__(self, file):
        command = [*COMMAND, "serve", str(file), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = urlsplit(self.process.stdout.readline()).port

    def ask(self, path, body=None, **headers):
        """Ask; gives the status, the headers with names in lower case, and the content, read if it is JSON."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before all has come
                connection.request("GET" if body is None else "POST", path, body, named)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            content = answer.read().decode()
            return answer.status, found, json.loads(content) if found["content-type"] == JSON else content

    def predict(self, value, **headers):
        return self.ask("/predict", json.dumps(value), **headers)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        out, errors = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, out, errors


@pytest.fixture(scope="module")
def served(file):
    running = Served(file)
    yield running
    running.end()


@pytest.fixture
def answered_by_predict(file, tmp_path, call):
    (tmp_path / "new.csv").write_text(FILE, encoding="utf-8")
    code, out, _ = call("predict", file, tmp_path / "new.csv", "--json")
    assert code == 0
    return [{key: value for key, value in json.loads(line).items() if key != "row"} for line in out.splitlines()]


def test_a_csv_is_answered_as_glassnet_predict_answers_it(served, answered_by_predict):
    status, headers, answers = served.ask("/predict", FILE.encode(), content_type=CSV, accept=JSON)
    assert (status, headers["ignored-columns"], answers) == (200, '["note"]', answered_by_predict)


def test_a_list_of_objects_is_answered_as_glassnet_predict_answers_the_same_rows(served, answered_by_predict):
    rows = [
        {"age": 41, "state": "CA", "joined": "2024-02-03", "paid": True},
        {"joined": "2024-02-29 13:30", "state": "New York", "paid": "no", "age": -15.0},
        {"age": None, "state": None, "joined": None, "paid": 0},
        {"age": 70, "state": "Utah", "joined": "1999-12-31", "paid": 1},
    ]
    assert served.predict(rows)[2] == answered_by_predict


def test_one_object_has_one_answer_and_no_rows_have_none(served, answered_by_predict):
    status, _, answer = served.predict(ROW)
    probabilities = answer.pop("probabilities")
    # A row alone is multiplied otherwise, and may differ in the last bits.
    assert probabilities == pytest.approx(answered_by_predict[0].pop("probabilities"), rel=1e-5)
    assert (status, answer) == (200, answered_by_predict[0])
    assert served.predict([])[::2] == (200, [])
    assert served.predict([], accept=CSV)[2] == "row,prediction,probability,probability_good\n"


@pytest.mark.parametrize(
    ("sent", "accept", "wanted"),
    [(JSON, "*/*", JSON), (CSV, "*/*", CSV), (JSON, CSV, CSV), (CSV, f"{JSON}, */*", JSON), (JSON, JSON, JSON)],
)
def test_the_answer_has_the_format_that_is_accepted_or_that_of_the_question(served, sent, accept, wanted):
    body = FILE.encode() if sent == CSV else json.dumps([ROW] * 4)
    status, headers, content = served.ask("/predict", body, content_type=f"{sent}; charset=utf-8", accept=accept)
    assert (status, headers["content-type"].partition(";")[0]) == (200, wanted)
    if wanted == CSV:
        head, *rows = csv.reader(io.StringIO(content))
        assert head == ["row", "prediction", "probability", "probability_good"]
        assert [row[0] for row in rows] == ["1", "2", "3", "4"]
        assert all(
            float(row[3]) == pytest.approx(float(row[2]) if row[1] == "good" else 1 - float(row[2])) for row in rows
        )


def test_a_batch_is_answered_row_by_row_also_where_a_thread_has_it(served, of_classes):
    rows = [ROW | {"age": age} for age in range(5_000)]
    answers = served.predict(rows)[2]
    assert len(answers) == 5_000
    single = served.predict(rows[4_321])[2]["probabilities"]
    assert answers[4_321]["probabilities"] == pytest.approx(single, rel=1e-5)


def test_numbers_are_answered_with_numbers_in_both_formats():
    model = made(target_scale=TargetScale(100.0, 20.0), unit="EUR")
    question = Question(model)
    inputs = RowReader(model.preprocessing, ReadingOptions()).inputs([ROW, ROW | {"state": None}])
    answers = answers_of(question, inputs)
    head, *lines = csv_of(question, answers).splitlines()
    assert head == "row,prediction"
    assert [float(line.split(",")[1]) for line in lines] == pytest.approx([each["prediction"] for each in answers])


WRONG_ROWS = [
    ([ROW, ROW | {"age": "old"}], "row 2, column 'age': expected a number, got 'old'"),
    ([ROW | {"age": "yes"}], "row 1, column 'age': expected a number, got 'yes'"),
    ([ROW | {"age": True}], "row 1, column 'age': expected a number, got True"),
    ([ROW | {"age": [1]}], "row 1, column 'age': expected a number, got [1]"),
    ([ROW | {"age": "inf"}], "row 1, column 'age': expected a number, got 'inf'"),
    ([ROW | {"joined": "soon"}], "row 1, column 'joined': expected a date such as 2024-12-31, got 'soon'"),
    ([ROW | {"joined": "3/4/2024"}], "row 1, column 'joined': expected a date such as 2024-12-31, got '3/4/2024'"),
    ([ROW | {"state": {"of": "TX"}}], "row 1, column 'state': expected a word, got {'of': 'TX'}"),
    (
        [ROW, {"age": 3, "Joined": 1}],
        "row 2: expected 'state', 'joined', 'paid' too, null for what is not known, got 'age', 'Joined'",
    ),
    ([ROW, 3], "no rows: expected an object of values by column"),
    ("rows", "no rows: expected an object of values by column"),
]


@pytest.mark.parametrize(("rows", "said"), WRONG_ROWS)
def test_what_is_wrong_is_said_with_row_and_column(served, rows, said):
    status, _, content = served.predict(rows)
    assert status == 400
    assert said in content["error"]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"{", JSON, "truncated"),
        (b"[" * 100_000, JSON, "recursion"),
        (b'[{"age": NaN}]', JSON, "malformed"),
        (json.dumps(ROW | {"age": 10**400}).encode(), JSON, "too large"),
        (b"\xff\xfe", CSV, "utf-8"),
        (b"age,state,joined,paid\n1,2\n", CSV, "a row of the wrong width in row 1: expected 4 columns, got 2"),
        (b"age;state;joined;paid\n1;TX;;1\n", CSV, "expected 'age', 'state', 'joined', 'paid' too"),
        (b"age,state\n", CSV, "columns are missing in the header: expected 'joined', 'paid' too, got 'age', 'state'"),
        (
            b"age,state,joined,paid\n" + b"1,TX,,1\n" * 50_001,
            CSV,
            "too many rows: expected at most 50,000 in a request",
        ),
        (b"[" + b"{}," * 50_000 + b"{}]", JSON, "too many rows: expected at most 50,000 in a request"),
        (b"", CSV, "expected 'age', 'state', 'joined', 'paid' too, got none"),
        (b"age,state,joined,age,paid\n1,TX,,99,1\n", "Text/CSV", "two columns of one name: got 'age'"),
    ],
)
def test_damaged_bodies_are_refused_and_the_next_is_answered(served, body, kind, said):
    status, _, content = served.ask("/predict", body, content_type=kind)
    assert status == 400
    assert said in content["error"]
    assert served.predict(ROW)[0] == 200


def test_a_file_as_it_was_trained_on_is_read(of_classes):
    table = replace(of_classes.preprocessing, units=("€", "", "", ""))
    reader = RowReader(table, ReadingOptions(delimiter=";", decimal=",", dates="month-first"))
    american = "paid;age;joined;state\nyes;1.041,5 €;2/29/2024;TX\n1;41,5 €;3/4/2024;?\n".encode("utf-8-sig")
    same = [ROW | {"age": 1041.5, "joined": "2024-02-29", "state": "TX"}]
    same += [ROW | {"age": 41.5, "joined": "2024-03-04", "state": None}]
    np.testing.assert_array_equal(reader.inputs(reader.rows_of_csv(american)), reader.inputs(same))


def test_more_than_a_megabyte_is_refused_while_it_arrives(served):
    assert served.ask("/predict", b" " * (LARGEST + 1), content_type=JSON)[0] == 413
    assert served.ask("/predict", b" " * LARGEST, content_type=JSON)[0] == 400
    with socket.create_connection(("127.0.0.1", served.port), timeout=LIMIT) as asking:  # of what never ends
        asking.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(LARGEST // 10_000 + 1):
                asking.sendall(b"2710\r\n" + b" " * 10_000 + b"\r\n")
        assert asking.recv(100).startswith(b"HTTP/1.1 413 ")


def test_who_was_led_here_by_another_name_is_refused(served, of_classes):
    assert served.ask("/health", host="evil.example")[0] == 400
    assert served.ask("/health", host=f"localhost:{served.port}")[::2] == (200, {"status": "ok"})
    reader = RowReader(of_classes.preprocessing, ReadingOptions())
    allowed = [
        application(reader, list, str, {}, host).user_middleware[0].kwargs["allowed_hosts"]
        for host in ("0.0.0.0", "me", "localhost")
    ]
    assert allowed == [["*"], ["*"], ["127.0.0.1", "localhost"]]


def test_it_says_what_it_takes_and_gives(served):
    status, _, about = served.ask("/")
    columns = {column["name"]: column for column in about["columns"]}
    assert (status, about["classes"], list(columns)) == (200, ["bad", "good"], list(NAMES))
    assert columns["state"] == {
        "name": "state",
        "kind": "categories",
        "unit": "",
        "words": [*WORDS["state"]],
        "may_be_missing": True,
    }
    assert (columns["age"]["kind"], columns["joined"]["kind"]) == ("numbers", "dates")
    status, headers, content = served.ask("/predict")
    assert (status, headers["allow"], content) == (405, "POST", {"error": "Method Not Allowed"})
    assert served.ask("/nowhere")[::2] == (404, {"error": "Not Found"})


def test_a_taken_port_and_a_model_of_pictures_are_refused(file, trained_small, call):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, errors = call("serve", file, "--port", taken.getsockname()[1])
    assert (code, "cannot listen at port" in errors) == (2, True)
    code, _, errors = call("serve", trained_small)
    assert (code, "expected a model of a table, got images of 28x28" in errors) == (2, True)


def test_a_gap_where_none_was_learned_is_refused():
    encoding = fit_columns(("long", "wide"), lambda: [np.array([[1.0, 2.0], [3.0, 5.0]])])
    with pytest.raises(DataError, match="row 2, column 'wide': expected a number, got None"):
        RowReader(encoding, ReadingOptions()).inputs([{"long": 1, "wide": 2}, {"long": 1, "wide": None}])


@pytest.mark.parametrize("encoder", ["numbers", "robust", "piecewise"])
def test_yes_and_no_are_numbers_only_in_a_column_that_had_no_others(encoder):
    rows = np.array([[0.0, 2.0], [1.0, 5.0], [1.0, 0.0]])
    reader = RowReader(
        fit_columns(("paid", "size"), lambda: [rows], dict.fromkeys(("paid", "size"), encoder)), ReadingOptions()
    )
    assert reader.inputs([{"paid": "yes", "size": 3}, {"paid": False, "size": "1"}]).tolist() == [[1, 3], [0, 1]]
    with pytest.raises(DataError, match="row 1, column 'size': expected a number, got 'no'"):
        reader.inputs([{"paid": "yes", "size": "no"}])


@pytest.mark.skipif(sys.platform == "win32", reason="a process that is terminated there is not asked")
def test_sigterm_ends_it_once_what_was_asked_is_answered(served):
    """The last test, as it ends the server of the others."""
    running, body = served, json.dumps(ROW).encode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=LIMIT) as asking:
        head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        asking.sendall(head.encode() + body[:10])
        assert running.ask("/health")[0] == 200  # so it has read this much
        running.process.terminate()
        asking.sendall(body[10:])
        assert asking.makefile("rb").read().startswith(b"HTTP/1.1 200 ")
    code, out, errors = running.end()
    assert (code, out) == (128 + signal.SIGTERM, "")
    assert errors.split("\n") == ["Ctrl-C ends it.", "", "glassnet: stopped by SIGTERM", ""]
