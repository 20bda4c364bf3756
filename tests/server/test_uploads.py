"""Data that a page sends: refused, offered, trained on, and deleted in the end."""

import io
import json
import signal

import numpy as np
import pytest

from glassnet.errors import GlassnetError
from glassnet.runs.directory import read_run, resume_run
from glassnet.server.protocol import unpack
from glassnet.server.uploads import UploadStore
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
    with served(trained_small, tmp_path) as server, server.page() as page:
        told = server.json("/data?name=%2Fetc%2Fmine.csv", table())
        assert (told["id"], told["task"], told["comes"]) == ("own-1", "classification", False)
        assert [entry["id"] for entry in server.json("/data")["data"]] == ["mnist", "rotated-mnist", "own-1"]
        page.hear("network")
        network, _ = page.reset(dataset="own-1", hidden=[4])
        assert network["subject"]["classes"] == ["x", "y"]
        assert network["knobs"]["dataset"] == "own-1"
        assert "glassnet-" not in json.dumps(network)
        page.say("epoch")
        assert page.hear("epoch")[0]["epoch"] == 1
        assert np.sum(unpack(server.ask("/mistakes")[2])[0]["matrix"]) == network["validation"]
        assert server.ask("/predict", bytes(784))[0] == 400  # it reads no images
        for count in range(2, 9):
            assert server.json("/data?name=mine.csv", table(20 + count))["id"] == f"own-{count}"
        status, _, content = server.ask("/data?name=mine.csv", table())
        assert status == 400
        assert "at most 8" in json.loads(content)["error"]


def test_a_network_kept_from_ones_own_table_outlasts_the_server(trained_small, tmp_path):
    with served(trained_small, tmp_path) as own_server, own_server.page() as page:
        page.hear("network")
        identity = own_server.json("/data?name=mine.csv", table())["id"]
        page.reset(dataset=identity, hidden=[4], epochs=3)
        page.say("epoch")
        page.hear("epoch")
        page.say("save")
        path = tmp_path / page.hear("saved")[0]["path"]
    settings, data, _ = read_run(path)
    assert settings.dataset == str(path.resolve() / "data.csv")
    assert len(data.train) > 0
    assert [epoch.number for epoch in resume_run(path, {})] == [2, 3]


def test_what_was_sent_is_deleted_however_the_server_is_ended(trained_small, tmp_path, monkeypatch):
    for sign in (signal.SIGTERM, signal.SIGINT):
        place = tmp_path / str(int(sign))
        place.mkdir()
        monkeypatch.setenv("TMPDIR", str(place))
        with served(trained_small, place) as own_server:
            own_server.json("/data?name=mine.csv", table())
            assert [*place.glob("glassnet-*/*.csv")] != []
            own_server.process.send_signal(sign)
            own_server.process.wait(LIMIT)
            assert [*place.glob("glassnet-*")] == []


def test_a_data_set_that_the_command_names_is_told_with_its_task(tmp_path):
    (tmp_path / "numbers.csv").write_bytes(table(numbers=True))
    uploads = UploadStore({"dataset": "mnist"}, str(tmp_path / "numbers.csv"))
    assert uploads.listed()["data"][-1] == {"id": "given", "name": "numbers.csv", "task": "regression", "comes": False}
    uploads.close()
    (tmp_path / "other.csv").write_bytes(b"a,b,c\n" + b"1,2,3.5\n2,3,4.5\n" * 5)
    uploads = UploadStore({"dataset": "mnist"}, str(tmp_path / "other.csv"), "c")
    assert uploads.settings("given") == {"dataset": str(tmp_path / "other.csv"), "target": "c"}
    uploads.close()
    with pytest.raises(GlassnetError, match="--target"):
        UploadStore({"dataset": "mnist"}, str(tmp_path / "other.csv"))
    with pytest.raises(GlassnetError, match="no such file"):
        UploadStore({"dataset": "mnist"}, str(tmp_path / "none.csv"))
