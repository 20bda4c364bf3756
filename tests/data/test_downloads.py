import functools
import gzip
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data import catalogue, downloads
from glassnet.data.cache import ENVIRONMENT_VARIABLE
from glassnet.data.catalogue import FILES, from_the_web
from glassnet.data.readers.idx import write_idx
from glassnet.errors import DataFileError, MissingExtraError

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 4, 4), np.uint8)
LABELS = np.arange(30, dtype=np.uint8) % 3


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """The bytes of four files, by name."""
    folder = tmp_path_factory.mktemp("files")
    for name, array in zip(FILES, (IMAGES, LABELS, IMAGES[:6], LABELS[:6]), strict=True):
        write_idx(folder / name, array)
    return {name: (folder / name).read_bytes() for name in FILES}


class Mirror(BaseHTTPRequestHandler):
    """Serves files as a mirror of that temper does: /TEMPER/FILE."""

    contents: dict[str, bytes]
    asked: list[tuple[str, str, str | None]]

    def log_message(self, *_):
        pass

    def do_GET(self):  # the name that http.server wants
        temper, name = self.path.strip("/").split("/")
        self.asked.append((temper, name, self.headers.get("Range")))
        data = self.contents[name]
        getattr(self, temper)(data)

    def send(self, data, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def honest(self, data):
        wanted = self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start >= len(data):
            self.send(b"", 416)
        else:
            self.send(data[start:], 206 if wanted else 200)

    def forgetful(self, data):
        """Has never heard of ranges."""
        self.send(data)

    def cuts_off(self, data):
        wanted = self.headers.get("Range")
        if wanted:
            self.honest(data)
        else:
            self.send(data[: len(data) // 2], length=len(data))

    def stalls(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:20])
        self.wfile.flush()
        time.sleep(1.5)

    def lies(self, data):
        self.send(bytes(len(data)))

    def forbids(self, _data):
        self.send(b"no", 403)

    def floods(self, data):
        self.send(data * 50)


@pytest.fixture
def web(contents, tmp_path, monkeypatch):
    """Make the entry of a data set whose mirrors are of the given tempers."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(downloads, "STALLED", 0.3)
    monkeypatch.setattr(downloads, "CHUNK", 1)
    handler = type("Handler", (Mirror,), {"contents": contents, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01))
    thread.start()

    def entry(*tempers):
        address = f"http://127.0.0.1:{server.server_port}"
        digests = tuple(hashlib.sha256(contents[name]).hexdigest() for name in FILES)
        mirrors = tuple(f"{address}/{temper}/" for temper in tempers)
        made = from_the_web("tiny", "tiny images", "none", ("a", "b", "c"), mirrors, digests)
        monkeypatch.setitem(catalogue.CATALOGUE, "tiny", made)
        return made

    entry.asked = handler.asked
    yield entry
    server.shutdown()
    thread.join()
    server.server_close()


def check_loaded():
    data = load_dataset("tiny", validation_size=5)
    np.testing.assert_array_equal(data.train.source_inputs, IMAGES)
    np.testing.assert_array_equal(data.train.source_targets, LABELS)
    np.testing.assert_array_equal(data.test.inputs, IMAGES[:6])


def test_a_data_set_is_fetched_when_it_is_first_used_and_never_again(web):
    entry = web("honest")
    assert entry.remote.missing == list(FILES)
    check_loaded()
    assert entry.remote.missing == []
    assert [asked[1] for asked in web.asked] == list(FILES)
    check_loaded()
    entry.remote.fetch()
    assert len(web.asked) == len(FILES)


@pytest.mark.parametrize("temper", ["forbids", "lies", "stalls", "cuts_off"])
def test_the_next_mirror_is_asked_where_one_fails(web, temper):
    web(temper, "honest")
    check_loaded()
    assert {asked[0] for asked in web.asked} == {temper, "honest"}


def test_what_broke_off_is_gone_on_with(web, contents):
    web("cuts_off")
    check_loaded()
    half = len(contents[FILES[0]]) // 2
    assert [asked[2] for asked in web.asked[:2]] == [None, f"bytes={half}-"]


def test_a_fetch_that_was_given_up_is_gone_on_with_by_the_next(web, contents, monkeypatch):
    monkeypatch.setattr(downloads, "ROUNDS", 1)
    with pytest.raises(DataFileError, match="cannot fetch train-images"):
        web("cuts_off").remote.fetch()
    web.asked.clear()
    web("honest").remote.fetch()
    assert web.asked[0][2] == f"bytes={len(contents[FILES[0]]) // 2}-"


def test_a_mirror_without_ranges_sends_all_of_it_again(web):
    web("cuts_off", "forgetful")
    check_loaded()
    assert web.asked[1][0] == "forgetful"
    assert web.asked[1][2] is not None


def test_a_wrong_beginning_is_thrown_away(web, contents):
    entry = web("honest")
    entry.remote.directory.mkdir(parents=True)
    (entry.remote.directory / f"{FILES[0]}.part").write_bytes(b"wrong" * 3)
    check_loaded()
    (entry.remote.directory / FILES[0]).unlink()
    (entry.remote.directory / f"{FILES[0]}.part").write_bytes(contents[FILES[0]] + b"more")
    entry.remote.fetch()


def test_what_every_mirror_said_is_told_and_nothing_wrong_is_kept(web, monkeypatch):
    monkeypatch.setattr(downloads, "LARGEST", 5_000)
    entry = web("forbids", "lies", "floods", "stalls")
    with pytest.raises(DataFileError) as caught:
        entry.remote.fetch()
    message = str(caught.value)
    for words in ("cannot fetch train-images", "/forbids/ answered 403", "/lies/ sent other bytes: wrong SHA-256"):
        assert words in message
    assert "/floods/ sent more than any file has" in message
    assert "/stalls/ ConnectionError" in message
    assert entry.remote.missing == list(FILES)


def test_a_server_that_is_not_there_is_told_in_one_line(web):
    entry = web("honest")
    gone = downloads.Remote("tiny", ("http://127.0.0.1:9/",), entry.remote.sha256)
    with pytest.raises(
        DataFileError, match=r"cannot fetch .*: got http://127.0.0.1:9/ ConnectionError. Try again later"
    ):
        gone.fetch()


def test_a_damaged_file_is_noticed_and_fetched_again(web):
    entry = web("honest")
    entry.remote.fetch()
    path = entry.remote.directory / FILES[1]
    path.write_bytes(gzip.compress(b"other"))
    assert [state for _, state in entry.verify()] == ["right", "damaged", "right", "right"]
    check_loaded()
    assert [state for _, state in entry.verify()] == ["right"] * 4
    path.unlink()
    assert entry.verify()[1][1] == "absent"


def test_the_embedded_files_are_verified_by_what_they_unpack_to(tmp_path, monkeypatch):
    assert [state for _, state in catalogue.CATALOGUE["mnist"].verify()] == ["right"] * 4
    monkeypatch.setattr(catalogue, "MNIST_DIRECTORY", tmp_path)
    (tmp_path / FILES[0]).write_bytes(gzip.compress(b"cut")[:-4])
    (tmp_path / FILES[1]).write_bytes(gzip.compress(b"other"))
    states = [state for _, state in catalogue.CATALOGUE["mnist"].verify()]
    assert states == ["damaged", "damaged", "absent", "absent"]


def test_without_pooch_one_line_says_what_to_install(web, monkeypatch):
    entry = web("honest")
    monkeypatch.setitem(__import__("sys").modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r"pooch is not installed. .*pip install 'glassnet\[download\]'"):
        entry.remote.fetch()
