"""Irises, and parameters that learn them quickly."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from glassnet.sklearn import MLPClassifier, MLPRegressor

BOTH = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
IRIS = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(IRIS[0])
Y = IRIS[1]
NAMES = np.array(["setosa", "versicolor", "virginica"])
QUICK = {"hidden_layer_sizes": 16, "max_iter": 60, "learning_rate_init": 0.02, "random_state": 0}
