import math

import pytest

from models.statistics.agreement import bootstrap_alpha, krippendorff_alpha, one_against_rest

# Krippendorff (2011), section C: four observers, twelve units, gaps.
FOUR_OBSERVERS = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_four_observers_is_the_published_one(level, published):
    assert krippendorff_alpha(FOUR_OBSERVERS, level) == pytest.approx(published, abs=0.0005)


def test_alpha_of_two_observers_binary_data_is_the_published_one():
    # Krippendorff (2011), section A.
    first, second = "0100000010", "1110010000"
    assert krippendorff_alpha(list(zip(first, second, strict=True))) == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_two_observers_nominal_data_is_the_published_one():
    # Krippendorff (2011), section B.
    first, second = "aabbdcccedda", "babbbcccedd" + "d"
    assert krippendorff_alpha(list(zip(first, second, strict=True))) == pytest.approx(0.692, abs=0.0005)


def test_alpha_is_one_for_perfect_agreement_and_undefined_without_variation():
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1.0
    assert math.isnan(krippendorff_alpha([("a", "a"), ("a", "a")]))
    assert math.isnan(krippendorff_alpha([("a", None), (None, "b")]))


def test_alpha_does_not_depend_on_names_or_order():
    units = [("x", "y"), ("y", "y"), ("z", "x"), ("z", "z")]
    renamed = [tuple({"x": "p", "y": "q", "z": "a"}[code] for code in unit) for unit in reversed(units)]
    assert krippendorff_alpha(units) == pytest.approx(krippendorff_alpha(renamed))


def test_alpha_per_class_of_two_classes_is_alpha():
    units = [("a", "b"), ("a", "a"), ("b", "b"), ("b", "b"), ("a", "a")]
    assert krippendorff_alpha(one_against_rest(units, "a")) == pytest.approx(krippendorff_alpha(units))


def test_bootstrap_interval_holds_alpha_and_widens_with_groups():
    units = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")] * 30
    single = bootstrap_alpha(units, rounds=400)
    assert single.low < single.alpha < single.high
    assert single.units == 120
    # thirty groups of the same four kinds, but each kind in one group: whole kinds come and go
    by_kind = bootstrap_alpha(units, groups=[number % 4 for number in range(120)], rounds=400)
    assert by_kind.high - by_kind.low > single.high - single.low


def test_unknown_level_is_named():
    with pytest.raises(ValueError, match="circular"):
        krippendorff_alpha([("a", "b")], "circular")
