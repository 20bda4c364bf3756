"""Which equations a network's way forward and backward consists of, and where each is computed."""

from __future__ import annotations

from ..data.features import FeatureScaling
from ..data.pixels import PixelScaling
from ..model.model import Model
from ..network import backpropagation, gradient_check
from ..network.activation import Activation
from ..network.dense import Dense
from ..network.network import Network
from ..optimizers.sgd import SGD
from .equation import Equation, equation


def derivation(model: Model) -> dict[str, tuple[Equation, ...]]:
    """Give the equations of each step, as the code prints them.

    Parameters
    ----------
    model : Model
        Whose functions decide which they are.

    Returns
    -------
    dict
        By step: input, sum, activation (one for each kind of hidden unit), output, loss, error, blame, slope (as
        activation), gradient, difference, update. A step that the network does not have is empty.
    """
    network = model.network
    last, loss = type(network.activations[-1]), type(network.loss)
    kinds = list(dict.fromkeys(type(activation) for activation in network.activations[:-1]))
    arriving = equation(Dense.backward, "∂L/∂x_j", Dense.backward)
    blame = equation(backpropagation.propagate, "d_before", backpropagation.propagate, "network.activations[index - 1]")
    return {
        "input": _input(model),
        "sum": (equation(Dense.forward, "z_k", Dense.forward, "np.matmul"),),
        "activation": tuple(equation(kind, "f(z)", kind.forward) for kind in kinds),
        "output": _output(last),
        "loss": (equation(loss, "l", loss.per_example),),
        "error": _error(network),
        "blame": (arriving, blame) if kinds else (),
        "slope": tuple(equation(kind, "f'(z)", kind.backward) for kind in kinds),
        "gradient": (equation(Dense.gradient, "∂L/∂W_jk", Dense.gradient_of_weights, "np.matmul"),),
        "difference": (equation(gradient_check.check_gradient, "g", gradient_check.central_difference, "return"),),
        "update": (equation(SGD, "θ", SGD.update, "parameters -= learning_rate * gradient"),),
    }


def _input(model: Model) -> tuple[Equation, ...]:
    kind = type(model.preprocessing)
    statements = {PixelScaling: "np.divide", FeatureScaling: "np.divide"}
    return (equation(kind, "x", kind.scale, statements[kind]),) if kind in statements else ()


def _output(last: type[Activation]) -> tuple[Equation, ...]:
    left = "p_k" if last.name == "softmax" else "f(z)"
    return (equation(last, left, last.forward),)


def _error(network: Network) -> tuple[Equation, ...]:
    """Give the gradient of the loss, and where it is with respect to the outputs what leads on to the logits."""
    loss, last = type(network.loss), type(network.activations[-1])
    if loss.of_logits:
        return (equation(loss, "∂l/∂z_k", loss.gradient),)
    left = "d_k" if last.name == "softmax" else "f'(z)"
    return equation(loss, "∂l/∂a_k", loss.gradient), equation(last, left, last.backward)
