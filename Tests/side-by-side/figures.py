"""Medians, quartiles, and how sure a ratio of two medians is."""
import random


def quantile(values, share):
    """Between the two nearest of the values where it falls between them."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values):
    return quantile(values, 0.5)


def ratio(values, others, resamples=2000):
    """Median of `values` over that of `others`, and where 95 of 100 bootstrap samples of it lie."""
    dice = random.Random(1)

    def again(of):
        return median(dice.choices(of, k=len(of)))

    found = [again(values) / again(others) for _ in range(resamples)]
    return median(values) / median(others), quantile(found, 0.025), quantile(found, 0.975)


def short(number):
    """Three digits that count, and no more."""
    if number == 0:
        return "0"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) < 10 else f"{number:.1f}"


def spread(values, unit=1.0):
    """`median (quartile to quartile)` in that many of what was measured."""
    q1, q2, q3 = (short(quantile(values, share) / unit) for share in (0.25, 0.5, 0.75))
    return f"{q2} ({q1} to {q3})"


def times(values, others):
    middle, low, high = ratio(values, others)
    return f"{short(middle)} ({short(low)} to {short(high)})"
