"""Today's numbers are those of the golden files, to the last bit, which make_golden.py wrote.

Where the environment is none that they know, only what must be equal anywhere is tested, and the entry to add is shown.
"""

import copy
import json
import pickle

import frozen
import pytest
from threadpoolctl import threadpool_limits

RECORDED = json.loads(frozen.DIGESTS.read_text(encoding="utf-8"))
KEY = frozen.environment_key()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    return frozen.outputs(tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="module")
def computed():
    return frozen.digests_computed()


def differing(key, found):
    """Name what is not as it is recorded under a key, or is there on one side only."""
    recorded = RECORDED[key]
    return sorted(name for name in {**recorded, **found} if recorded.get(name) != found.get(name))


def show_the_entry_to_add(capsys, key, found):
    with capsys.disabled():
        print(f"\nThe golden files do not know this environment yet. To {frozen.DIGESTS.name}, add:")
        print(json.dumps({key: found}))


def test_splits_shuffles_and_masks_are_those_of_the_golden_file():
    assert differing(frozen.EVERYWHERE, frozen.digests_everywhere()) == []


def test_the_first_weights_and_the_noise_are_those_of_the_golden_file(capsys):
    key, found = frozen.processor_key(), frozen.digests_drawn()
    if key in RECORDED:
        assert differing(key, found) == []
    else:
        show_the_entry_to_add(capsys, key, found)


def test_what_is_computed_has_the_bits_of_the_golden_file(computed, outputs, capsys):
    found = frozen.digests_with_outputs(computed, outputs)
    if KEY in RECORDED:
        assert differing(KEY, found) == []
    else:
        show_the_entry_to_add(capsys, KEY, found)


@pytest.mark.parametrize("name", frozen.TRAININGS)
def test_the_same_training_gives_the_same_bytes_again(name, computed):
    for what, value in frozen.digests_of_training(name).items():
        assert value == computed[f"{name}: {what}"], what


def restored(training, name):
    other = frozen.training_of(name)
    other.restore(*training.state())
    return other


# Each takes a training and its name, and gives another one that stands where it does.
WAYS_OF_STOPPING = {
    "state": restored,
    "pickle": lambda training, name: pickle.loads(pickle.dumps(training)),
    "deepcopy": lambda training, name: copy.deepcopy(training),
}


@pytest.mark.parametrize("way", WAYS_OF_STOPPING)
@pytest.mark.parametrize("name", frozen.TRAININGS)
def test_a_training_that_was_stopped_goes_on_to_the_same_bytes(name, way, computed):
    with threadpool_limits(1, user_api="blas"):
        training = frozen.training_of(name)
        records = [frozen.record_of(next(training))]
        training = WAYS_OF_STOPPING[way](training, name)
        records += [frozen.record_of(epoch) for epoch in training]
        found = {"records of the epochs": frozen.digest(records), **frozen.digests_at_the_end(training)}
    assert found == {what: computed[f"{name}: {what}"] for what in found}


@pytest.mark.parametrize("command", frozen.HELP, ids=lambda command: command or "glassnet")
def test_the_help_is_that_of_the_golden_file(command):
    assert frozen.help_of(command) == frozen.help_file(command).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", frozen.COMMANDS)
def test_the_json_is_that_of_the_golden_file(name, outputs):
    golden = json.loads(frozen.json_file(name).read_text(encoding="utf-8"))
    # As text, so that the order of the keys counts.
    assert json.dumps(frozen.structure(outputs[name])) == json.dumps(frozen.structure(golden))
    # The file is of one environment; others that are known have the digest of their own.
    of_this_one = RECORDED.get(KEY, {}).get(frozen.digest_name(name)) == frozen.digest(golden)
    if of_this_one or name in frozen.WITHOUT_ARITHMETIC:
        assert outputs[name] == golden
