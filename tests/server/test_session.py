"""Corrections: what the page teaches, what can be taken back, and what is remembered."""

import base64

import numpy as np
import pytest

from glassnet.errors import DataFileError, UsageError
from glassnet.server.session import FILE, Corrections, Session
from serving import served, small_run

KNOBS = {"train_size": 600, "hidden": [12], "seed": 4, "learning_rate": 0.05}


@pytest.fixture
def own_server(trained_small, tmp_path):
    with served(trained_small, tmp_path) as running:
        yield running


def misread(own_server, mnist):
    """Find a digit that is read wrongly, though it is taken for some digit."""
    images, labels = mnist.test.inputs[:500], mnist.test.targets[:500]
    answers = own_server.json("/predict", images.tobytes())["answers"]
    known = [(k, answer["class"]) for k, answer in enumerate(answers) if not answer["refused"]]
    k = next(k for k, said in known if said != str(labels[k]))
    return images[k], int(labels[k])


def test_what_it_is_taught_it_answers_and_what_is_forgotten_is_as_before(own_server, page, mnist):
    page.reset(**KNOBS)
    page.say("epoch")
    page.hear("epoch")
    before = own_server.present()[1]
    image, label = misread(own_server, mnist)
    page.say("teach", pixels=base64.b64encode(image.tobytes()).decode(), label=label)
    told = page.hear("taught")[0]
    assert (told["label"], told["corrections"], told["right"]) == (label, 1, 1)
    assert set(told["before"]) == set(told["after"]) == {"accuracy", "loss"}
    assert told["before"] != told["after"]
    page.hear("status")
    answer = own_server.json("/predict", image.tobytes())["answers"][0]
    assert answer["class"] == str(label)
    page.say("forget")
    forgotten = page.hear("forgotten")[0]
    assert (forgotten["corrections"], forgotten["after"]) == (0, told["before"])
    page.hear("status")
    np.testing.assert_array_equal(own_server.present()[1], before)
    page.say("forget")
    assert "no fine-tuning example to remove" in page.hear("error")[0]["error"]


def teach(page, image, label):
    page.say("teach", pixels=base64.b64encode(image.tobytes()).decode(), label=label)
    return page.hear("taught")[0]


def test_what_is_taught_is_remembered_after_a_new_beginning(page, mnist):
    first, second = mnist.test.inputs[:2]
    assert teach(page, first, 3)["corrections"] == 1
    values, _ = page.reset(**KNOBS)
    assert (values["corrections"], values["undoable"]) == (1, 0)
    page.say("forget")
    assert "no fine-tuning example to remove" in page.hear("error")[0]["error"]
    told = teach(page, second, 4)
    assert (told["corrections"], told["undoable"], told["right"]) == (2, 1, 2)


def test_what_was_taught_before_training_went_on_is_not_taken_back(own_server, page, mnist):
    page.reset(**KNOBS)
    page.say("epoch")
    page.hear("epoch")
    teach(page, mnist.test.inputs[0], 3)
    assert page.hear("status")[0]["undoable"] == 1
    page.say("step")
    assert page.hear("status")[0]["undoable"] == 0
    trained = own_server.present()[1]
    page.say("forget")
    assert "no fine-tuning example to remove" in page.hear("error")[0]["error"]
    np.testing.assert_array_equal(own_server.present()[1], trained)


def test_a_run_that_is_taken_up_again_remembers_what_it_was_taught(trained_small, mnist, tmp_path):
    session = Session.of_run(trained_small)
    session.teach(mnist.test.inputs[0], 3)
    session.corrections.save(tmp_path)
    again = Corrections.of_run(tmp_path)
    np.testing.assert_array_equal(again.arrays()[0], mnist.test.inputs[:1])
    np.testing.assert_array_equal(again.arrays()[1], [3])
    with pytest.raises(UsageError, match="no fine-tuning example to remove"):
        again.take_back()


def test_a_run_without_corrections_has_none(tmp_path):
    assert len(Corrections.of_run(tmp_path)) == 0


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": np.full((1, 5), -7.5), "labels": np.array([3])},
        {"images": np.zeros((1, 27, 28), np.uint8), "labels": np.array([3])},
        {"images": np.zeros((1, 28, 28), np.uint8), "labels": np.array([10])},
        {"images": np.zeros((1, 28, 28), np.uint8)},
    ],
    ids=["a table", "another size", "an eleventh digit", "no labels"],
)
def test_corrections_that_are_none_are_refused_by_name(arrays, tmp_path):
    np.savez(tmp_path / FILE, **arrays)
    with pytest.raises(DataFileError, match=r"not fine-tuning examples.*28 by 28"):
        Corrections.of_run(tmp_path)


def test_only_the_last_twenty_can_be_taken_back():
    corrections = Corrections()
    for label in range(25):
        corrections = corrections.add(np.zeros((28, 28), np.uint8), label % 10)
        corrections.before.append(np.full(2, label, float))
    assert [corrections.take_back()[0] for _ in range(20)] == [*range(24, 4, -1)]
    assert len(corrections) == 5
    with pytest.raises(UsageError, match="no fine-tuning example to remove"):
        corrections.take_back()


def test_a_run_that_averages_its_parameters_is_taught_as_it_is_shown(tmp_path, mnist):
    run = small_run(tmp_path / "run", average_decay=0.9)
    with served(run, tmp_path / "play") as own_server, own_server.page() as page:
        page.hear("network")
        page.say("teach", pixels=base64.b64encode(mnist.test.inputs[0].tobytes()).decode(), label=3)
        told = page.hear("taught")[0]
        assert told["right"] == 1
        assert told["before"] != told["after"]


def test_what_is_no_knob_stays_over_a_new_beginning(tmp_path):
    own = {"deskew": True, "nesterov": True, "activation": ("relu", "tanh"), "hidden": (8, 4), "mixup": 0.1}
    run = small_run(tmp_path / "run", **own)
    with served(run, tmp_path / "play") as own_server, own_server.page() as page:
        shown = page.hear("network")[0]["knobs"]
        names = ("train_size", "hidden", "batch_size", "learning_rate", "momentum", "seed", "loss", "optimizer")
        again = page.reset(activation="relu", **{name: shown[name] for name in names})[0]["knobs"]
        assert {name: again[name] for name in shown if again[name] != shown[name]} == {}
        other = page.reset(activation="tanh", optimizer="adam", hidden=[6])[0]["knobs"]
        assert (other["activation"], "nesterov" in other, other["deskew"]) == (["tanh"], False, True)
