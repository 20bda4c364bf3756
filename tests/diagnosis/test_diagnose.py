"""What is said to go wrong in a training: nothing where all is well, and the right thing where it is not."""

import math
import re

import numpy as np
import pytest

import glassnet
from glassnet.diagnosis import diagnose as diagnostics
from glassnet.diagnosis import learning_curves as curves
from glassnet.diagnosis import signals
from glassnet.diagnosis.diagnose import diagnose, diagnose_history, diagnose_trace, diagnose_update
from glassnet.errors import DivergenceError
from glassnet.training.progress import Epoch


@pytest.fixture(scope="module")
def images():
    """Give MNIST's data with so many training examples."""
    return lambda count: glassnet.load_dataset("mnist", train_size=count, validation_size=1_000)


@pytest.fixture(scope="module")
def data(images):
    return images(2_000)


def make(data, hidden=(128,), activation="relu", *, rate=0.1, initializer=None, seed=0, **options):
    sizes = [784, *hidden, data.outputs]
    network = glassnet.Network(sizes, activation, initializer=initializer, seed=seed)
    options = {"optimizer": glassnet.SGD(rate, momentum=0.9), "seed": seed, **options}
    return glassnet.Training(network, data, **options)


def watch(training):
    """Train to the end; give the kinds of findings after each epoch."""
    epochs, kinds = [], []
    for epoch in training:
        epochs.append(epoch)
        kinds.append([finding.kind for finding in diagnose(training, epochs)])
    return kinds


def scale_weights(factor):
    return lambda network: np.multiply(network.weights, factor, out=network.weights)


def silence(network):
    network.layers[0].biases[:] = -10


HEALTHY = {
    "the default": {},
    "the default with another seed": {"seed": 2},
    "the command's default": {"batch_size": 64, "epochs": 12, "schedule": glassnet.OneCycle()},
    "tanh": {"activation": "tanh", "hidden": (64, 64)},
    "leaky_relu, for longer": {"activation": "leaky_relu", "epochs": 12},
    "eight hidden layers": {"hidden": (64,) * 8, "rate": 0.01, "epochs": 8},
    "layers that narrow": {"hidden": (512, 16), "rate": 0.05},
    "layers that widen": {"hidden": (16, 512), "rate": 0.05, "epochs": 8, "schedule": glassnet.OneCycle()},
    "dropout": {"hidden": (256,), "regularization": glassnet.Regularization(dropout=0.5)},
    "augmentation": {"augmentation": glassnet.Augmentation(shift=2, rotation=10)},
    "Adam and a cycle": {"optimizer": glassnet.AdamW(0.003), "epochs": 12, "schedule": glassnet.OneCycle()},
    "single examples": {"optimizer": glassnet.SGD(0.01), "batch_size": 1, "epochs": 3},
}


@pytest.mark.parametrize("options", HEALTHY.values(), ids=HEALTHY)
def test_nothing_is_found_in_a_healthy_training_after_any_epoch(data, options):
    kinds = watch(make(data, **options))
    assert kinds == [[]] * len(kinds)


# What is done to a training, and what is found at its end.
ILL = {
    "a rate twenty times too high": ({"rate": 2.0}, None, ["dead", "unsteady"]),
    "a rate fifty times too high for softmax": ({"hidden": (), "rate": 5.0}, None, ["unsteady"]),
    "a rate far too low": ({"rate": 1e-6}, None, ["rate too low", "stalled"]),
    "a low rate": ({"rate": 1e-3}, None, ["unfinished"]),
    "small weights before deep sigmoids": (
        {"hidden": (64,) * 5, "activation": "sigmoid"},
        scale_weights(0.1),
        ["vanishing", "stalled"],
    ),
    "large weights before deep relus": ({"hidden": (64,) * 6, "rate": 1e-6}, scale_weights(4), ["exploding"]),
    "large weights before tanh": (
        {"hidden": (64, 64), "activation": "tanh", "initializer": "standard_normal"},
        None,
        ["saturated"],
    ),
    "biases of -10 before relu": ({"strict": False}, silence, ["dead", "stalled"]),
    "biases of -10 before gelu": (
        {"hidden": (64, 64), "activation": "gelu", "strict": False},
        silence,
        ["dead", "stalled"],
    ),
    "biases of -10 before sigmoid": ({"hidden": (64, 64), "activation": "sigmoid"}, silence, ["saturated", "stalled"]),
}


@pytest.mark.parametrize(("options", "harm", "kinds"), ILL.values(), ids=ILL)
def test_what_is_wrong_with_a_training_is_found_and_nothing_else(data, options, harm, kinds):
    training = make(data, epochs=5, **options)
    if harm:
        harm(training.network)
    found = watch(training)[-1]
    # What a wild rate does to the loss beside killing units hangs on the last bits, and the ill may be falling still.
    assert found[0] == kinds[0]
    assert set(found) <= {*kinds, "unfinished"}


def test_overfitting_is_found_where_few_examples_are_seen_often(images):
    kinds = watch(make(images(200), epochs=30))
    assert kinds[:8] == [[]] * 8
    assert kinds[-8:] == [["overfitting"]] * 8


def test_a_rate_too_high_is_seen_from_the_first_steps_on(data):
    training = make(data, rate=1.0)
    for _ in range(3):
        training.step()
    (finding,) = diagnose(training, [])
    assert finding.kind == "rate too high"


@pytest.mark.parametrize("rate", [1e10, 1e30])
def test_a_training_that_diverged_can_be_diagnosed(data, rate):
    training = make(data, rate=rate)
    with pytest.raises(DivergenceError):
        next(training)
    kinds = [finding.kind for finding in diagnose(training, [])]
    assert kinds == ([] if rate == 1e10 else ["exploding"]) + ["rate too high"]


def test_a_look_changes_nothing(data):
    looked_at, alone = (make(data, epochs=2, rate=0.5, patience=2) for _ in range(2))
    epochs = []
    for _ in range(5):
        looked_at.step()
        alone.step()
        diagnose(looked_at, epochs)
    for epoch in looked_at:
        epochs.append(epoch)
        diagnose(looked_at, epochs)
    assert len(list(alone)) == len(epochs) == 2
    for name, array in alone.state()[0].items():
        np.testing.assert_array_equal(looked_at.state()[0][name], array)


def test_a_training_that_has_not_begun_or_was_restored_is_no_sick_one(data):
    training = make(data, rate=1e-9)
    assert diagnose(training, []) == []
    well = make(data, epochs=10)
    epochs = [next(well) for _ in range(3)]
    restored = make(data, epochs=10)
    restored.restore(*well.state())
    assert diagnose(restored, epochs) == []


def test_numbers_are_diagnosed_as_classes_are():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 4))
    targets = inputs @ rng.normal(size=4)
    examples = glassnet.Examples(inputs, targets)
    splits = (examples.select(slice(*rows)) for rows in ((0, 200), (200, 250), (250, 300)))
    preprocessing = glassnet.FeatureScaling(tuple("abcd"), (0.0,) * 4, (1.0,) * 4)
    numbers = glassnet.Dataset("planes", "regression", *splits, preprocessing)
    for rate, kinds in ((0.01, []), (1e-7, ["rate too low", "stalled"])):
        network = glassnet.Network([4, 16, 1], loss="mse", seed=0)
        training = glassnet.Training(network, numbers, optimizer=glassnet.SGD(rate, momentum=0.9), batch_size=20)
        epochs = list(training)
        assert [f.kind for f in diagnose(training, epochs) if f.kind != "unfinished"] == kinds


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_step_that_is_judged_is_the_optimizers_next(data, momentum):
    schedule = glassnet.Cosine()  # of four steps: the second has 85% of the rate
    training = make(data, optimizer=glassnet.SGD(2.0, momentum=momentum), schedule=schedule, batch_size=500, epochs=1)
    for _ in range(2):
        step = training.step()
    weights = len(training.network.weights)
    update = training.trace.gradient.copy()
    if momentum:
        update += momentum * training.state()[0]["optimizer.velocity"]
    share = np.linalg.norm(step.learning_rate * update[:weights]) / np.linalg.norm(training.network.weights)
    seen = [finding.seen for finding in diagnose(training, []) if finding.kind == "rate too high"]
    assert [re.findall(r"by (\S+) of", text) for text in seen] == [[f"{share:.2g}"]]


def test_a_schedule_that_ends_at_zero_makes_no_rate_too_low(data):
    training = make(data, epochs=2, schedule=glassnet.OneCycle())
    assert list(training)[-1].learning_rate < 1e-6
    assert diagnose(training, []) == []


@pytest.mark.parametrize(("batch_size", "kinds"), [(16, []), (32, ["unsteady"])])
def test_the_loss_of_a_small_first_batch_means_nothing(data, batch_size, kinds):
    training = make(data, rate=0.01, batch_size=batch_size, epochs=2)
    epoch = next(training)
    training.progress.first_loss = 0.3 * epoch.training_loss
    assert [finding.kind for finding in diagnose(training, [epoch])] == kinds


# By hand: networks whose hidden layers have given weighted sums.


def traced(activation, sums, rows=40):
    """A network of one hidden layer with these weighted sums for every example, and its trace."""
    network = glassnet.Network([1, len(sums), 2], activation, seed=0, dtype=np.float64)
    network.layers[0].weights[:] = 0
    network.layers[0].biases[:] = sums
    trace = network.trace(rows)
    network.forward(np.ones((rows, 1)), trace)
    network.backward(np.array([[0, 1]] * rows), trace)
    return network, trace


@pytest.mark.parametrize(
    ("activation", "sum_", "kind"),
    [
        ("relu", 0.0, "dead"),
        ("relu", 1e-3, None),
        ("elu", math.log(0.0099), "dead"),
        ("elu", math.log(0.0101), None),
        ("gelu", -5.0, "dead"),
        ("gelu", -1.0, None),  # where its derivative is negative
        ("silu", -10.0, "dead"),
        ("silu", 10.0, None),
        ("leaky_relu", -10.0, None),
        ("identity", -10.0, None),
        # 1 - tanh² is 0.01 where tanh is √0.99
        ("tanh", math.atanh(math.sqrt(0.991)), "saturated"),
        ("tanh", -math.atanh(math.sqrt(0.991)), "saturated"),
        ("tanh", math.atanh(math.sqrt(0.989)), None),
        # a (1 - a) is 0.0025 where a is 0.997494
        ("sigmoid", math.log(0.9976 / 0.0024), "saturated"),
        ("sigmoid", math.log(0.0024 / 0.9976), "saturated"),
        ("sigmoid", math.log(0.9974 / 0.0026), None),
    ],
)
def test_a_derivative_below_a_hundredth_of_its_maximum_is_none(activation, sum_, kind):
    findings = diagnose_trace(*traced(activation, [sum_] * 4))
    assert [finding.kind for finding in findings] == ([kind] if kind else [])


@pytest.mark.parametrize(("activation", "end", "least"), [("relu", -1.0, 3), ("tanh", 9.0, 3)])
def test_a_few_units_may_be_dead_or_saturated(activation, end, least):
    for count in range(11):
        findings = diagnose_trace(*traced(activation, [end] * count + [0.5] * (10 - count)))
        assert bool(findings) == (count >= least)
        assert all(f"{count / 10:.0%}" in finding.seen for finding in findings)


def test_a_unit_that_answers_to_one_example_is_alive():
    network = glassnet.Network([1, 2, 2], seed=0)
    network.layers[0].weights[:], network.layers[0].biases[:] = 1, -1
    trace, inputs = network.trace(100), np.zeros((100, 1))
    for last, kinds in ((2, []), (0, ["dead"])):
        inputs[-1] = last
        network.forward(inputs, trace)
        network.backward(np.array([[0, 1]] * 100), trace)
        assert [finding.kind for finding in diagnose_trace(network, trace)] == kinds


def test_a_few_examples_do_not_make_a_unit_dead():
    for rows in (1, signals.FEWEST_EXAMPLES - 1, signals.FEWEST_EXAMPLES):
        assert bool(diagnose_trace(*traced("relu", [-1.0] * 4, rows))) == (rows >= signals.FEWEST_EXAMPLES)


def test_layers_and_units_are_named_with_their_numbers():
    network = glassnet.Network([3, 8, 4, 6, 2], ["relu", "tanh", "relu"], seed=0, dtype=np.float64)
    network.layers[0].biases[:5] = -1e3
    network.layers[1].biases[:2] = 1e3
    network.layers[2].weights[:], network.layers[2].biases[:] = 0.3, [-9, -9, -9, -9, 9, 9]
    network.layers[0].weights[:, 5:], network.layers[0].biases[5:] = 0, 1
    trace = network.trace(50)
    network.forward(np.ones((50, 3)), trace)
    network.backward(np.array([[0, 1]] * 50), trace)
    dead, saturated = diagnose_trace(network, trace)
    text = "Dead for each of 50 examples: 5 of 8 units of hidden layer 1 (62%), 4 of 6 units of hidden layer 3 (67%)."
    assert dead.seen == text
    assert saturated.seen == "Derivatives below 1% of their maximum: 50% in hidden layer 2."


def chain(factor, width=1):
    """Three hidden layers between which deltas are multiplied by √factor, and its trace."""
    network = glassnet.Network([1, width, 1, 1, 1], "identity", loss="mse", seed=0, dtype=np.float64)
    network.parameters[:] = 0
    network.layers[1].weights[:] = math.sqrt(factor / width)
    network.layers[2].weights[:] = math.sqrt(factor)
    network.layers[3].weights[:] = 1
    trace = network.trace(5)
    network.forward(np.ones((5, 1)), trace)
    network.backward(np.ones((5, 1)), trace)
    return network, trace


@pytest.mark.parametrize("width", [1, 30])
@pytest.mark.parametrize(
    ("factor", "kind", "times"),
    [(0.0196, "vanishing", "0.02"), (0.0204, None, ""), (1.0, None, ""), (49.0, None, ""), (51.0, "exploding", "51")],
)
def test_the_norms_of_the_deltas_are_compared_whatever_the_widths(factor, kind, times, width):
    findings = diagnose_trace(*chain(factor, width))
    assert [finding.kind for finding in findings] == ([kind] if kind else [])
    assert all(f": {times} times as much" in finding.seen for finding in findings)


@pytest.mark.parametrize(("count", "kinds"), [(0, ["vanishing"]), (2, ["vanishing"]), (10, ["saturated"])])
def test_a_gradient_does_not_vanish_where_a_whole_layer_lets_none_through(count, kinds):
    network = glassnet.Network([1, 10, 1, 1], ["tanh", "identity"], loss="mse", seed=0, dtype=np.float64)
    network.parameters[:] = 0
    network.layers[0].biases[:count] = 5
    network.layers[1].weights[:], network.layers[2].weights[:] = 1e-3, 1
    trace = network.trace(5)
    network.forward(np.ones((5, 1)), trace)
    network.backward(np.ones((5, 1)), trace)
    assert [finding.kind for finding in diagnose_trace(network, trace)] == kinds


def test_deltas_too_small_to_be_squared_are_measured_all_the_same():
    network = glassnet.Network([1, 1, 1, 1], "identity", loss="mse", seed=0)
    network.parameters[:] = 0
    network.layers[1].weights[:], network.layers[2].weights[:] = 0.5, 1e-30
    trace = network.trace(4)
    network.forward(np.ones((4, 1)), trace)
    network.backward(np.ones((4, 1)), trace)
    assert diagnose_trace(network, trace) == []
    network.layers[1].weights[:] = 1e-5
    network.backward(np.ones((4, 1)), trace)
    assert [finding.kind for finding in diagnose_trace(network, trace)] == ["vanishing"]


def test_a_loss_of_zero_is_no_vanished_gradient():
    network, trace = chain(1e-6)
    network.backward(trace.outputs.copy(), trace)
    assert diagnose_trace(network, trace) == []


def test_outputs_that_are_no_numbers_are_counted():
    network, trace = chain(1.0)
    trace.logits[:3] = [[math.nan], [math.inf], [-math.inf]]
    (finding,) = diagnose_trace(network, trace)
    assert (finding.kind, finding.seen[:6]) == ("exploding", "3 of 5")


@pytest.mark.parametrize(
    ("share", "kind"),
    [
        (0.0, "rate too low"),
        (0.99e-4, "rate too low"),
        (1.01e-4, None),
        (0.099, None),
        (0.101, "rate too high"),
    ],
)
def test_a_steps_length_is_judged_by_that_of_the_weights(share, kind):
    before = np.array([3.0, -4.0, 0.0])
    after = before + 5 * share * np.array([0.0, 0.6, 0.8])
    findings = diagnose_update(before, after)
    assert [finding.kind for finding in findings] == ([kind] if kind else [])
    assert all(f"by {share:.2g} of" in finding.seen for finding in findings)


@pytest.mark.parametrize("broken", [math.inf, math.nan])
def test_a_step_out_of_the_finite_world_is_too_long(broken):
    (finding,) = diagnose_update(np.ones(3), np.array([1.0, broken, 1.0]))
    assert (finding.kind, finding.seen) == ("rate too high", "A step leaves weights that are no finite numbers.")


def test_any_step_from_zero_is_long_and_says_nothing():
    assert diagnose_update(np.zeros(3), np.ones(3)) == []


# By hand: courses of losses.


def course(training, validation=None, examples=1_000_000):
    validation = [None] * len(training) if validation is None else validation
    pairs = enumerate(zip(training, validation, strict=True), start=1)
    return [Epoch(n, a, 0.0, b, None, None, 0.1, 2.0, 2.0 * n, examples / 2) for n, (a, b) in pairs]


def kinds_of(training, validation=None, examples=1_000_000, **options):
    return [finding.kind for finding in diagnose_history(course(training, validation, examples), **options)]


def test_no_epoch_and_one_epoch_tell_nothing():
    assert kinds_of([]) == kinds_of([], first_loss=2.3) == kinds_of([2.3], [2.3], first_loss=2.3) == []


@pytest.mark.parametrize(("rise", "kinds"), [(-0.1, []), (0.029, []), (0.031, ["unsteady"])])
def test_a_loss_that_rises_noticeably_is_unsteady(rise, kinds):
    assert kinds_of([2.0, 1.0, 1 + rise, 0.5]) == kinds


def test_a_rise_near_nil_is_none():
    assert kinds_of([2.0, 0.01, 0.029, 0.01]) == []
    assert kinds_of([2.0, 0.01, 0.031, 0.01]) == ["unsteady"]


def test_few_examples_make_a_loss_tremble():
    for examples, rise in ((100, 0.2), (400, 0.1)):
        assert kinds_of([2.0, 1.0, 1 + 0.99 * rise, 0.5], examples=examples) == []
        assert kinds_of([2.0, 1.0, 1 + 1.01 * rise, 0.5], examples=examples) == ["unsteady"]


def test_what_a_training_has_recovered_from_is_over():
    falling = [0.9**n for n in range(10)]
    assert kinds_of([2.0, 1.0, 1.2, *falling[:9]]) == ["unsteady"]
    assert kinds_of([2.0, 1.0, 1.2, *falling]) == []
    assert kinds_of([7.0, *falling[:9]], first_loss=2.0) == ["unsteady"]
    assert kinds_of([7.0, *falling], first_loss=2.0) == []


def test_jumps_are_counted_and_the_largest_is_told():
    (finding,) = diagnose_history(course([2.0, 1.0, 1.8, 1.0, 1.5, 1.4]))
    assert finding.seen == "The training loss rose in 2 of the last 5 epochs, most in epoch 3: from 1 to 1.8."


def test_a_first_epoch_far_above_the_first_step_is_unsteady():
    assert kinds_of([6.8], first_loss=2.3) == []
    assert kinds_of([7.0], first_loss=2.3) == ["unsteady"]
    assert kinds_of([7.0]) == []
    later = course([1.0, 7.0])[1:]  # of a run that was resumed, without its first epoch
    assert diagnose_history(later, first_loss=2.3) == []


@pytest.mark.parametrize(
    ("losses", "kinds"),
    [
        ([2.30, 2.30], []),
        ([2.30, 2.30, 2.30], ["stalled"]),
        ([2.30, 2.31, 2.32], ["stalled"]),
        ([2.30, 2.20, 2.19], ["stalled"]),
        ([2.30, 2.19, 2.18], []),
        ([2.30, 2.29, 2.26], []),  # it has just begun
    ],
)
def test_a_loss_that_hardly_falls_is_stalled(losses, kinds):
    assert kinds_of(losses) == kinds


def test_who_learned_all_in_the_first_epoch_is_not_stalled():
    assert kinds_of([0.30, 0.30, 0.30], first_loss=2.3) == []
    assert kinds_of([1.9, 1.9, 1.9], first_loss=2.3) == ["stalled"]


def test_something_is_learned_when_a_fifth_of_the_loss_is_gone():
    assert not curves.learned([], 2.0)
    assert not curves.learned(course([1.61]), 2.0)
    assert curves.learned(course([1.59]), 2.0)
    assert curves.learned(course([2.0, 1.59]), None)
    assert curves.learned(course([2.0, 1.59]), 1.0)  # the first batch was an easy one


@pytest.mark.parametrize(
    ("training", "validation", "kinds"),
    [
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.56, 0.56, 0.56], ["overfitting"]),
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.56, 0.54, 0.56], []),
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.6, 0.5, 0.7, 0.7], []),  # not for long enough
        ([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.54, 0.54, 0.54], []),  # not by enough
        ([1.0, 0.5, 0.5, 0.5, 0.5], [0.6, 0.5, 0.9, 0.9, 0.9], []),  # nothing is learned by heart
        ([1.0, 0.5, 0.4, 0.3, 0.2], None, []),
    ],
)
def test_overfitting_is_a_validation_loss_that_stays_up_while_the_training_loss_falls(training, validation, kinds):
    assert kinds_of(training, validation) == kinds


@pytest.mark.parametrize(
    ("validation", "kinds"),
    [
        ([1.0, 0.98, 0.96, 0.94], ["unfinished"]),
        ([1.0, 0.98, 0.975, 0.94], []),
        ([1.0, 0.98, 0.99, 0.9], []),
        ([0.98, 0.96, 0.94], []),
        (None, []),
    ],
)
def test_a_training_that_ends_while_its_validation_loss_falls_is_unfinished(validation, kinds):
    training = [1.0, 0.8, 0.6, 0.4][-len(validation or [0] * 4) :]
    assert kinds_of(training, validation) == kinds
    assert kinds_of(training, validation, finished=False) == []


def test_a_training_that_is_ill_is_not_asked_to_go_on():
    assert kinds_of([1.0, 0.8, 0.9, 0.7], [1.0, 0.9, 0.8, 0.7]) == ["unsteady"]


def test_the_names_of_all_findings_are_given_somewhere():
    findings = [
        *(finding for args in (("relu", [-1.0]), ("tanh", [9.0])) for finding in diagnose_trace(*traced(*args))),
        *(finding for factor in (1e-3, 1e3) for finding in diagnose_trace(*chain(factor))),
        *(finding for share in (0, 1) for finding in diagnose_update(np.ones(2), np.ones(2) * (1 + share))),
        *diagnose_history(course([2.0, 3.0])),
        *diagnose_history(course([2.3] * 3)),
        *diagnose_history(course([1.0, 0.5, 0.4, 0.3, 0.2], [0.6, 0.5, 0.6, 0.6, 0.6])),
        *diagnose_history(course([1.0, 0.5, 0.4, 0.3], [0.6, 0.5, 0.4, 0.3])),
    ]
    for finding in findings:
        assert finding.kind in diagnostics.Finding.__doc__
        assert re.search(r"\d", finding.seen)
        for sentence in (finding.seen, finding.means, finding.remedy):
            assert re.fullmatch(r"[A-Z0-9][^!\n]+\.", sentence)
    assert len({finding.kind for finding in findings}) == len(findings) == 10
