"""Growth is the power of the number of documents."""

from __future__ import annotations

import pytest

from benchmarks.growth import exponent, last_step


@pytest.mark.parametrize("power", [0.5, 1.0, 1.7, 2.0])
def test_a_power_is_found_again(power):
    points = [(size, 0.03 * size**power) for size in (100, 300, 1_000)]
    assert exponent(points) == pytest.approx(power)
    assert last_step(points) == pytest.approx(power)


def test_the_last_step_shows_what_a_fixed_cost_hides():
    points = [(size, 5 + size**1.5 / 1_000) for size in (100, 300, 1_000, 10_000)]
    assert last_step(points) > exponent(points)


@pytest.mark.parametrize("points", [[], [(100, 3.0)], [(100, 3.0), (100, 4.0)]])
def test_one_size_shows_no_growth(points):
    with pytest.raises(ValueError, match="two sizes"):
        exponent(points)
