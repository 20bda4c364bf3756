"""An activation of a user's own, which no registry knows (Misra, 2019)."""

import numpy as np

from glassnet import Activation


class Mish(Activation):
    """A user's own, not registered."""

    formula = "z * tanh(log1p(exp(z)))"
    slope = "tanh(log1p(exp(z))) + z * (1 - tanh(log1p(exp(z))) * tanh(log1p(exp(z)))) / (1 + exp(-z))"
    suits = "he_normal"

    def forward(self, z, out):
        np.multiply(z, np.tanh(np.logaddexp(0, z)), out=out)

    def backward(self, z, a, upstream, out):
        tanh = np.tanh(np.logaddexp(0, z))
        np.multiply(upstream, tanh + z * (1 - tanh * tanh) / (1 + np.exp(-z)), out=out)
