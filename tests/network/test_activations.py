import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from array_functions import backward, finite_differences, forward, relative_error, sample
from glassnet.errors import UnknownNameError, UsageError
from glassnet.network.activations import (
    ACTIVATIONS,
    OUTPUTS,
    Activation,
    Relu,
    Softmax,
    resolve_activation,
    resolve_output,
)

FUNCTIONS = {name: kind() for name, kind in {**ACTIVATIONS, **OUTPUTS}.items()}
every_activation = pytest.mark.parametrize("activation", FUNCTIONS.values(), ids=FUNCTIONS)
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def gelu(z):
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


def gelu_tanh(z):
    return z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2


# The equations as the docstrings print them, one number at a time.
EQUATIONS = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(0, z),
    "leaky_relu": lambda z: max(0, z) + 0.01 * min(0, z),
    "elu": lambda z: max(0, z) + math.exp(min(0, z)) - 1,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "silu": lambda z: z * sigmoid(z),
    "selu": lambda z: 1.0507009873554805 * (max(0, z) + 1.6732632423543772 * (math.exp(min(0, z)) - 1)),
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "exponential": math.exp,
}


def matrices(elements, max_side=6):
    return hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=max_side), elements=elements)


@pytest.mark.parametrize(("name", "equation"), EQUATIONS.items(), ids=EQUATIONS)
def test_every_activation_is_its_printed_equation(name, equation):
    z = sample((6, 7))
    expected = [[equation(value) for value in row] for row in z.tolist()]
    np.testing.assert_allclose(forward(FUNCTIONS[name], z), expected, rtol=1e-13, atol=1e-14)
    assert set(EQUATIONS) | {"softmax"} == set(FUNCTIONS)


@every_activation
@pytest.mark.parametrize("seed", range(3))
def test_every_derivative_is_that_of_finite_differences_under_a_non_uniform_upstream(activation, seed):
    z, upstream = sample((4, 5), seed), sample((4, 5), seed + 10)
    assert np.abs(z).min() > 1e-3  # finite differences across a kink would tell nothing
    expected = finite_differences(lambda z: np.sum(upstream * forward(activation, z)), z)
    assert relative_error(backward(activation, z, upstream), expected) < 1e-8


@every_activation
@both_dtypes
def test_results_may_take_the_place_of_what_they_come_from(activation, dtype):
    z, upstream = sample((4, 5), 1, dtype), sample((4, 5), 2, dtype)
    a, gradient = forward(activation, z), backward(activation, z, upstream)
    in_place = z.copy()
    activation.forward(in_place, out=in_place)
    assert (in_place == a).all()
    activation.backward(z, a, upstream, out=upstream)
    assert (upstream == gradient).all()


@every_activation
@both_dtypes
def test_enormous_sums_give_finite_values_and_no_warning(activation, dtype):
    z = np.array([[-1e4, -89, -1, 0, 1, 89, 1e4], [1e4] * 7, [-1e4] * 7], dtype)
    assert np.isfinite(forward(activation, z)).all()
    assert np.isfinite(backward(activation, z, np.full_like(z, 3))).all()


@both_dtypes
def test_the_sigmoid_is_accurate_up_to_both_of_its_ends(dtype):
    z = np.linspace(-80, 80, 401, dtype=dtype)[None]
    expected = [[sigmoid(value) for value in z[0].tolist()]]
    np.testing.assert_allclose(forward(FUNCTIONS["sigmoid"], z), expected, rtol=8 * np.finfo(dtype).eps)
    ends = forward(FUNCTIONS["sigmoid"], np.array([[-1e4, 0, 1e4]], dtype))
    assert ends.tolist() == [[pytest.approx(0, abs=1e-37), 0.5, 1]]


@given(matrices(st.floats(-1e4, 1e4)), st.sampled_from([np.float32, np.float64]))
def test_softmax_rows_are_finite_and_sum_to_one(z, dtype):
    p = forward(Softmax(), z.astype(dtype))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=8 * np.finfo(dtype).eps)


@given(matrices(st.integers(-80, 80)), st.integers(-1_000, 1_000), st.sampled_from([np.float32, np.float64]))
def test_softmax_does_not_change_when_a_row_is_shifted(eighths, shift, dtype):
    z = (eighths / 8).astype(dtype)  # eighths, whose sums are exact: so the results must be equal to the last bit
    assert (forward(Softmax(), z + shift) == forward(Softmax(), z)).all()


def test_only_a_non_uniform_upstream_notices_a_wrong_softmax_derivative():
    softmax, z = Softmax(), sample((4, 5))

    def of_wrong_sign(upstream):
        p = forward(softmax, z)
        return p * (np.sum(p * upstream, axis=1, keepdims=True) - upstream)

    uniform, other = np.ones_like(z), sample((4, 5), 1)
    # The rows' sum is always one, so its true gradient is zero, and so is that of the wrong formula.
    np.testing.assert_allclose(of_wrong_sign(uniform), backward(softmax, z, uniform), atol=1e-15)
    assert relative_error(of_wrong_sign(other), backward(softmax, z, other)) == pytest.approx(2)


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        (resolve_activation, "rellu", r"unknown activation: .*got 'rellu'\. Did you mean 'relu'\?"),
        (resolve_activation, "softmax", r"unknown activation: expected one of sigmoid, tanh, .*got 'softmax'"),
        (resolve_output, "softmx", r"unknown output activation: .*Did you mean 'softmax'\?"),
    ],
)
def test_an_unknown_name_is_refused_and_the_nearest_offered(find, name, message):
    with pytest.raises(UnknownNameError, match=message):
        find(name)


def test_a_class_stands_for_an_object_of_it_and_another_thing_is_refused():
    assert resolve_activation(Relu) == Relu()
    for other in (dict, 3, None):
        with pytest.raises(UsageError, match=r"not an activation: expected an activation such as 'relu', or an object"):
            resolve_activation(other)


class Doubled(Relu):
    def forward(self, z, out):
        super().forward(z, out)
        out *= 2

    def backward(self, z, a, upstream, out):
        super().backward(z, a, upstream, out)
        out *= 2


def test_what_is_computed_anew_has_not_the_formula_and_the_name_of_its_base():
    assert (Doubled.name, Doubled.formula, Doubled.slope, Doubled.torch) == ("Doubled", "", "", "")


class Swish(Activation):
    def __init__(self, beta):
        self.beta = beta

    def forward(self, z, out):
        np.multiply(z, 1 / (1 + np.exp(-self.beta * z)), out=out)

    def backward(self, z, a, upstream, out):
        sigmoid = 1 / (1 + np.exp(-self.beta * z))
        np.multiply(upstream, sigmoid + self.beta * a * (1 - sigmoid), out=out)


def test_functions_of_one_class_and_its_parameters_are_equal():
    assert Swish(2) == Swish(2) != Swish(3)
    assert Relu() == Relu() != Doubled()
    assert len({Swish(2), Swish(2), Swish(3)}) == 2


# How far the derivative rises, whether it is flat at one end alone, and the initializer and the module of PyTorch.
KNOWN = {
    "sigmoid": (0.25, False, "glorot_uniform", "Sigmoid"),
    "tanh": (1.0, False, "glorot_uniform", "Tanh"),
    "relu": (1.0, True, "he_normal", "ReLU"),
    "leaky_relu": (0.0, False, "he_normal", "LeakyReLU"),
    "elu": (1.0, True, "he_normal", "ELU"),
    "selu": (1.0507009873554805 * 1.6732632423543772, True, "lecun_normal", "SELU"),
    "gelu": (1.0, True, "he_normal", "GELU"),
    "gelu_tanh": (1.0, True, "he_normal", "GELU(approximate='tanh')"),
    "silu": (1.0, True, "he_normal", "SiLU"),
    "mish": (1.1, True, "he_normal", "Mish"),
    "identity": (0.0, False, "glorot_uniform", "Identity"),
    "softmax": (0.0, False, "glorot_uniform", "Softmax"),
    "exponential": (0.0, False, "glorot_uniform", ""),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_others_ask_of_an_activation(name):
    kind = {**OUTPUTS, **ACTIVATIONS}[name]
    assert forward(kind(), np.zeros((1, 3))).shape == (1, 3)
    steepest, rectifies, suits, torch = KNOWN[name]
    assert kind.steepest == pytest.approx(steepest, rel=1e-12)
    assert (kind.rectifies, kind.suits, kind.torch) == (rectifies, suits, torch)
    assert kind.kinks == ((0.0,) if name in ("relu", "leaky_relu", "selu") else ())
    assert kind.sums_to_one is (name == "softmax")


def test_activations_are_registered_for_hidden_layers_and_for_the_last():
    assert set(KNOWN) - set(ACTIVATIONS) == {"softmax", "exponential"}
    assert {"sigmoid", "identity", "softmax", "exponential"} <= set(OUTPUTS)
    for registry, words in ((ACTIVATIONS, "activation"), (OUTPUTS, "output activation")):
        with pytest.raises(UnknownNameError, match=f"unknown {words}: "):
            registry["other"]
