"""The space of a sweep: what a file may say, what trials get of it, and what is refused by name."""

from pathlib import Path

import pytest

from glassnet.errors import RunError, UnknownNameError, UsageError
from glassnet.runs.space import Choice, Range, Space

ROOT = Path(__file__).parent.parent.parent


def space(tmp_path, text):
    path = tmp_path / "space.toml"
    path.write_text(text, encoding="utf-8")
    return Space.read(path)


class Chooses:
    """Takes from each dimension what it was told."""

    def __init__(self, **chosen):
        self.chosen = chosen

    def suggest_categorical(self, name, choices):
        assert self.chosen[name] in choices
        return self.chosen[name]

    def suggest_float(self, name, low, high, **how):
        return self.chosen[name]

    suggest_int = suggest_float


def test_a_setting_is_fixed_or_one_of_a_list_or_within_a_range(tmp_path):
    read = space(tmp_path, "epochs = 5\nbatch_size = [32, 64]\nlearning_rate = { low = 0.01, high = 1, log = true }\n")
    assert read.entries["epochs"] == Choice((5,))
    assert list(read.searched) == ["batch_size", "learning_rate"]
    chosen = read.settings(Chooses(batch_size="64", learning_rate=0.1))
    assert chosen == {"ensemble": 1, "epochs": 5, "batch_size": 64, "learning_rate": 0.1}
    assert read.searched["learning_rate"] == Range(0.01, 1.0, log=True)


def test_a_list_is_a_choice_also_of_what_is_itself_a_list(tmp_path):
    read = space(tmp_path, "hidden = [64, [300, 100], []]\nepochs = 1")
    assert read.entries["hidden"] == Choice(((64,), (300, 100), ()))
    for text, widths in (("64", (64,)), ("300,100", (300, 100)), ("none", ())):
        assert read.settings(Chooses(hidden=text))["hidden"] == widths


def test_a_range_of_widths_is_of_one_hidden_layer(tmp_path):
    read = space(tmp_path, "hidden = { low = 16, high = 256, log = true }")
    assert read.settings(Chooses(hidden=100)) == {"ensemble": 1, "hidden": (100,)}


def test_tables_may_be_headings_and_ranges_have_tables_of_their_own(tmp_path):
    read = space(
        tmp_path, "[optimizer]\noptimizer = ['sgd', 'adam']\n[training]\nepochs = 2\n[dropout]\nlow = 0\nhigh = 0.5\n"
    )
    assert read.entries == {
        "optimizer": Choice(("sgd", "adam")),
        "epochs": Choice((2,)),
        "dropout": Range(0.0, 0.5),
    }


def test_a_trial_gets_what_its_optimizer_takes_whatever_the_order(tmp_path):
    read = space(tmp_path, "momentum = { low = 0, high = 0.9 }\nbeta1 = [0.8, 0.9]\noptimizer = ['sgd', 'adam']")
    chosen = {"momentum": 0.5, "beta1": "0.8"}
    assert read.settings(Chooses(optimizer="adam", **chosen)) == {"ensemble": 1, "optimizer": "adam", "beta1": 0.8}
    assert read.settings(Chooses(optimizer="sgd", **chosen)) == {"ensemble": 1, "optimizer": "sgd", "momentum": 0.5}


def test_a_range_in_steps_ends_at_its_last_one(tmp_path):
    read = space(tmp_path, "dropout = { low = 0.0, high = 0.5, step = 0.2 }\nepochs = { low = 2, high = 9, step = 3 }")
    assert read.searched == {"dropout": Range(0.0, 0.4, step=0.2), "epochs": Range(2, 8, step=3)}


def test_a_space_that_is_written_is_read_again_as_it_was(tmp_path):
    text = "hidden = [64, [300, 100]]\nepochs = 3\nlearning_rate = { low = 1e-5, high = 1.0, log = true }\n"
    read = space(tmp_path, text + "batch_size = { low = 32, high = 128, step = 32 }\nactivation = ['relu', 'tanh']")
    assert space(tmp_path, read.toml) == read
    assert read.differences(read) == []


def test_spaces_that_differ_are_told_apart_by_name(tmp_path):
    before = space(tmp_path, "epochs = 3\nhidden = [8, 16]")
    now = space(tmp_path, "seed = 1\nhidden = [8, 32]")
    assert before.differences(now) == [
        "epochs was [3], is not there",
        "hidden was [[8], [16]], is [[8], [32]]",
        "seed was not there, is [1]",
    ]


def test_a_path_holds_wherever_a_worker_reads_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = space(tmp_path, "dataset = 'mine.csv'\nhidden = [8, 16]")
    assert read.corner()["dataset"] == str(tmp_path / "mine.csv")


def test_an_unknown_setting_is_named_with_the_nearest(tmp_path):
    with pytest.raises(UnknownNameError, match=r"got 'lerning_rate'\. Did you mean 'learning_rate'\?"):
        space(tmp_path, "lerning_rate = [0.1, 0.2]")
    with pytest.raises(UnknownNameError, match="got 'fingerprint'"):  # no option of a training
        space(tmp_path, "fingerprint = ['a', 'b']")
    with pytest.raises(UnknownNameError, match=r"got 'rellu'\. Did you mean 'relu'\?"):
        space(tmp_path, "activation = ['rellu', 'tanh']")


WRONG = [
    (
        "learning_rate = { low = 1.0, high = 0.1 }",
        r"invalid range of learning_rate in .*low less than high, got 1.0 to 0",
    ),
    ("learning_rate = { low = 0.1 }", "invalid range of learning_rate in .*expected low and high, got low"),
    ("learning_rate = { low = 0.1, high = 1, hihg = 2 }", "part of the range of learning_rate.*Did you mean 'high'"),
    ("learning_rate = { low = -1, high = 1 }", "invalid range of learning_rate in .*got low = -1"),
    ("learning_rate = { low = 'a', high = 1 }", "invalid range of learning_rate in .*numbers, got low = 'a'"),
    ("dropout = { low = 0, high = 1 }", "invalid range of dropout in .*less than 1, got high = 1"),
    ("dropout = { low = 0, high = 0.5, log = true }", "invalid range of dropout in .*above 0"),
    ("dropout = { low = 0, high = 0.5, log = 1 }", "invalid range of dropout in .*log = true or false"),
    ("dropout = { low = 0, high = 0.5, step = 0.6 }", "invalid range of dropout in .*a step of 0 to 0.5, got 0.6"),
    ("dropout = { low = 0.1, high = 0.5, step = 0.1, log = true }", "invalid range of dropout in .*without steps"),
    ("epochs = { low = 1, high = 2.5 }", "invalid range of epochs in .*whole numbers, got high = 2.5"),
    ("activation = { low = 1, high = 2 }", "activation has no range in .*one value, or a list"),
    ("epochs = []", "no values of epochs in"),
    ("epochs = [1, 'two']", "invalid epochs in .*expected a whole number, at least 1, got 'two'"),
    ("epochs = 5", "nothing to search in .*expected epochs = 5, hidden = "),
    ("seeds = 3\nepochs = [1, 2]", "a trial trains one network: seeds cannot be in a space"),
    (
        "optimizer = ['adam', 'adamw']\nmomentum = [0.1, 0.2]",
        "no optimizer of the space takes momentum in .*taken by rmsprop, sgd",
    ),
    ("epochs = [1, 2]\n[training]\nepochs = 3", "two values of epochs in"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_cannot_be_searched_is_refused_by_name_and_place(tmp_path, text, said):
    with pytest.raises(UsageError, match=said) as refusal:
        space(tmp_path, text)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_or_is_no_toml_is_refused(tmp_path):
    with pytest.raises(RunError, match="cannot read the settings"):
        Space.read(tmp_path / "missing.toml")
    with pytest.raises(RunError, match="invalid TOML"):
        space(tmp_path, "epochs: 5")


def test_the_example_of_the_documentation_is_a_space():
    assert len(Space.read(ROOT / "docs" / "sweep.toml").searched) == 6
