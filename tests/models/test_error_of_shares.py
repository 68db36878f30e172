"""The classifier's error in shares: a random-effects model worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.statistics.error_of_shares import ErrorOfShares, error_of_shares

# 20 sentences coded and called learning, 10 coded learning and called legitimation, 10 coded and called legitimation
CODED = np.array([[1.0, 0.0]] * 30 + [[0.0, 1.0]] * 10)
SAID = np.array([[1.0, 0.0]] * 20 + [[0.0, 1.0]] * 20)
GAP = math.log(30.5 / 10.5) - math.log(20.5 / 20.5)
VARIANCE = 20 * (1 / 30.5 - 1 / 20.5) ** 2 + 10 * (1 / 30.5 + 1 / 20.5) ** 2 + 10 * (1 / 20.5 - 1 / 10.5) ** 2 + 1 / 40


def test_documents_that_err_alike_give_a_shift_and_no_spread() -> None:
    found = error_of_shares([(CODED, SAID)] * 8)
    assert found is not None
    assert (found.documents, found.between) == (8, 0)
    assert found.mean == pytest.approx(GAP)
    assert found.error == pytest.approx(math.sqrt(VARIANCE / 8))


def test_documents_that_err_to_both_sides_give_a_spread_and_no_shift() -> None:
    found = error_of_shares([(CODED, SAID), (SAID, CODED)] * 4)
    assert found is not None
    assert found.mean == pytest.approx(0)
    # DerSimonian and Laird with equal variances v: Q = 8 gap^2 / v, and (Q - 7) / (8/v - 1/v)
    assert found.between == pytest.approx(math.sqrt(8 * GAP**2 / 7 - VARIANCE))


def test_few_documents_or_few_claims_tell_nothing() -> None:
    assert error_of_shares([(CODED, SAID)] * 7) is None
    assert error_of_shares([(CODED[26:34], SAID[26:34])] * 20) is None


def test_errors_of_many_documents_cancel_out() -> None:
    error = ErrorOfShares(0, 0, 1, 50)
    one = error.interval(0.5, 0.5, [30])
    four = error.interval(0.5, 0.5, [30, 30, 30, 30])
    # one document: expit(1.96); four of one size: expit(1.96 / 2)
    assert one == pytest.approx((1 - 0.8765, 0.8765), abs=1e-4)
    assert four == pytest.approx((1 - 0.7271, 0.7271), abs=1e-4)


def test_an_interval_is_never_made_narrower() -> None:
    assert ErrorOfShares(0, 0, 0, 50).interval(0.2, 0.9, [5]) == pytest.approx((0.2, 0.9))
    low, high = ErrorOfShares(0.5, 0.1, 0.3, 50).interval(0.2, 0.9, [5])
    assert low < 0.2
    assert high > 0.9
