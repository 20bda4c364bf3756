"""Sparse inputs."""

import numpy as np
import pytest
from iris import BOTH, QUICK, X, Y
from scipy import sparse

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@BOTH
def test_a_sparse_matrix_gives_the_answers_of_a_dense_one(kind):
    kept = np.where(X > 0, X, 0)
    for form in (sparse.csr_matrix, sparse.csc_array, sparse.csr_array):
        dense, packed = (kind(**QUICK).fit(inputs, Y) for inputs in (kept, form(kept)))
        np.testing.assert_allclose(packed.predict(form(kept)), dense.predict(kept))
