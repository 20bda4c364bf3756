"""What NumPy computes by hand is the formula that other programs follow, and the trees that formulas become."""

import re

import numpy as np
import pytest

from array_functions import backward, evaluated, forward, sample
from glassnet.errors import UsageError
from glassnet.network.activations import ACTIVATIONS, OUTPUTS, Activation, resolve_output
from glassnet.network.formula import activation_trees, loss_trees, syntax_tree
from glassnet.network.losses import LOSSES, resolve_loss

FUNCTIONS = {name: kind() for name, kind in {**ACTIVATIONS, **OUTPUTS}.items()}
Z = np.concatenate([sample((20, 5), 1), np.linspace(-30, 30, 25).reshape(5, 5), [[-700.0, -40, 0, 40, 700]]])


def agree(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


class Half(Activation):
    """An activation that says its value and not its slope, or its slope alone."""

    def __init__(self, formula, slope):
        self.formula, self.slope = formula, slope

    def forward(self, z, out):
        np.copyto(out, z)

    def backward(self, z, a, upstream, out):
        np.copyto(out, upstream)


@pytest.mark.parametrize(("formula", "slope"), [("z", ""), ("", "1"), ("", "")])
def test_a_formula_without_a_slope_and_a_slope_without_a_formula_are_refused(formula, slope):
    with pytest.raises(UsageError, match="has no formula for other programs"):
        activation_trees(Half(formula, slope))
    assert activation_trees(Half("z", "1 + 0 * z")).keys() == {"value", "slope"}


@pytest.mark.parametrize("activation", FUNCTIONS.values(), ids=FUNCTIONS)
def test_an_activation_and_its_derivative_are_those_of_its_formulas(activation):
    a, g = forward(activation, Z), sample(Z.shape, 2)
    agree(np.broadcast_to(evaluated(activation.formula, z=Z), Z.shape), a)
    slope = evaluated(activation.slope, z=Z, a=a, g=g)
    agree(slope if re.search(r"\bg\b", activation.slope) else slope * g, backward(activation, Z, g))


@pytest.mark.parametrize("name", [*LOSSES, "quantile_0.9"])
def test_a_loss_and_its_gradient_are_those_of_its_formulas(name):
    loss, targets = resolve_loss(name), np.random.default_rng(1).dirichlet(np.ones(5), len(Z))
    targets[0] = np.eye(5)[2]  # with zeros, whose logarithm nobody must take
    a = forward(resolve_output(loss.outputs[0]), Z[:-1])
    z, y = Z[:-1], targets[:-1]
    agree(evaluated(loss.formula, z=z, a=a, y=y)[:, 0], loss.per_example(z, a, y))
    gradient = np.empty_like(a)
    loss.gradient(a, y, gradient)
    agree(evaluated(loss.slope, z=z, a=a, y=y, K=5), gradient)


@pytest.mark.parametrize(
    ("formula", "tree"),
    [
        ("z", "z"),
        ("-z", ["negative", "z"]),
        ("1 - a * a", ["-", 1.0, ["*", "a", "a"]]),
        ("max(0, z) / 2", ["/", ["maximum", 0.0, "z"], 2.0]),
        ("max(z)", ["largest", "z"]),
        ("(z > 0) + 0.01 * (z <= 0)", ["+", [">", "z", 0.0], ["*", 0.01, ["<=", "z", 0.0]]]),
        ("sqrt(2 / pi) * z", ["*", 0.7978845608028654, "z"]),
        ("-(3 - 1) * 2 * exp(z) / sum(exp(z))", ["/", ["*", -4.0, ["exp", "z"]], ["sum", ["exp", "z"]]]),
    ],
)
def test_a_formula_becomes_a_tree_in_which_numbers_are_worked_out(formula, tree):
    assert syntax_tree(formula, "za") == tree


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("z ** 2", "Pow"),
        ("q * z", "with q"),
        ("__import__('os')", "__import__"),
        ("gamma(z)", "gamma"),
        ("max(z, 0, 1)", "max"),
        ("0 < z < 1", "0 < z < 1"),
        ("z if z > 0 else 0", "else"),
        ("z +", "invalid syntax"),
        ("exp(z, out=z)", "exp"),
    ],
)
def test_what_is_not_in_the_notation_is_refused(formula, fault):
    with pytest.raises(UsageError, match=f"invalid formula: got .*{fault}.*glassnet.network.formula"):
        syntax_tree(formula, "z")


@pytest.mark.parametrize(
    ("formula", "tree"),
    [
        ("sqrt(4)", 2.0),
        ("exp(1)", np.e),
        ("log(1)", 0.0),
        ("log(0)", ["log", 0.0]),  # which NumPy has an answer to, and Python has not
        ("sqrt(0)", ["sqrt", 0.0]),
        ("tanh(1)", ["tanh", 1.0]),
        ("3 - 1", 2.0),
        ("3 * 2", 6.0),
        ("3 / 2", 1.5),
        ("1 / 0", ["/", 1.0, 0.0]),
        ("-2", -2.0),
    ],
)
def test_numbers_are_computed_at_once_where_python_can(formula, tree):
    assert syntax_tree(formula, "z") == tree


def test_every_word_and_sign_of_the_notation_has_its_operator():
    for word in ("exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos", "sqrt", "abs", "sign", "sum", "mean"):
        assert syntax_tree(f"{word}(z)", "z") == [word, "z"]
    for sign in ("+", "-", "*", "/", ">", ">=", "<", "<=", "=="):
        assert syntax_tree(f"z {sign} a", "za") == [sign, "z", "a"]
    assert syntax_tree("max(z, a)", "za") == ["maximum", "z", "a"]
    assert syntax_tree("min(z, a)", "za") == ["minimum", "z", "a"]
    assert syntax_tree("max(z)", "za") == ["largest", "z"]
    assert syntax_tree("3 + 4 * pi", "z") == 3 + 4 * np.pi
    assert [syntax_tree(f"{word}(-1)", "z") for word in ("sqrt", "log")] == [["sqrt", -1.0], ["log", -1.0]]
    assert syntax_tree("exp(-1)", "z") == ["exp", -1.0]
    for wrong in ("z != a", "min(z)", "sum(z, a)", "'z'", "z and a", "not z", "exp()"):
        with pytest.raises(UsageError, match="invalid formula"):
            syntax_tree(wrong, "za")


def test_functions_are_equal_if_their_class_and_parameters_are():
    assert Half("z", "1") == Half("z", "1") != Half("z", "a")
    assert Half("z", "1") != resolve_output("identity") == resolve_output("identity")
    assert hash(Half("z", "1")) == hash(Half("a", "z"))
    one, other = Half(np.ones(2), "1"), Half(np.ones(2), "1")
    assert (one == one, one == other) == (True, False)
    assert str(Half("z", "1")) == Half.name == "Half"


def test_what_is_computed_anew_has_no_formula_of_its_base():
    class Doubled(ACTIVATIONS["tanh"]):
        def forward(self, z, out):
            np.multiply(z, 2, out=out)

    class Steeper(ACTIVATIONS["tanh"]):
        def backward(self, z, a, upstream, out):
            np.copyto(out, upstream)

    class Called(ACTIVATIONS["tanh"]):
        name = "called"

    assert [(kind.formula, kind.slope, kind.name) for kind in (Doubled, Steeper, Called)] == [
        ("", "1 - a * a", "Doubled"),
        ("tanh(z)", "", "Steeper"),
        ("tanh(z)", "1 - a * a", "called"),
    ]
    for resolve, words in ((resolve_output, "an output activation"), (resolve_loss, "a loss")):
        with pytest.raises(UsageError, match=f"not {words}"):
            resolve(3)
    assert isinstance(resolve_output(ACTIVATIONS["identity"]), ACTIVATIONS["identity"])


def test_a_loss_is_of_z_a_and_y_and_its_slope_of_the_number_of_outputs_too():
    trees = loss_trees(resolve_loss("mse"))
    assert trees == {
        "value": ["mean", ["*", ["-", "a", "y"], ["-", "a", "y"]]],
        "slope": ["/", ["*", 2.0, ["-", "a", "y"]], "K"],
    }
    assert activation_trees(resolve_output("softmax"))["slope"][:2] == ["*", "a"]
    assert loss_trees(resolve_loss("cross_entropy")).keys() == {"value", "slope"}
