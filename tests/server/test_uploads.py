"""Data that a page sends: refused, offered, trained on, and deleted in the end."""

import io
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import numpy as np
import pytest

from glassnet.errors import GlassnetError
from glassnet.runs.directory import read_run
from glassnet.server.uploads import UploadStore, settled_by
from serving import LIMIT, served


def table(rows=60, numbers=False):
    """A table of two columns and a label, or a number, that follows from them."""
    values = np.random.default_rng(0).random((rows, 2)).round(3)
    labels = [round(a + b, 3) if numbers else "xy"[int(a > b)] for a, b in values]
    return "\n".join(
        ["a,b,label", *(f"{a},{b},{label}" for (a, b), label in zip(values, labels, strict=True))]
    ).encode()


BOMB = io.BytesIO()
np.savez_compressed(BOMB, x=np.zeros((200_000, 784), np.uint8), y=np.arange(200_000, dtype=np.uint8) % 2)
UNFIT = {
    "a.exe": table(),
    "": table(),
    "../../a.csv/..": table(),
    "empty.csv": b"",
    "head.csv": b"a,b,label\n",
    "words.csv": b"a,b\nx,y\n",
    "zeros.csv": bytes(200_000),
    "text.npz": table(),
    "half.npz": BOMB.getvalue()[:1_000],
    "bomb.npz": BOMB.getvalue(),
}


@pytest.mark.parametrize("name", UNFIT)
def test_data_that_nothing_can_be_learned_from_is_refused(server, name):
    before = server.json("/data")
    status, _, content = server.ask(f"/data?name={name}", UNFIT[name])
    assert status == 400, content
    assert "glassnet-" not in json.loads(content)["error"]  # where it was put
    assert server.json("/data") == before


def test_ones_own_table_is_offered_by_an_id_and_can_be_trained_on(trained_small, tmp_path):
    with served(trained_small, tmp_path) as server, server.visitor() as visitor:
        told = server.json("/data?name=%2Fetc%2Fmine.csv", table())
        assert (told["id"], told["task"], told["comes"]) == ("own-1", "classification", False)
        assert [entry["id"] for entry in server.json("/data")["data"]] == ["mnist", "rotated-mnist", "own-1"]
        network, _ = server.told("/network?data=own-1")
        assert network["subject"]["classes"] == ["x", "y"]
        visitor.begin(dataset="own-1", hidden=[4], epochs=3)
        assert visitor.hear("epoch")[0]["record"]["epoch"] == 1
        for count in range(2, 9):
            assert server.json("/data?name=mine.csv", table(20 + count))["id"] == f"own-{count}"
        status, _, content = server.ask("/data?name=mine.csv", table())
        assert status == 400
        assert "at most 8" in json.loads(content)["error"]


def test_a_network_kept_from_ones_own_table_outlasts_the_server(trained_small, tmp_path):
    with served(trained_small, tmp_path) as own_server, own_server.visitor() as visitor:
        identity = own_server.json("/data?name=mine.csv", table())["id"]
        visitor.begin(dataset=identity, hidden=[4], epochs=3)
        while not visitor.hear("epoch")[0]["finished"]:
            pass
        visitor.say("save")
        path = tmp_path / visitor.hear("saved")[0]["path"]
    settings, data, _ = read_run(path)
    assert settings.dataset == str(path.resolve() / "data.csv")
    assert len(data.train) > 0


def test_what_was_sent_is_deleted_however_the_server_is_ended(trained_small, tmp_path, monkeypatch):
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        place = tmp_path / str(int(sign))
        place.mkdir()
        monkeypatch.setenv("TMPDIR", str(place))
        with served(trained_small, place) as own_server:
            own_server.json("/data?name=mine.csv", table())
            assert [*place.glob("glassnet-*/*.csv")] != []
            own_server.process.send_signal(sign)
            assert own_server.process.wait(LIMIT) == 128 + sign
            assert [*place.glob("glassnet-*")] == []


def test_a_data_set_that_the_command_names_is_told_with_its_task(tmp_path):
    (tmp_path / "numbers.csv").write_bytes(table(numbers=True))
    uploads = UploadStore({"dataset": "mnist"}, str(tmp_path / "numbers.csv"))
    told = uploads.listed()["data"][-1]
    assert (told["id"], told["name"], told["task"], told["comes"]) == ("given", "numbers.csv", "regression", False)
    assert told["columns"] == ["label", "a", "b"]
    uploads.close()
    (tmp_path / "other.csv").write_bytes(b"a,b,c\n" + b"1,2,3.5\n2,3,4.5\n" * 5)
    uploads = UploadStore({"dataset": "mnist"}, str(tmp_path / "other.csv"), "c")
    assert uploads.settings("given") == {"dataset": str(tmp_path / "other.csv"), "target": "c"}
    uploads.close()
    with pytest.raises(GlassnetError, match="--target"):
        UploadStore({"dataset": "mnist"}, str(tmp_path / "other.csv"))
    with pytest.raises(GlassnetError, match="no such file"):
        UploadStore({"dataset": "mnist"}, str(tmp_path / "none.csv"))


DOUBTFUL = "\n".join(
    [
        "number,size,weight,class,target",
        *(f"{k},{k % 7}.5,{k % 11},{k % 3},{'abc'[k % 3]}" for k in np.random.default_rng(0).permutation(90)),
    ]
).encode()


def chosen(**choices):
    return quote(json.dumps(choices))


def words_of(told):
    return [decision["words"] for decision in told["decisions"] if decision["words"]]


def settling(told):
    return [decision["settles"] for decision in told["decisions"] if decision["doubt"]]


def test_how_a_file_was_read_is_told_with_what_would_settle_each_doubt(server):
    told = server.json("/data?name=doubtful.csv", DOUBTFUL)
    assert any('"target"' in words for words in words_of(told))
    assert {"target": "class"} in settling(told)
    assert set(told["columns"]) == {"number", "size", "weight", "class", "target"}
    assert "glassnet-" not in json.dumps(told)


def test_what_was_read_is_read_again_by_other_choices_and_takes_its_place(trained_small, tmp_path):
    with served(trained_small, tmp_path) as own_server:
        first = own_server.json("/data?name=doubtful.csv", DOUBTFUL)
        again = own_server.json(f"/data?of={first['id']}&choices={chosen(target='class', leave_out=['size'])}", b"")
        assert [entry["id"] for entry in own_server.json("/data")["data"]] == ["mnist", "rotated-mnist", again["id"]]
        network, _ = own_server.told(f"/network?data={again['id']}")
        assert network["subject"]["classes"] == ["0", "1", "2"]
        assert "size" not in network["subject"]["names"]
        assert own_server.told(f"/network?data={first['id']}")[0]["data"] == first["id"]  # who still has it may go on


def test_a_file_without_names_is_read_by_the_choices_it_comes_with(server):
    content = "\n".join(f"{k % 5},{k % 7},{k % 2}" for k in range(60)).encode()
    choices = chosen(header=False, target="column 3", task="classification")
    told = server.json(f"/data?name=plain.csv&choices={choices}", content)
    assert (told["task"], told["columns"][0]) == ("classification", "column 3")


@pytest.mark.parametrize(
    ("of", "choices", "why"),
    [
        ("own-77", chosen(target="a"), "no such data set"),
        ("mnist", chosen(target="a"), "only your own data can be read in another way"),
        ("", chosen(target=3), "not a choice"),
        ("", chosen(target="a" * 300), "not a choice"),
        ("", chosen(path="/etc/passwd"), "not a choice"),
        ("", "[" * 500, "not a choice"),
        ("", chosen(target="nobody"), "nobody"),
        ("", chosen(delimiter="~~"), "delimiter"),
        ("", chosen(encoding="klingon"), "encoding"),
    ],
)
def test_choices_that_make_no_sense_are_refused(server, of, choices, why):
    before = server.json("/data")
    status, _, content = server.ask(f"/data?name=mine.csv&of={of}&choices={choices}", table())
    assert status == 400
    assert why in json.loads(content)["error"]
    assert server.json("/data") == before


@pytest.mark.parametrize(
    ("option", "settles"),
    [
        ("--target quality", {"target": "quality"}),
        ('--target "two words"', {"target": "two words"}),
        ("--no-header", {"header": False}),
        ("--header", {"header": True}),
        ("--leave-out a,b", {"leave_out": ["a", "b"]}),
        ("--task regression", {"task": "regression"}),
        ("--decimal ,", {"decimal": ","}),
        ("--encoding NAME", None),
        ("--delimiter", None),
        ("--unknown thing", None),
        ("", None),
    ],
)
def test_a_commands_option_is_a_pages_choice(option, settles):
    assert settled_by(option) == settles


@pytest.mark.slow
def test_a_table_of_very_many_columns_holds_up_nobody(trained_small, tmp_path):
    count = 20_000
    wide = (
        (",".join(f"c{k}" for k in range(count)) + ",class\n").encode()
        + b"1," * count
        + b"a\n"
        + b"1," * count
        + b"b\n"
    )
    assert len(wide) < 1_000_000
    with served(trained_small, tmp_path) as own_server, ThreadPoolExecutor() as others:
        asked = others.submit(own_server.ask, "/data?name=wide.csv", wide)
        slowest = 0.0
        while not asked.done():
            began = time.perf_counter()
            assert own_server.ask("/data")[0] == 200
            slowest = max(slowest, time.perf_counter() - began)
        status, _, content = asked.result()
        assert status == 200 or "too" in json.loads(content)["error"]  # too large, or too long to read
        assert slowest < 2  # of two cores that others use too; it was 10 s


def test_what_takes_too_long_to_read_is_given_up_and_offered_to_nobody(trained_small, tmp_path):
    before = "import time, glassnet.server.served as those, glassnet.server.uploads as uploads\n"
    before += "those.MOST_SECONDS = 0.5; read = uploads.load_dataset\n"
    before += "uploads.load_dataset = lambda *given, **more: (time.sleep(2), read(*given, **more))[1]"
    with served(trained_small, tmp_path, before) as own_server, ThreadPoolExecutor() as others:
        asked = [others.submit(own_server.ask, "/data?name=mine.csv", table()) for _ in range(3)]
        for one in asked:
            status, _, content = one.result()
            assert status == 400
            assert "reading takes too long" in json.loads(content)["error"]
        time.sleep(2.5)
        assert [entry["id"] for entry in own_server.json("/data")["data"]] == ["mnist", "rotated-mnist"]
