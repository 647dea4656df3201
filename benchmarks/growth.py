"""How a cost grows with the archive: as which power of the number of documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log
from statistics import linear_regression


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The power fitted by least squares through (size, cost), both in logarithms.

    Raises ValueError where there are fewer than two sizes.
    """
    if len({size for size, _cost in points}) < 2:
        raise ValueError("growth shows at two sizes or more")
    sizes, costs = zip(*((log(size), log(cost)) for size, cost in points))
    return linear_regression(sizes, costs).slope


def last_step(points: Sequence[tuple[float, float]]) -> float:
    """The power between the two largest sizes, where what costs the same at any size hides least.

    Raises ValueError where there are fewer than two sizes.
    """
    return exponent([*pairwise(sorted(points))][-1] if len(points) > 1 else points)
