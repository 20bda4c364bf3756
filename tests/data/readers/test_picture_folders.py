"""Folders of pictures as people have them: with leftovers of systems, several formats, and folders around folders."""

import numpy as np
import pytest
from PIL import Image

from glassnet import load_dataset
from glassnet.data.readers import open_data
from glassnet.data.readers.folders import is_leftover
from glassnet.data.readers.picture_folders import is_picture
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError, ImageFileError, UsageError

RNG = np.random.default_rng(4)
TONES = {"cat": 20, "dog": 160}


def picture(path, tone=20, size=(8, 8), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = (RNG.integers(0, 60, size) + tone).astype(np.uint8)
    Image.fromarray(pixels).convert(mode).save(path)


@pytest.fixture
def folder(tmp_path):
    def make(*inside, count=12, of=tuple(TONES)):
        for name in of:
            for number in range(count):
                picture(tmp_path.joinpath("animals", *inside, name, f"{number:02}.png"), TONES.get(name, 90))
        return tmp_path / "animals"

    return make


def lines_of(path):
    return " ".join(" ".join(load_dataset(path).reading.lines()).split())


LEFTOVERS = [
    ".git",
    ".ipynb_checkpoints",
    ".thumbnails",
    "__MACOSX",
    "@eaDir",
    "$RECYCLE.BIN",
    "System Volume Information",
]


@pytest.mark.parametrize("name", LEFTOVERS)
def test_folders_that_systems_and_programs_leave_are_no_classes(folder, name):
    path = folder()
    picture(path / name / "1.png")
    picture(path / "cat" / name / "1.png")
    data = load_dataset(path)
    assert data.class_names == ("cat", "dog")
    assert len(open_data(path).read().inputs) == 24
    assert data.reading["hidden"] == [name]


@pytest.mark.parametrize("name", ["._00.png", ".DS_Store", "Thumbs.db", "desktop.ini"])
def test_files_that_systems_leave_are_no_pictures(folder, name):
    path = folder()
    (path / "cat" / name).write_bytes(b"no picture")
    assert len(open_data(path).read().inputs) == 24
    assert name in lines_of(path)
    assert is_leftover(name)


FORMATS = ["bmp", "BMP", "gif", "tif", "tiff", "webp", "jfif", "JPG", "jpe", "pgm", "ppm", "ico", "tga", "jp2", "pcx"]


@pytest.mark.parametrize("ending", FORMATS)
def test_pictures_of_every_format_count(folder, ending):
    path = folder(count=3)
    size = (16, 16) if ending == "ico" else (8, 8)
    for number in range(3):
        picture(path / "bird" / f"{number}.{ending}", size=size)
    names, _ = np.unique(open_files(path), return_counts=True)
    assert {"bird"} < set(names.tolist())


def open_files(path):
    return np.array([file.parent.name for file in open_data(path).sources])


def test_a_class_without_pictures_is_named_and_doubted(folder):
    path = folder()
    (path / "bird").mkdir()
    (path / "bird" / "1.txt").write_text("a bird")
    reading = load_dataset(path).reading
    assert reading["folders without pictures"] == ["bird"]
    assert ["bird" in decision.doubt for decision in reading.doubts if "meant as a class" in decision.doubt] == [True]
    assert reading["files left out"] == 1
    assert "1 .txt" in lines_of(path)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [("train", "val", "test"), ("Training", "validation", "testing"), ("training_set", "dev_set", "test_set")],
)
@pytest.mark.parametrize("around", [(), ("data",), ("data", "unpacked")])
def test_parts_are_known_by_their_usual_names_and_within_a_folder_around_them(folder, train, validation, test, around):
    folder(*around, train)
    folder(*around, validation, count=4)
    path = folder(*around, test, train if test == "test_set" else ".", count=5)
    data = load_dataset(path)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [24, 8, 10]
    said = lines_of(path)
    assert f"trained on {'/'.join((*around, train))}" in said
    assert f"validated on {'/'.join((*around, validation))}" in said
    assert f"tested on {'/'.join((*around, test))}" in said


def test_another_validation_size_than_the_folder_has_is_refused(folder):
    folder("train")
    path = folder("val", count=4)
    with pytest.raises(UsageError, match="a validation set of its own: expected 8, got 5"):
        load_dataset(path, validation_size=5)
    assert len(load_dataset(path, validation_size=8).validation) == 8


def test_a_test_folder_without_classes_is_not_tested_on_and_that_is_said(folder):
    path = folder("train")
    picture(path / "test" / "1.png")
    assert "not tested on test, which has no classes" in lines_of(path)


def test_a_folder_called_train_that_holds_pictures_is_a_class(folder):
    data = load_dataset(folder(of=("train", "bus")))
    assert data.class_names == ("bus", "train")


def test_classes_beside_a_folder_to_train_on_are_asked_about(folder):
    folder("train")
    with pytest.raises(DataFileError, match=r"classes beside a folder to train on: expected .*train.*got bird"):
        load_dataset(folder(of=("bird",)))


def test_two_folders_to_train_on_are_asked_about(folder):
    folder("train")
    with pytest.raises(DataFileError, match=r"two folders that could be train .*: got train and training"):
        load_dataset(folder("training"))


def test_folders_that_each_hold_all_classes_are_no_classes(folder):
    folder("fold1")
    with pytest.raises(DataFileError, match=r"got fold1, fold2, each with cat, dog"):
        load_dataset(folder("fold2"))


def test_pictures_in_folders_within_a_class_count_to_it(folder):
    path = folder()
    picture(path / "cat" / "persian" / "white" / "1.png")
    assert len(open_data(path).read().inputs) == 25
    assert "pictures in folders within cat count too" in lines_of(path)


def test_pictures_beside_the_classes_are_left_out_and_counted(folder):
    path = folder()
    picture(path / "1.png")
    assert len(open_data(path).read().inputs) == 24
    assert load_dataset(path).reading["pictures left out"] == 1


@pytest.mark.parametrize(("one", "other"), [("Cat", "cat"), ("cat ", "cat"), ("Ka\u0308se", "K\u00e4se")])
def test_classes_that_only_look_alike_are_doubted(folder, one, other):
    doubts = load_dataset(folder(of=(one, other))).reading.doubts
    assert [f'"{min(one, other)}"' in each.doubt for each in doubts if "two classes" in each.doubt] == [True]


def test_links_that_lead_back_are_left_out(folder):
    path = folder()
    (path / "loop").symlink_to(path)
    (path / "cat" / "loop").symlink_to(path)
    assert load_dataset(path).class_names == ("cat", "dog")
    assert len(open_data(path).read().inputs) == 24
    assert "links that lead back left out: loop" in lines_of(path)


def test_a_class_may_be_a_link_but_not_the_same_as_another(folder, tmp_path):
    path = folder()
    picture(tmp_path / "elsewhere" / "1.png")
    (path / "bird").symlink_to(tmp_path / "elsewhere")
    assert open_files(path).tolist().count("bird") == 1
    (path / "tiger").symlink_to(path / "cat")
    with pytest.raises(DataFileError, match=r"two classes of the same folder .*: got cat and tiger"):
        load_dataset(path)


def test_a_picture_that_leads_nowhere_or_is_damaged_is_named(folder):
    path = folder()
    (path / "cat" / "99.png").symlink_to(path / "nothing.png")
    with pytest.raises(ImageFileError, match=r"cat/99\.png: got No such file"):
        load_dataset(path)


def test_sizes_are_counted_and_one_of_the_rarest_is_named(folder):
    path = folder()
    picture(path / "dog" / "wide.png", size=(6, 9))
    with pytest.raises(DataFileError, match=r"got 8x8 \(24\), 9x6 \(1\), such as dog/wide\.png\. .*8x8!"):
        load_dataset(path)


def test_pictures_whose_names_tell_the_class_are_not_guessed_from(tmp_path):
    for number in range(5):
        for name in ("cat", "dog"):
            picture(tmp_path / f"{name}.{number}.jpg")
    with pytest.raises(DataFileError, match=r"nothing to predict.*folder.*names begin with cat \(5\), dog \(5\)"):
        load_dataset(tmp_path)
    assert open_data(tmp_path).read().targets is None


def test_a_folder_with_another_file_of_data_says_which_to_name(tmp_path):
    (tmp_path / "wine.csv").write_text("a,y\n1,2\n")
    with pytest.raises(DataFileError, match=r"no pictures.*Name the file itself: .*wine\.csv"):
        load_dataset(tmp_path)


def test_animated_pictures_count_by_their_first_frame(folder):
    path = folder()
    frames = [Image.fromarray(np.full((8, 8), tone, np.uint8)) for tone in (10, 250)]
    frames[0].save(path / "cat" / "moves.gif", save_all=True, append_images=frames[1:])
    inputs = open_data(path).read().inputs
    assert inputs[12].max() < 50
    assert load_dataset(path).reading["animated"] == 1


def test_many_classes_are_counted_by_the_rarest_and_the_commonest(folder):
    names = tuple("abcdefgh")
    path = folder(of=names, count=2)
    picture(path / "c" / "more.png")
    assert "from a with 2 to c with 3" in lines_of(path)


def test_pictures_are_no_table(folder):
    with pytest.raises(DataFileError, match="cannot be read as a table"):
        open_data(folder(), options=ReadingOptions(read_as="table"))


def test_whether_a_file_is_a_picture_is_told_by_its_ending(tmp_path):
    assert [is_picture(tmp_path / name) for name in ("a.PNG", "a.webp", "a.txt", "a", ".a.png", "a.eps")] == [
        *(True, True, False, False, False, False)
    ]


def test_of_several_tables_in_a_folder_that_which_is_to_be_trained_on_is_named(tmp_path):
    for name in ("gender_submission.csv", "test.csv", "train.csv"):
        (tmp_path / name).write_text("a,label\n1,2\n")
    with pytest.raises(DataFileError, match=r"Name the file itself: .*train\.csv"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(("classes", "words"), [(6, "by folder: a 3, b 3"), (7, "by folder, 3 each")])
def test_the_pictures_of_few_classes_are_counted_one_by_one(folder, classes, words):
    assert words in lines_of(folder(count=3, of=tuple("abcdefg"[:classes])))


def test_of_several_sizes_one_of_the_rarest_is_named(folder):
    path = folder()
    for name, sides in (("90", (9, 9)), ("91", (9, 9)), ("92", (7, 7))):
        picture(path / "cat" / f"{name}.png", size=sides)
    with pytest.raises(DataFileError, match=r"8x8 \(24\), 9x9 \(2\), 7x7 \(1\), such as cat/92.png"):
        open_data(path).read()


def test_of_many_kinds_of_other_files_four_are_named(folder):
    path = folder()
    for ending in ("md", "pdf", "doc", "xls", "toml"):
        (path / f"a.{ending}").write_text("-")
    assert "5 files left out as no pictures (1 .doc, 1 .md, 1 .pdf, ... 1 .xls)" in lines_of(path)


def test_the_first_of_several_folders_with_the_same_classes_is_proposed(folder):
    for part in ("winter", "summer"):
        path = folder(part)
    with pytest.raises(DataFileError, match=r"such as .*summer, or call them train and test"):
        open_data(path)


def test_which_folder_is_trained_on_is_a_subject_of_the_reading(folder):
    path = folder("train")
    folder("test")
    assert load_dataset(path).reading["folder"] == "train"


def test_names_of_files_that_begin_with_numbers_alone_tell_no_classes(tmp_path):
    for number in range(12):
        picture(tmp_path / "all" / f"{number:02}.png")
    with pytest.raises(DataFileError) as raised:
        load_dataset(tmp_path / "all")
    assert "begin with" not in str(raised.value)
