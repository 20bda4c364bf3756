"""The formulas that a page is given, and its script that follows them."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest

from glassnet import Activation, Loss, Network, UsageError
from glassnet.formatting import quantity
from glassnet.network.activations import ACTIVATIONS
from glassnet.network.losses import LOSSES
from glassnet.pages.explain_page import network_trees
from glassnet.pages.single_file import STATIC
from mish import Mish


class Brier(Loss):
    """A loss by the outputs of softmax, each of which depends on every logit."""

    outputs = ("softmax",)
    formula = "sum((a - t) * (a - t))"
    slope = "2 * (a - t)"

    def per_example(self, logits, outputs, targets):
        return np.square(outputs - targets).sum(axis=1)

    def gradient(self, outputs, targets, out):
        np.subtract(outputs, targets, out=out)
        out *= 2


node = pytest.mark.skipif(not shutil.which("node"), reason="needs Node; make test-browser tests the same in Chromium")


def test_a_function_without_a_formula_is_refused_in_one_sentence():
    class Own(Activation):
        def forward(self, z, out):
            np.sin(z, out=out)

        def backward(self, z, a, upstream, out):
            np.multiply(upstream, np.cos(z), out=out)

    with pytest.raises(
        UsageError, match=r"activation Own has no formula for other programs\. Give its class `formula`"
    ):
        network_trees(Network([3, 4, 2], Own()))


# Each network with a batch of one, as Python has it, and what the script makes of it.
SCRIPT = """
const plain = (rows) => rows.map((row) => [...row]);
const made = SUBJECTS.map(({ form, parameters, inputs, targets }) => {
  const network = new Network(form, Float64Array.from(parameters));
  const trace = network.backward(network.forward(Float64Array.from(inputs)), targets);
  const { loss, sums, activations, deltas } = trace;
  return { loss: [[loss]], sums: plain(sums), activations: plain(activations), deltas: plain(deltas) };
});
console.log(JSON.stringify(made));
"""


def run_in_node(subjects, script=SCRIPT):
    code = base64.b64encode((STATIC / "js" / "network.js").read_bytes()).decode()
    head = f'import {{ Network }} from "data:text/javascript;base64,{code}";'
    head += f"const SUBJECTS = {json.dumps(subjects)};"
    command = ["node", "--input-type=module", "-"]
    process = subprocess.run(command, input=head + script, capture_output=True, text=True, check=True)
    return json.loads(process.stdout)


def subject(network, inputs, targets):
    form = network.architecture
    values = {
        "sizes": form.sizes,
        "activations": [*map(str, form.activations)],
        "output": form.output,
        "loss": str(form.loss),
    }
    values["formulas"] = network_trees(network)
    return {"form": values, "parameters": network.parameters.tolist(), "inputs": inputs, "targets": targets}


@node
def test_the_pages_script_computes_pythons_numbers():
    loss_of = [("relu", name, output) for name in [*LOSSES, "quantile_0.9"] for output in output_names(name)]
    cases = [*((name, "cross_entropy", "softmax") for name in [*ACTIVATIONS, Mish()]), *loss_of]
    cases.append(("relu", Brier(), "softmax"))
    networks = [
        Network([5, 6, 4, 3], activation, loss=loss, output=output, seed=number, dtype=np.float64)
        for number, (activation, loss, output) in enumerate(cases)
    ]
    inputs, targets = [0.5, -2.0, 0.0, 30.0, 1.5], [0.7, 0.0, 0.3]
    for network, found in zip(networks, run_in_node([subject(n, inputs, targets) for n in networks]), strict=True):
        trace = network.trace(1)
        network.forward(np.array([inputs]), trace)
        network.backward(np.array([targets]), trace)
        expected = {"sums": trace.pre_activations, "activations": trace.activations, "deltas": trace.deltas}
        for name, layers in {**expected, "loss": [np.array([[trace.loss]])]}.items():
            for own, theirs in zip(layers, found[name], strict=True):
                np.testing.assert_allclose(theirs, own[0], rtol=1e-12, atol=1e-12, err_msg=f"{network}, {name}")


def output_names(loss):
    return LOSSES[loss].outputs if loss in LOSSES else ("identity",)


QUANTITIES = [0.0, 0.00020734, -21.5, 123456.7, 1e155, 1e-9, 999_999_999.0, 1e9, 0.0001, 9.9999, 0.5, -3e-17, 1e22]


def module(name):
    code = base64.b64encode((STATIC / "js" / f"{name}.js").read_bytes()).decode()
    return f'"data:text/javascript;base64,{code}"'


@node
def test_the_pages_write_quantities_as_python_does():
    script = f"import {{ quantity }} from {module('numbers')};"
    script += f"console.log(JSON.stringify({json.dumps(QUANTITIES)}.map((value) => quantity(value, 'm'))));"
    command = ["node", "--input-type=module", "-"]
    found = subprocess.run(command, input=script, capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == [quantity(value, "m") for value in QUANTITIES]


STEPS = """
const made = SUBJECTS.map(({ form, parameters, inputs, targets, rate, steps }) => {
  let network = new Network(form, Float64Array.from(parameters));
  const losses = [];
  for (let step = 0; step < steps; step++) {
    const trace = network.backward(network.forward(Float64Array.from(inputs)), targets);
    losses.push(trace.loss);
    network = network.stepped(trace, rate);
  }
  return { parameters: [...network.parameters], losses };
});
console.log(JSON.stringify(made));
"""


@node
@pytest.mark.parametrize("rate", [0.01, 0.3, 1e-6])
def test_a_step_of_the_page_is_a_step_of_gradient_descent_at_the_very_rate(rate):
    network = Network([5, 6, 4, 3], "tanh", seed=1, dtype=np.float64)
    inputs, targets = [0.5, -2.0, 0.0, 3.0, 1.5], [0.7, 0.0, 0.3]
    (found,) = run_in_node([{**subject(network, inputs, targets), "rate": rate, "steps": 5}], STEPS)
    trace, losses = network.trace(1), []
    for _ in range(5):
        network.forward(np.array([inputs]), trace)
        network.backward(np.array([targets]), trace)
        losses.append(trace.loss)
        network.parameters -= rate * trace.gradient
    np.testing.assert_allclose(found["losses"], losses, rtol=1e-12)
    np.testing.assert_allclose(found["parameters"], network.parameters, rtol=1e-12, atol=1e-15)
