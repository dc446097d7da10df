"""Our preprocessing against scikit-learn's."""

import numpy as np
import pytest
import sklearn.datasets
import sklearn.decomposition
import sklearn.preprocessing

from thalweg.data.split import Split
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.polynomial import Polynomial

X = sklearn.datasets.load_wine().data  # 13 features whose variances span a factor of 6 million
SPLIT = Split(np.arange(0, 178, 2), np.arange(1, 178, 2), np.array([], int))


@pytest.mark.parametrize("fields", [{}, {"components": 4}, {"variance": 0.9999}])
def test_pca_is_theirs_up_to_sign(fields):
    theirs = sklearn.decomposition.PCA(fields.get("components", fields.get("variance")), svd_solver="full")
    theirs.fit(X[SPLIT.train])
    ours = PCA(**fields).fit(X, SPLIT)
    signs = np.sign((ours.directions * theirs.components_).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(ours.directions, signs * theirs.components_, atol=1e-9)
    n = len(SPLIT.train)
    # Theirs divide by n - 1.
    kept = len(ours.directions)
    np.testing.assert_allclose(ours.deviations[:kept] ** 2, theirs.explained_variance_ * (n - 1) / n, rtol=1e-9)
    np.testing.assert_allclose(ours.shares[:kept], theirs.explained_variance_ratio_, rtol=1e-9)
    assert ours.variance_kept == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-12)
    np.testing.assert_allclose(PCA(**fields).apply(ours, X), theirs.transform(X) * signs.T, rtol=1e-6, atol=1e-9)


def test_whitening_is_theirs_up_to_sign():
    theirs = sklearn.decomposition.PCA(5, whiten=True, svd_solver="full").fit(X[SPLIT.train])
    kind = PcaWhitening(smoothing=0.0, components=5)
    fitted = kind.fit(X, SPLIT)
    signs = np.sign((fitted.directions * theirs.components_).sum(axis=1))
    n = len(SPLIT.train)
    np.testing.assert_allclose(
        kind.apply(fitted, X), theirs.transform(X) * signs * np.sqrt(n / (n - 1)), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_products_are_theirs(degree):
    theirs = sklearn.preprocessing.PolynomialFeatures(degree, include_bias=False).fit(X)
    fitted = Polynomial(degree).fit(X, SPLIT)
    np.testing.assert_allclose(Polynomial(degree).apply(fitted, X), theirs.transform(X), rtol=1e-6)
    assert fitted.names == tuple(theirs.get_feature_names_out())
