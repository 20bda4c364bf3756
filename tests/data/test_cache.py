import errno
import gzip
import hashlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import cache
from glassnet.data.cache import cache_directory, compute_once, read_unpacked
from glassnet.data.catalogue import MNIST_DIRECTORY, MNIST_SHA256
from glassnet.data.readers.idx import write_idx
from glassnet.errors import DataFileError, FileError
from glassnet.files import whole_file

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
READ_IN_A_PROCESS = """
import sys
from pathlib import Path
from glassnet.data.cache import read_unpacked
sys.stdin.readline()
print(read_unpacked(Path(sys.argv[1]), sys.argv[2]).tobytes().hex())
"""


@pytest.fixture
def cache_path(tmp_path, monkeypatch):
    path = tmp_path / "cache"
    monkeypatch.setenv("GLASSNET_CACHE", str(path))
    return path


@pytest.fixture
def packed(tmp_path):
    """A gzipped IDX file and the SHA-256 of its unpacked bytes."""
    path = tmp_path / "images.gz"
    write_idx(path, IMAGES)
    return path, hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()


def files_in(directory):
    """What is cached, each file of which has its seal beside it."""
    found = [path for path in directory.rglob("*") if path.is_file()]
    cached = [path for path in found if path.suffix != ".seal"]
    assert {path.with_name(f"{path.name}.seal") for path in cached} == {*found} - {*cached}
    return cached


def refuse(*_, **__):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_the_second_read_does_not_unpack_again(cache_path, packed, monkeypatch):
    first = read_unpacked(*packed)
    monkeypatch.setattr(cache, "open_unpacked", lambda _: pytest.fail("unpacked again"))
    second = read_unpacked(*packed)
    assert first.tolist() == second.tolist() == IMAGES.tolist()
    assert len(files_in(cache_path)) == 1


def test_cached_data_cannot_be_written_by_accident(cache_path, packed):
    with pytest.raises(ValueError, match="read-only"):
        read_unpacked(*packed)[0] = 1


def test_the_environment_chooses_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path))
    assert cache_directory() == tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by itself where its folders are")
@pytest.mark.parametrize(
    ("platform", "variable", "place"),
    [
        ("unix.Unix", "XDG_CACHE_HOME", "glassnet"),
        ("unix.Unix", "HOME", ".cache/glassnet"),
        ("macos.MacOS", "HOME", "Library/Caches/glassnet"),
    ],
)
def test_an_old_cache_is_found_where_the_platform_has_always_kept_it(tmp_path, monkeypatch, platform, variable, place):
    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platformdirs.PlatformDirs", pkgutil.resolve_name(f"platformdirs.{platform}"))
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache_directory() == tmp_path / place


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows tells where its folders are")
def test_an_old_cache_is_found_on_windows(monkeypatch):
    monkeypatch.delenv("GLASSNET_CACHE", raising=False)
    assert cache_directory() == Path(os.environ["LOCALAPPDATA"]) / "glassnet"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by itself where its folders are")
@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"XDG_CACHE_HOME": "relative"}, ".cache/glassnet"),  # which the specification tells to ignore
        ({"XDG_CACHE_HOME": ""}, ".cache/glassnet"),
        ({"GLASSNET_CACHE": "~/mine"}, "mine"),
    ],
)
def test_a_cache_is_never_put_where_a_program_happens_to_run(tmp_path, monkeypatch, variables, place):
    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platformdirs.PlatformDirs", pkgutil.resolve_name("platformdirs.unix.Unix"))
    for name, value in {"HOME": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    assert cache_directory() == tmp_path / place


def test_a_home_that_is_no_place_is_none(monkeypatch):
    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    # What older releases give of such a home; newer ones ask the system for another.
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("nowhere/.cache/glassnet"))
    monkeypatch.setenv("HOME", "nowhere")
    with pytest.raises(FileError, match="Set GLASSNET_CACHE"):
        cache_directory()


def file_in_its_place(path, _monkeypatch):
    path.write_text("not a directory")


def read_only(path, _monkeypatch):
    path.mkdir(mode=0o500)  # no obstacle for root, for whom the next two stand in


def no_directories(_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.mkdir", refuse)


def no_files(_path, monkeypatch):
    monkeypatch.setattr("os.fsync", refuse)


def no_mapping(_path, monkeypatch):
    monkeypatch.setattr("numpy.memmap", refuse)


def no_home(_path, monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("GLASSNET_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("pathlib.Path.home", unknown)


obstacles = pytest.mark.parametrize(
    "obstacle", [file_in_its_place, read_only, no_directories, no_files, no_mapping, no_home]
)


@obstacles
def test_a_cache_that_cannot_be_used_is_no_error(cache_path, packed, monkeypatch, obstacle):
    obstacle(cache_path, monkeypatch)
    assert read_unpacked(*packed).tolist() == IMAGES.tolist()
    assert compute_once("computed", lambda: IMAGES).tolist() == IMAGES.tolist()


@obstacles
def test_damage_is_noticed_without_a_cache_too(cache_path, packed, monkeypatch, obstacle):
    obstacle(cache_path, monkeypatch)
    with pytest.raises(DataFileError, match="wrong SHA-256"):
        read_unpacked(packed[0], "0" * 64)


def test_a_flipped_bit_in_the_packed_file_is_refused_and_not_cached(cache_path, packed):
    path, sha256 = packed
    healthy = path.read_bytes()
    # The ten bytes of gzip's header say nothing about the data, nor do the bits that pad deflate's last byte.
    for bit in [*range(8 * 10, 8 * (len(healthy) - 9)), *range(8 * (len(healthy) - 8), 8 * len(healthy))]:
        damaged = bytearray(healthy)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(DataFileError, match=str(path)):
            read_unpacked(path, sha256)
    assert files_in(cache_path) == []


def test_a_packed_file_replaced_by_a_sound_one_is_refused_with_both_digests(cache_path, packed):
    path, sha256 = packed
    write_idx(path, IMAGES[::-1])
    other = hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
    with pytest.raises(DataFileError, match=f"wrong SHA-256 in {path}: expected {sha256}, got {other}"):
        read_unpacked(path, sha256)
    assert files_in(cache_path) == []


def test_a_missing_packed_file_is_refused(cache_path, tmp_path):
    with pytest.raises(DataFileError, match=r"missing\.gz: got No such file"):
        read_unpacked(tmp_path / "missing.gz", "0" * 64)
    assert files_in(cache_path) == []


@pytest.mark.parametrize("kept", [0, 3, 15, 16, -1])
def test_a_file_cut_short_in_the_cache_is_replaced(cache_path, packed, kept):
    whole = read_unpacked(*packed).tobytes()
    [cached] = files_in(cache_path)
    cached.write_bytes(cached.read_bytes()[:kept])
    assert read_unpacked(*packed).tobytes() == whole
    assert cached.read_bytes()[16:] == whole
    assert files_in(cache_path) == [cached]


def damage(path):
    """Change a byte at the end, so that the size stays; and the time of the change, as far as a program can."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("kind", ["unpacked", "computed"])
@pytest.mark.parametrize("seal", ["kept", "lost", "torn"])
def test_a_damaged_file_of_the_right_size_is_made_anew_and_said(cache_path, packed, caplog, kind, seal):
    def read():
        return read_unpacked(*packed) if kind == "unpacked" else compute_once("computed", lambda: IMAGES)

    read()
    [cached] = files_in(cache_path)
    damage(cached)
    if seal != "kept":
        cached.with_name(f"{cached.name}.seal").write_text("" if seal == "lost" else "\0")
    assert read().tolist() == IMAGES.tolist()
    if seal == "kept" or kind == "unpacked":
        assert [record.message for record in caplog.records] == [f"glassnet: {cached} was damaged, and is made anew"]
    caplog.clear()
    assert read().tolist() == IMAGES.tolist()
    assert not caplog.records


def test_a_file_that_was_only_touched_is_read_through_once(cache_path, packed, monkeypatch):
    read_unpacked(*packed)
    [cached] = files_in(cache_path)
    os.utime(cached)
    looked = []
    state_of = cache.state_of
    monkeypatch.setattr(cache, "state_of", lambda *words: looked.append(words) or state_of(*words))
    monkeypatch.setattr(cache, "open_unpacked", lambda _: pytest.fail("unpacked again"))
    for _ in range(2):
        assert read_unpacked(*packed).tolist() == IMAGES.tolist()
    assert len(looked) == 1


def test_a_cache_of_an_older_version_is_sealed_where_its_digest_is_known(cache_path, packed, caplog):
    read_unpacked(*packed)
    [cached] = files_in(cache_path)
    seal = cached.with_name(f"{cached.name}.seal")
    seal.unlink()
    assert read_unpacked(*packed).tolist() == IMAGES.tolist()
    assert seal.exists()
    assert not caplog.records


def test_what_killed_processes_left_is_removed_and_what_living_ones_write_is_not(cache_path, packed):
    read_unpacked(*packed)
    [cached] = files_in(cache_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = cached.with_name(f".{cached.name}.{dead.pid}.0123abcd.part")
    left.write_bytes(b"half")
    with whole_file(cached.with_name("other")) as file:
        file.write(b"begun")
        [writing] = cached.parent.glob(".other.*.part")
        read_unpacked(*packed)
        assert (left.exists(), writing.exists()) == (False, True)


def test_another_digest_has_another_place_in_the_cache(cache_path, packed):
    read_unpacked(*packed)
    write_idx(packed[0], IMAGES + 1)
    digest = hashlib.sha256(gzip.decompress(packed[0].read_bytes())).hexdigest()
    assert read_unpacked(packed[0], digest).tolist() == (IMAGES + 1).tolist()
    assert len(files_in(cache_path)) == 2


def test_a_computed_array_is_computed_once(cache_path):
    calls = []

    def compute():
        calls.append("called")
        return IMAGES

    assert compute_once("computed", compute).tolist() == compute_once("computed", compute).tolist() == IMAGES.tolist()
    assert len(calls) == 1
    assert files_in(cache_path) == [cache_path / "computed"]


def test_two_processes_that_start_on_an_empty_cache_both_get_the_data(cache_path):
    stem = "t10k-labels-idx1-ubyte"
    packed = MNIST_DIRECTORY / f"{stem}.gz"
    command = [sys.executable, "-W", "error", "-c", READ_IN_A_PROCESS, str(packed), MNIST_SHA256[stem]]
    processes = [subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for process in processes:  # both wait for this line, so that they begin together
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in processes]
    assert answers == [gzip.decompress(packed.read_bytes())[8:].hex() + "\n"] * 2
    assert [path.name for path in files_in(cache_path)] == [stem]


@pytest.mark.parametrize(("stem", "sha256"), MNIST_SHA256.items())
def test_the_embedded_files_are_the_published_ones(stem, sha256):
    unpacked = gzip.decompress((MNIST_DIRECTORY / f"{stem}.gz").read_bytes())
    assert hashlib.sha256(unpacked).hexdigest() == sha256
    assert f"{stem} | {len(unpacked):,} | {sha256}" in (MNIST_DIRECTORY / "README.md").read_text()
