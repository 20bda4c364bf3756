"""IDX files in the spellings that are about, found in pairs, to train on and to judge by; EMNIST's set upright."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from glassnet import load_dataset, write_idx
from glassnet.data import limits
from glassnet.data.readers import open_data
from glassnet.data.readers.idx_pairs import EMNIST, IdxName
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError

RNG = np.random.default_rng(2)
MARKS = {"train": 211, "test": 222, "validation": 233}


def write_pair(folder, images, labels, part="train", rows=40, first=0, classes=3):
    folder.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 200, (rows, 6, 6)).astype(np.uint8)
    pixels[:, 0, 0] = MARKS[part]
    pixels[:, 0, 5] = 0  # the mark of the corner that transposing moves
    pixels[:, 5, 0] = 255
    write_idx(folder / images, pixels)
    write_idx(folder / labels, (np.arange(rows) % classes + first).astype(np.uint8))


def marks(examples):
    return {*examples.inputs[:, 0, 0].tolist()}


SPELLINGS = [
    ("train-images-idx3-ubyte{}", "train-labels-idx1-ubyte{}", "t10k-images-idx3-ubyte{}", "t10k-labels-idx1-ubyte{}"),
    ("train-images.idx3-ubyte{}", "train-labels.idx1-ubyte{}", "t10k-images.idx3-ubyte{}", "t10k-labels.idx1-ubyte{}"),
    ("train_images_idx3_ubyte{}", "train_labels_idx1_ubyte{}", "test_images_idx3_ubyte{}", "test_labels_idx1_ubyte{}"),
    ("TRAINING-IMAGES.IDX3-UBYTE{}", "Training-Labels.idx1{}", "testing-images.idx{}", "testing-labels.idx{}"),
    ("x-train-images-idx3-ubyte{}", "x-train-labels-idx1-ubyte{}", "x-test-images-idx3{}", "x-test-labels-idx1{}"),
]


@pytest.mark.parametrize("suffix", ["", ".gz", ".GZ"])
@pytest.mark.parametrize("names", SPELLINGS)
@pytest.mark.parametrize("around", [(), ("raw",)])
def test_every_spelling_trains_on_the_training_file_and_tests_on_the_test_file(tmp_path, names, suffix, around):
    train, train_labels, test, test_labels = (name.format(suffix) for name in names)
    folder = tmp_path.joinpath("data", *around)
    write_pair(folder, train, train_labels)
    write_pair(folder, test, test_labels, "test", rows=9)
    for path in (tmp_path / "data", folder / train, folder / train_labels):
        data = load_dataset(path)
        assert (len(data.train) + len(data.validation), len(data.test)) == (40, 9)
        assert (marks(data.train), marks(data.test)) == ({211}, {222})
        assert test in " ".join(decision.words for decision in data.reading)


def test_who_predicts_for_a_named_file_gets_answers_for_that_file(tmp_path):
    write_pair(tmp_path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    write_pair(tmp_path, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "test", rows=9)
    rows = {name: len(open_data(tmp_path / name).asked.read().inputs) for name in ("", "train-images-idx3-ubyte")}
    assert rows == {"": 9, "train-images-idx3-ubyte": 40}


def test_a_test_file_that_is_named_is_trained_on_but_doubted(tmp_path):
    write_pair(tmp_path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    write_pair(tmp_path, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "test")
    data = load_dataset(tmp_path / "t10k-images-idx3-ubyte")
    assert marks(data.train) == {222}
    assert [each.option for each in data.reading.doubts] == [f"--dataset {tmp_path / 'train-images-idx3-ubyte'}"]


def test_a_validation_file_is_chosen_by(tmp_path):
    for part in MARKS:
        write_pair(tmp_path, f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte", part, rows=12)
    data = load_dataset(tmp_path)
    assert [marks(part) for part in (data.train, data.validation, data.test)] == [{211}, {233}, {222}]


def test_the_unpacked_file_is_read_where_both_are_there(tmp_path):
    write_pair(tmp_path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"damaged")
    assert len(load_dataset(tmp_path).train) == 29


def test_files_that_do_not_say_what_they_are_are_known_by_their_first_bytes(tmp_path):
    write_pair(tmp_path, "train-images", "train-labels")
    write_pair(tmp_path, "test-images.gz", "test-labels.gz", "test", rows=9)
    data = load_dataset(tmp_path / "train-images")
    assert (marks(data.train), marks(data.test)) == ({211}, {222})
    (tmp_path / "other").write_bytes(b"\0\1\2\3")
    with pytest.raises(DataFileError, match="data of no known kind"):
        load_dataset(tmp_path / "other")


@pytest.mark.parametrize(
    ("name", "other"),
    [("emnist-digits-", "emnist-letters-"), ("", "emnist-mnist-"), ("fashion-", "kmnist-")],
)
def test_several_data_sets_in_a_folder_are_named_and_asked_about(tmp_path, name, other):
    for prefix in (name, other):
        write_pair(tmp_path, f"{prefix}train-images-idx3-ubyte", f"{prefix}train-labels-idx1-ubyte")
        write_pair(tmp_path, f"{prefix}test-images-idx3-ubyte", f"{prefix}test-labels-idx1-ubyte", "test", rows=9)
    with pytest.raises(DataFileError, match=r"several data sets .*: expected one, got ") as caught:
        load_dataset(tmp_path)
    assert other.rstrip("-") in str(caught.value)
    data = load_dataset(tmp_path / f"{other}train-images-idx3-ubyte")
    assert (len(data.train), len(data.test)) == (34, 9)


def test_two_files_of_one_part_are_asked_about(tmp_path):
    write_pair(tmp_path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    write_pair(tmp_path, "train-images.idx3-ubyte", "train-labels.idx1-ubyte")
    with pytest.raises(DataFileError, match=r"two files that could be train images .*: got train-images"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("named", ["train-images-idx3-ubyte", ""])
def test_images_without_labels_say_which_file_is_missing(tmp_path, named):
    write_pair(tmp_path, "train-images-idx3-ubyte", "elsewhere")
    (tmp_path / "elsewhere").unlink()
    with pytest.raises(DataFileError, match=r"nothing to predict.*train-labels-idx1-ubyte"):
        load_dataset(tmp_path / named)


def test_labels_without_images_are_refused(tmp_path):
    write_pair(tmp_path, "images", "train-labels-idx1-ubyte")
    (tmp_path / "images").unlink()
    with pytest.raises(DataFileError, match=r"labels without images.*got .*train-labels-idx1-ubyte"):
        load_dataset(tmp_path / "train-labels-idx1-ubyte")


@pytest.mark.parametrize(("split", "known"), EMNIST.items())
def test_each_split_of_emnist_stands_upright_and_has_its_characters(tmp_path, split, known):
    first, characters = known
    count = 2 * len(characters)
    for part, rows in (("train", 10 * count), ("test", count)):
        names = (f"emnist-{split}-{part}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1"))
        write_pair(tmp_path / "gzip", *names, part, rows, first, len(characters))
    data = load_dataset(tmp_path)
    assert "".join(data.class_names) == characters if first == 0 else "".join(sorted(characters))
    assert {*data.train.inputs[:, 0, 5].tolist()} == {255}  # stored in the corner below, on the left
    assert {*data.train.inputs[:, 5, 0].tolist()} == {0}
    words = " ".join(decision.words for decision in data.reading)
    assert f"split {split}" in words
    assert "upright" in words


def test_other_images_are_not_transposed(tmp_path):
    write_pair(tmp_path, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    assert {*load_dataset(tmp_path).train.inputs[:, 5, 0].tolist()} == {255}


def test_the_mapping_beside_emnists_files_says_what_labels_stand_for(tmp_path):
    write_pair(tmp_path, "emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte", first=1)
    mapping = tmp_path / "emnist-letters-mapping.txt"
    mapping.write_text("1 88 120\n2 89 121\n3 90 122\n")
    data = load_dataset(tmp_path, validation_size=0, test_size=0)
    assert data.class_names == ("x", "y", "z")
    assert data.train.targets[:3].tolist() == [0, 1, 2]
    mapping.write_text("1 no\n")
    with pytest.raises(DataFileError, match=r"cannot read the mapping in .*emnist-letters-mapping\.txt"):
        load_dataset(tmp_path)


def test_labels_that_the_split_does_not_have_stay_numbers(tmp_path):
    write_pair(tmp_path, "emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte", first=30)
    assert load_dataset(tmp_path).class_names == ("30", "31", "32")


@pytest.mark.parametrize("name", ["notes.txt", "images.png", "train-images", "._train-images-idx3-ubyte", "idx"])
def test_other_names_are_not_those_of_idx_files(name):
    found = IdxName.of(name)
    assert found is None or (found.part is None and name == "idx")


def test_labels_without_their_images_judge_nothing(tmp_path):
    write_pair(tmp_path / "a", "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    write_idx(tmp_path / "a" / "t10k-labels-idx1-ubyte", np.zeros(20, np.uint8))
    data = load_dataset(tmp_path / "a")
    assert marks(data.test) == {MARKS["train"]}


def test_the_splits_of_emnist_are_called_as_they_are():
    assert set(EMNIST) == {"balanced", "byclass", "bymerge", "digits", "letters", "mnist"}
    assert {name: len(characters) for name, (_, characters) in EMNIST.items()} == {
        "balanced": 47,
        "byclass": 62,
        "bymerge": 47,
        "digits": 10,
        "letters": 26,
        "mnist": 10,
    }


def test_of_several_data_sets_one_is_proposed_by_its_training_images(tmp_path):
    for name in ("a", "b"):
        write_pair(tmp_path, f"{name}-test-images-idx3-ubyte", f"{name}-test-labels-idx1-ubyte", "test")
        write_pair(tmp_path, f"{name}-train-images-idx3-ubyte", f"{name}-train-labels-idx1-ubyte")
    with pytest.raises(DataFileError, match=r"--dataset \S*a-train-images-idx3-ubyte"):
        load_dataset(tmp_path)


def test_the_labels_of_emnist_begin_at_0_but_those_of_letters():
    assert {name: first for name, (first, _) in EMNIST.items() if first} == {"letters": 1}
    digits, letters, small = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
    assert {name: characters for name, (_, characters) in EMNIST.items()} == {
        "balanced": f"{digits}{letters}abdefghnqrt",
        "byclass": digits + letters + small,
        "bymerge": f"{digits}{letters}abdefghnqrt",
        "digits": digits,
        "letters": small,
        "mnist": digits,
    }


def test_a_name_says_whether_images_or_labels_are_in_a_file_and_of_which_part():
    images, labels = ["images", "image", "imgs", "img", "pictures", "data", "x"], "labels label lbls lbl targets y"
    for word in images:
        assert IdxName.of(f"train-{word}-idx3-ubyte") == IdxName("", "train", labels=False)
    for word in labels.split():
        assert IdxName.of(f"{word}_test.idx1-ubyte.gz") == IdxName("", "test", labels=True)
    for form in ("idx", "idx3", "ubyte"):
        assert IdxName.of(f"a-b-val-images.{form}") == IdxName("a-b", "validation", labels=False)
    for form in ("byte", "gz", "int", "file"):
        assert IdxName.of(f"own-train-images-idx.{form}") == IdxName("own", "train", labels=False)
        assert IdxName.of(f"own-train-images.{form}") is None
        assert IdxName.of(f"own-train-images.{form}", said=False) == IdxName("own", "train", labels=False)
    assert IdxName.of("other-train-test-images-idx") == IdxName("other", None, labels=False)
    with pytest.raises(FrozenInstanceError):
        IdxName.of("train-images-idx").part = "test"


def test_what_was_taken_for_what_is_said_whole(tmp_path):
    for part in MARKS:
        write_pair(tmp_path, f"{part}-images-idx3", f"{part}-labels-idx1", part, rows=12)
    (tmp_path / "validation-labels-idx1").unlink()
    folder = open_data(tmp_path)
    said = [(one.subject, one.taken, one.words) for one in folder.decisions if one.subject not in ("images", "scale")]
    assert said == [
        ("validation", "validation-images-idx3", "not validated on validation-images-idx3"),
        ("test", "test-images-idx3", "tested on test-images-idx3"),
    ]
    images = [one.words for one in folder.decisions if one.taken == "train-images-idx3"]
    assert images == ["images of train-images-idx3 with train-labels-idx1"]
    names = ["test-images-idx3", "test-labels-idx1", "train-images-idx3", "train-labels-idx1", "validation-images-idx3"]
    assert sorted(path.name for path in folder.sources) == names
    assert folder.validation.lacks_targets
    assert (folder.test.validation, folder.test.test) == (None, None)
    assert folder.test.asked is folder.test
    alone = open_data(tmp_path / "validation-images-idx3")
    assert [one.words for one in alone.decisions if one.subject == "images"][-1:] == [
        "images of validation-images-idx3 without labels"
    ]
    (tmp_path / "train-images-idx3").unlink()
    (tmp_path / "train-labels-idx1").unlink()
    assert open_data(tmp_path).read().inputs[0, 0, 0] == MARKS["validation"]


def test_images_of_no_part_are_trained_on_before_those_to_choose_by(tmp_path):
    write_pair(tmp_path, "images-idx3", "labels-idx1")
    write_pair(tmp_path, "val-images-idx3", "val-labels-idx1", "validation", rows=12)
    assert open_data(tmp_path).read().inputs[0, 0, 0] == MARKS["train"]


def test_images_that_are_too_large_stay_on_the_disk_unless_they_are_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, in_memory_bytes=36 * 40 - 1))
    monkeypatch.setattr("glassnet.data.rows.WINDOW_BYTES", 36 * 64)
    write_pair(tmp_path / "a", "train-images-idx3", "train-labels-idx1")
    found = open_data(tmp_path / "a")
    assert found.window == 64
    block = found.read()
    assert (block.inputs.shape, block.targets[:4].tolist()) == ((40, 6, 6), [0, 1, 2, 0])
    write_pair(tmp_path / "b", "train-images-idx3.gz", "train-labels-idx1")
    assert open_data(tmp_path / "b").window == 0
    with pytest.raises(
        DataFileError, match=r"a packed file cannot be read part by part .*gunzip train-images-idx3\.gz"
    ):
        open_data(tmp_path / "b", options=ReadingOptions(window=64))
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, in_memory_bytes=36 * 40))
    assert open_data(tmp_path / "a").window == 0


def test_images_of_emnist_on_the_disk_stand_upright_too(tmp_path):
    write_pair(tmp_path, "emnist-digits-train-images-idx3", "emnist-digits-train-labels-idx1", classes=10)
    stored = open_data(tmp_path, options=ReadingOptions(window=10)).stored()[0]
    np.testing.assert_array_equal(stored.read(0, 40), open_data(tmp_path).read().inputs)


def test_emnist_is_told_by_its_own_name_and_labels_that_are_numbers(tmp_path):
    write_pair(tmp_path / "a", "letters-train-images-idx3", "letters-train-labels-idx1", first=1)
    assert open_data(tmp_path / "a").read().targets[:3].tolist() == [1, 2, 3]
    write_pair(tmp_path / "b", "emnist-train-images-idx3", "emnist-train-labels-idx1", first=1)
    assert open_data(tmp_path / "b").read().targets[:3].tolist() == [1, 2, 3]
    write_pair(tmp_path / "c", "emnist-letters-train-images-idx3", "emnist-letters-train-labels-idx1", first=1)
    found = open_data(tmp_path / "c")
    assert found.read().targets[:3].tolist() == ["a", "b", "c"]
    last = found.decisions[-1]
    assert last.words == "images of emnist-letters-train-images-idx3 with emnist-letters-train-labels-idx1"
    named = next(one for one in found.decisions if one.subject == "class names")
    words = "EMNIST's split letters: labels called by characters (by its split)"
    assert (named.taken, named.words) == (True, words)
    (tmp_path / "c" / "emnist-letters-mapping.txt").write_text("1 65 97\n\n2 66 98\n3 67 99\n")
    assert [one.words for one in open_data(tmp_path / "c").decisions if one.subject == "class names"] == [
        "EMNIST's split letters: labels called by characters (emnist-letters-mapping.txt)"
    ]
    write_pair(tmp_path / "d", "emnist-balanced-train-images-idx3", "emnist-balanced-train-labels-idx1", first=10)
    (tmp_path / "d" / "emnist-balanced-mapping.txt").write_text("10 75\n11 76\n12 77\n")
    assert open_data(tmp_path / "d").read().targets[:3].tolist() == ["K", "L", "M"]


@pytest.mark.parametrize("text", ["1", "1 x", "1 -7", "1 9999999999999"])
def test_a_mapping_that_makes_no_sense_is_refused(tmp_path, text):
    write_pair(tmp_path, "emnist-balanced-train-images-idx3", "emnist-balanced-train-labels-idx1")
    (tmp_path / "emnist-balanced-mapping.txt").write_text(text)
    with pytest.raises(DataFileError, match=r"cannot read the mapping .*Get the file again, or remove it"):
        open_data(tmp_path)


def test_of_labels_and_images_that_are_there_twice_both_are_named(tmp_path):
    write_pair(tmp_path, "images-idx3", "labels-idx1")
    write_idx(tmp_path / "labels.idx1", np.zeros(40, np.uint8))
    with pytest.raises(DataFileError, match=r"two files that could be the labels .*got labels-idx1 and labels\.idx1"):
        open_data(tmp_path)


def test_the_packed_file_is_taken_where_the_unpacked_one_comes_later(tmp_path):
    write_pair(tmp_path, "A-images-idx3.gz", "A-labels-idx1")
    write_pair(tmp_path, "a-images-idx3", "x", rows=7)
    write_idx(tmp_path / "a-labels-idx1", np.zeros(7, np.uint8))
    (tmp_path / "A-labels-idx1").unlink()
    assert len(open_data(tmp_path / "a-images-idx3").read().inputs) == 7


def test_one_image_of_one_side_is_read_though_it_could_stay_on_the_disk(tmp_path):
    write_idx(tmp_path / "images-idx1", np.zeros(5, np.uint8))
    with pytest.raises(DataFileError, match="inputs of the wrong kind"):
        open_data(tmp_path / "images-idx1", options=ReadingOptions(window=3))
    write_idx(tmp_path / "images-idx1", np.zeros((0, 3), np.uint8))
    with pytest.raises(DataFileError, match="no examples"):
        open_data(tmp_path / "images-idx1", options=ReadingOptions(window=3)).read()
