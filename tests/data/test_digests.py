import hashlib

import numpy as np
import pytest

from glassnet import Dataset, UsageError, load_dataset
from glassnet.data.digests import sha256_of
from glassnet.errors import DataFileError
from glassnet.runs.build import resolve

RNG = np.random.default_rng(1)
FORMER = "7bb270aa306ba654cf59bc5be08d0f60"  # by the code of version 0.1
ROWS, LABELS = RNG.normal(size=(60, 3)), np.arange(60) % 2


@pytest.fixture
def arrays(tmp_path):
    np.savez(tmp_path / "a.npz", x=ROWS, y=LABELS)
    return tmp_path / "a.npz"


def test_the_digest_of_a_file_is_said_checked_and_kept(arrays):
    digest = hashlib.sha256(arrays.read_bytes()).hexdigest()
    assert load_dataset(arrays).reading["sha256"] == digest
    assert load_dataset(arrays, sha256=digest.upper()).reading["sha256"] == digest
    with pytest.raises(DataFileError, match=rf"wrong SHA-256 in .*a\.npz: expected {'0' * 64}, got {digest}"):
        load_dataset(arrays, sha256="0" * 64)
    with pytest.raises(UsageError, match="invalid sha256: expected 64 digits"):
        load_dataset(arrays, sha256="12ab")
    with pytest.raises(UsageError, match="Leave target, task and SHA-256 out"):
        load_dataset("mnist", sha256=digest)


def test_a_run_keeps_the_digest_that_it_was_given_and_checks_it_again(arrays):
    digest = hashlib.sha256(arrays.read_bytes()).hexdigest()
    settings, _ = resolve({"dataset": str(arrays), "sha256": digest})
    assert settings.sha256 == digest
    np.savez(arrays, x=ROWS + 1, y=LABELS)
    with pytest.raises(DataFileError, match="wrong SHA-256"):
        resolve(settings.as_dict())


def test_several_files_have_the_digest_of_what_sha256sum_prints_of_them(tmp_path):
    for name, array in (("x", ROWS), ("y", LABELS)):
        np.save(tmp_path / f"{name}.npy", array)
    files = [tmp_path / "y.npy", tmp_path / "x.npy"]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in reversed(files)]
    assert sha256_of(files) == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert load_dataset(tmp_path / "x.npy").reading["sha256"] == sha256_of(files)
    load_dataset(tmp_path, sha256=sha256_of(files))
    np.save(tmp_path / "y.npy", 1 - LABELS)
    with pytest.raises(DataFileError, match="wrong SHA-256"):
        load_dataset(tmp_path, sha256=sha256_of([tmp_path / "x.npy"] * 2))


def test_a_file_that_is_gone_has_no_digest(tmp_path):
    with pytest.raises(DataFileError, match="cannot read the file"):
        sha256_of([tmp_path / "gone"])


def changed(part, **others):
    rows, labels = ROWS.copy(), LABELS.copy()
    rows[-1 if part == "test rows" else 0, 0] += part in ("rows", "test rows")
    labels[[0, 1]] = labels[[1, 0]] if part == "labels" else labels[[0, 1]]
    columns = ("a", "b", "d" if part == "names" else "c")
    test = (rows[-9:], labels[-9:] if part != "test labels" else 1 - labels[-9:])
    validation = (rows[9:18] + (part == "validation"), labels[9:18])
    return Dataset.from_arrays(rows[:50], labels[:50], columns=columns, test=test, validation=validation, **others)


@pytest.mark.parametrize("part", ["rows", "labels", "names", "test rows", "test labels", "validation"])
def test_the_fingerprint_is_another_for_any_other_data(part):
    assert changed("nothing").fingerprint() == changed("nothing").fingerprint()
    assert changed(part).fingerprint() != changed("nothing").fingerprint()


def test_the_fingerprint_of_version_0_1_is_still_known(arrays):
    data = load_dataset(arrays)
    former = data.fingerprint(with_names=False)
    assert former != data.fingerprint()
    settings, _ = resolve({"dataset": str(arrays), "fingerprint": former})
    assert settings.fingerprint == former
    with pytest.raises(DataFileError, match="not what the run was started with"):
        resolve({"dataset": str(arrays), "fingerprint": former[::-1]})


def test_the_fingerprint_of_version_0_1_is_the_one_that_it_wrote():
    data = Dataset.from_arrays(np.arange(36.0).reshape(12, 3), np.arange(12) % 2, test=4)
    assert data.fingerprint(with_names=False) == FORMER
