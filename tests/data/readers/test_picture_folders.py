"""Folders of pictures as people have them: with leftovers of systems, several formats, and folders around folders."""

import numpy as np
import pytest
from PIL import Image

from glassnet import load_dataset
from glassnet.data.readers import open_data
from glassnet.data.readers.folders import entries, is_leftover, is_of_emnist, part_of, unwrapped, words_of
from glassnet.data.readers.picture_folders import holds_pictures, is_picture, parts_in, search
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


def test_of_a_folder_without_pictures_the_data_in_it_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "about.txt~").write_text("-")
    (tmp_path / "a" / "notes.doc").write_text("-")
    (tmp_path / "a" / "z_rows.csv").write_text("a,label\n1,0\n")
    with pytest.raises(DataFileError, match=r"Name the file itself: \S*z_rows.csv"):
        open_data(tmp_path / "a")


def test_an_archive_that_left_hidden_folders_is_stepped_into(folder):
    path = folder("unpacked")
    (path / "__MACOSX").mkdir()
    assert load_dataset(path).class_names == ("cat", "dog")


LEFT_BEHIND = [
    *("__macosx", "__pycache__", "@eadir", "@tmp", "#recycle", "#snapshot", "$recycle.bin", "recycler", "lost+found"),
    *("system volume information", "found.000", "lost.dir", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db"),
    *("desktop.ini", "folder.jpg.tmp", "icon\r", ".git", "._a.png", "notes.txt~"),
]


def test_all_that_systems_leave_behind_is_known_in_any_letters():
    assert [name for name in LEFT_BEHIND if not (is_leftover(name) and is_leftover(name.upper()))] == []
    assert [name for name in ("other", "a.png", "git", "a~b", "macosx") if is_leftover(name)] == []


def test_a_part_is_told_by_one_word_of_its_name():
    words = {
        "train": ["train", "training", "trn", "tr"],
        "validation": ["val", "valid", "validation", "validate", "dev"],
        "test": ["test", "testing", "tst", "te", "t10k"],
    }
    assert {part: [word for word in known if part_of(["seg", word]) == part] for part, known in words.items()} == words
    assert [part_of(known) for known in (["other"], ["train", "test"], ["train", "training"], [])] == [
        *(None, None, "train", None)
    ]
    assert words_of("xTrain_Images.idx3-ubyte") == ["x", "train", "images", "idx3", "ubyte"]


@pytest.mark.parametrize(("name", "of_emnist"), [("emnist-letters.csv", True), ("EMNIST_x", True), ("kemnist", False)])
def test_emnist_is_told_by_a_word_of_the_name(tmp_path, name, of_emnist):
    assert is_of_emnist(tmp_path / name) is of_emnist


def test_a_folder_is_stepped_into_as_long_as_it_holds_one_alone(tmp_path):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    assert unwrapped(tmp_path) == inner
    assert unwrapped(tmp_path, lambda folder: folder.name == "b") == tmp_path / "a"
    (tmp_path / "a" / "x.txt").write_text("-")
    assert unwrapped(tmp_path) == tmp_path / "a"
    (inner / "loop").symlink_to(tmp_path / "a")
    assert unwrapped(tmp_path / "a" / "b") == tmp_path / "a" / "b" / "c" / "loop"
    (tmp_path / "a" / "x.txt").unlink()
    assert unwrapped(tmp_path / "a") == inner  # it ends though the links lead back


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DataFileError, match=r"cannot read the folder in .*nothing: got No such file.*Check the rights"):
        entries(tmp_path / "nothing")


def test_what_was_decided_of_a_folder_is_said_whole(folder):
    path = folder(count=3)
    found = open_data(path)
    found.read()
    assert [(one.subject, one.taken, one.words, one.doubt, one.option) for one in found.decisions] == [
        ("pictures", 6, "pictures of 8x8, in gray", "", ""),
        ("classes", ["cat", "dog"], "by folder: cat 3, dog 3", "", ""),
    ]
    for name in ("bird", "cow"):
        (path / name).mkdir()
    for name in ("1.txt", "2.TXT", "noending"):
        (path / "cat" / name).write_text("-")
    picture(path / "dog" / "young" / "1.png")
    picture(path / "dog" / ".cache" / "1.png")
    picture(path / "1.png")
    picture(path / ".DS_Store" / "1.png")
    (path / "dog" / "back").symlink_to(path / "dog")
    found = open_data(path)
    found.read()
    assert [(one.subject, one.taken, one.words, one.doubt, one.option) for one in found.decisions] == [
        ("pictures", 7, "pictures of 8x8, in gray", "", ""),
        ("classes", ["cat", "dog"], "by folder: cat 3, dog 4", "", ""),
        ("nested", ["dog"], "pictures in folders within dog count too", "", ""),
        (
            "folders without pictures",
            ["bird", "cow"],
            "folders without pictures: bird, cow",
            "'bird', 'cow' may be meant as a class",
            "putting pictures in it, or removing it",
        ),
        ("hidden", [".DS_Store", ".cache"], "hidden left out: .DS_Store, .cache", "", ""),
        ("files left out", 3, "3 files left out as no pictures (2 .txt, 1 no ending)", "", ""),
        ("links", ["back"], "links that lead back left out: back", "", ""),
        ("pictures left out", 1, "1 pictures beside the folders left out, of no class", "", ""),
    ]
    assert [found.name_of(row) for row in (1, 4, 7)] == ["cat/00.png", "dog/00.png", "dog/young/1.png"]


def test_pictures_of_another_size_or_damaged_ones_are_left_out_where_that_is_wanted(folder):
    path = folder(count=3)
    picture(path / "cat" / "01.png", size=(6, 9))
    (path / "dog" / "00.png").write_bytes(b"no picture")
    found = open_data(path)
    found.skipped = []
    block = found.read()
    assert list(block.rows) == [1, 3, 5, 6]
    assert block.targets.tolist() == ["cat", "cat", "dog", "dog"]
    assert [row for row, _ in found.skipped] == [2, 4]
    assert "a picture of the wrong size" in str(found.skipped[0][1])
    assert "expected 8x8, got 9x6" in str(found.skipped[0][1])
    assert found.decisions[0].words == "pictures of 8x8, in gray"


def test_pictures_are_decoded_block_by_block(folder, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.picture_folders.BLOCK", 4)
    blocks = list(open_data(folder(count=5)).blocks())
    assert [list(block.rows) for block in blocks] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert blocks[1].targets.tolist() == ["cat", "dog", "dog", "dog"]


def test_a_picture_that_was_held_upright_has_the_size_that_is_seen(folder):
    path = folder()
    wide = Image.fromarray(np.zeros((4, 9), np.uint8))
    for orientation, name in ((6, "turned"), (1, "plain"), (3, "upside down")):
        exif = wide.getexif()
        exif[0x0112] = orientation
        wide.save(path / "dog" / f"{name}.jpg", exif=exif)
    with pytest.raises(DataFileError, match=r"got 8x8 \(24\), 9x4 \(2\), 4x9 \(1\), such as dog/turned\.jpg"):
        open_data(path).read()


def test_classes_that_differ_by_spaces_or_capitals_are_named_in_pairs(folder):
    doubt = next(
        one
        for one in load_dataset(folder(of=("a", "A", "b  c", "B C", "d"), count=8)).reading.decisions
        if one.subject == "classes"
    )
    assert doubt.doubt == '"A" and "a", "B C" and "b  c" differ by capitals or spaces alone and are two classes'
    assert doubt.option == "giving both one folder"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["cat.1", "cat.2", "dog-3", "dog_4"], "; their names begin with cat (2), dog (2)"),
        (["cat1", "dog1"], "; their names begin with cat (1), dog (1)"),
        (["cat1", "dog1", "cow1", "owl1"], ""),  # each has a name of its own
        (["cat1", "cat2"], ""),
        (["1", "2"], ""),
    ],
)
def test_names_of_files_seem_to_tell_classes_where_they_come_again(tmp_path, names, words):
    for name in names:
        picture(tmp_path / f"{name}.png")
    remedy = "Put the pictures of each class into a folder that is called as the class"
    assert open_data(tmp_path).target_remedy == remedy + words


def test_parts_are_taken_as_such_only_beside_folders_to_train_on_that_hold_folders(folder):
    folder("train", count=2)
    path = folder("val", count=2)
    assert parts_in(path) == {"train": path / "train", "validation": path / "val"}
    assert parts_in(path / "val") == {"train": path / "val"}
    (path / "train" / "notes.txt").write_text("-")
    picture(path / "train" / "1.png")  # by now a class that is called so
    assert parts_in(path) == {"train": path}


def test_a_search_goes_below_a_folder_or_stays_in_it(folder):
    path = folder(count=2)
    picture(path / "1.png")
    (path / "notes.md").write_text("-")
    deep, flat = search(path), search(path, deep=False)
    assert [picture.name for picture in deep.pictures] == ["1.png", "00.png", "01.png", "00.png", "01.png"]
    assert (sorted(deep.inner), deep.others, deep.leftovers, deep.loops) == (["cat", "dog"], [".md"], [], [])
    assert ([picture.name for picture in flat.pictures], flat.inner, flat.others) == (["1.png"], [], [".md"])
    assert holds_pictures(path)
    assert not holds_pictures(path.parent)
    (path.parent / "a.png").mkdir()
    assert not holds_pictures(path.parent)


def test_an_empty_folder_and_one_of_many_files_are_described(tmp_path):
    with pytest.raises(DataFileError, match=r"no pictures .*got an empty folder"):
        open_data(tmp_path)
    for name in "abcdef":
        (tmp_path / f"{name}.doc").write_text("-")
    with pytest.raises(DataFileError, match=r"got a\.doc, b\.doc, c\.doc, \.\.\. f\.doc") as raised:
        open_data(tmp_path)
    assert "Name the file" not in str(raised.value)
