"""Winning Is Bad News: what an unbiased price model earns on the homes that it wins.

Every home has one resale value, the same for all bidders; errors, bids and profits are shares
of it. We and our rivals see the value with independent relative errors; the highest bid wins
and is paid. What is measured comes from simulated homes; break-even and best shades come from
an integral over our own error, which has no simulation noise.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

# region: market
import numpy as np

SIGMA = 0.04  # relative error of a bidder's estimate
MARGIN = 0.03  # how far below its estimate a rival bids


def offer(homes, rivals, seed=0, margin=MARGIN, our_sigma=SIGMA):
    """Draw our relative error and the best rival bid on homes of value 1."""
    rng = np.random.default_rng(seed)
    error = our_sigma * rng.standard_normal(homes)
    estimates = 1 + SIGMA * rng.standard_normal((homes, rivals))
    return error, (1 - margin) * estimates.max(axis=1)


def buy(error, best_rival, shade=0.0):
    """Give our win rate and the mean profit on the homes we win."""
    bid = (1 + error) * (1 - shade)
    won = bid > best_rival
    return won.mean(), (1 - bid[won]).mean()


# endregion


# region: replay
def replay(estimate, best_rival, value, shades):
    """Give the mean profit per home offered, and its standard error."""
    bids = estimate * (1 - shades[:, None])
    profit = np.where(bids > best_rival, 1 - bids / value, 0.0)
    return profit.mean(axis=1), profit.std(axis=1) / np.sqrt(value.size)


def choose_shade(estimate, best_rival, value, tried):
    """Give the best shade from the one tried on, or None: do not bid here."""
    shades = np.arange(tried, 0.15, 0.005)
    profit, error = replay(estimate, best_rival, value, shades)
    best = profit.argmax()
    return shades[best] if profit[best] > 3 * error[best] else None


# endregion


Z = np.linspace(-8, 8, 4001)  # our error in units of its standard deviation
WEIGHT = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()
cdf = np.vectorize(NormalDist().cdf)


def winners(rivals, shade, our_sigma=SIGMA):
    """Give our bid at each error, and the chance of that error and a win."""
    bid = (1 + our_sigma * Z) * (1 - shade)
    beats_one = cdf((bid / (1 - MARGIN) - 1) / SIGMA)
    return bid, WEIGHT * beats_one**rivals


def profit_if_won(rivals, shade, our_sigma=SIGMA):
    """Give the expected profit on a home, given that we win it."""
    bid, chance = winners(rivals, shade, our_sigma)
    return ((1 - bid) * chance).sum() / chance.sum()


def break_even(rivals, our_sigma=SIGMA):
    """Find the shade at which the homes we win earn nothing."""
    low, high = 0.0, 0.3
    while high - low > 1e-9:
        middle = (low + high) / 2
        losing = profit_if_won(rivals, middle, our_sigma) < 0
        low, high = (middle, high) if losing else (low, middle)
    return high


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = dict[str, float | int | str]

HOMES = 400_000
TRIAL_HOMES = 2_500  # offers of one trial, in one segment of competition
TRIAL_SHADE = 0.04
TRIALS = 100
TRIAL_SEED = 1
APPRAISERS = 0.06  # relative error of an appraiser
BUDGET = 500.0  # million euros
RIVALS = (1, 3, 8)
QUANTILE_SIGMAS = -NormalDist().inv_cdf(0.1)
QUANTILE_SHADE = QUANTILE_SIGMAS * SIGMA
PRICE = 0.4  # million euros


def results() -> Values:
    """Give every computed number that the question prints (shares, unless the name says more)."""
    error, _ = offer(HOMES, 1)
    values: Values = {
        "seed": 0,
        "homes": HOMES,
        "trial_homes": TRIAL_HOMES,
        "trial_shade": TRIAL_SHADE,
        "trials": TRIALS,
        "trial_seed": TRIAL_SEED,
        "mean_error": float(error.mean()),
        "quantile_sigmas": QUANTILE_SIGMAS,
        "quantile_shade": QUANTILE_SHADE,
    }
    for rivals in RIVALS:
        values |= _simulated(rivals) | _integrated(rivals) | _tried(rivals)
    win, profit = buy(*offer(HOMES, 20), QUANTILE_SHADE)
    values |= {"quantile_win_20": float(win), "quantile_profit_20": float(profit)}
    return values | _three_rivals()


def _simulated(rivals: int) -> Values:
    market = offer(HOMES, rivals)
    measured = {
        "": buy(*market),
        "quantile_": buy(*market, QUANTILE_SHADE),
        "equal_": buy(*offer(HOMES, rivals, margin=0.0)),
        "margin_": buy(*market, MARGIN),
        "sharper_": buy(*offer(HOMES, rivals, our_sigma=SIGMA / 2)),
    }
    values: Values = {f"{name}win_{rivals}": float(win) for name, (win, _) in measured.items()}
    values |= {f"{name}profit_{rivals}": float(gain) for name, (_, gain) in measured.items()}
    return values | {f"theory_profit_{rivals}": -SIGMA * _expected_maximum(rivals + 1)}


def _expected_maximum(draws: int) -> float:
    """Give the expected maximum of so many standard normal draws."""
    return float((Z * draws * WEIGHT * cdf(Z) ** (draws - 1)).sum())


def _integrated(rivals: int) -> Values:
    zero = break_even(rivals)
    best = _best_shade(rivals)
    return {
        f"expected_maximum_{rivals + 1}": _expected_maximum(rivals + 1),
        f"break_even_{rivals}": zero,
        f"break_even_win_{rivals}": float(winners(rivals, zero)[1].sum()),
        f"best_shade_{rivals}": best,
        f"best_win_{rivals}": float(winners(rivals, best)[1].sum()),
        f"best_profit_{rivals}": float(profit_if_won(rivals, best)),
    }


def _best_shade(rivals: int) -> float:
    """Give the shade with the most profit per home offered, to a twentieth of a point."""
    shades = np.linspace(0, 0.15, 301)
    profits = [_profit_per_offer(rivals, shade) for shade in shades]
    return float(shades[int(np.argmax(profits))])


def _tried(rivals: int) -> Values:
    """Choose shades on logs of trials, and judge them by the integral."""
    chosen = [_choice(rivals, number) for number in range(TRIALS)]
    shades = np.array([shade for shade in chosen if shade is not None])
    wins = TRIAL_HOMES * float(winners(rivals, TRIAL_SHADE)[1].sum())
    gain = profit_if_won(rivals, TRIAL_SHADE)
    values: Values = {
        f"trial_refused_{rivals}": TRIALS - len(shades),
        f"trial_buys_{rivals}": round(wins),
        f"trial_gain_{rivals}": float(wins * PRICE * gain / (1 - gain)),
    }
    if not len(shades):
        return values
    profits = [_profit_per_offer(rivals, shade) for shade in shades]
    return values | {
        f"trial_shade_{rivals}": float(shades.mean()),
        f"trial_shade_sd_{rivals}": float(shades.std(ddof=1)),
        f"trial_win_{rivals}": float(winners(rivals, shades.mean())[1].sum()),
        f"trial_share_{rivals}": sum(profits)
        / TRIALS
        / _profit_per_offer(rivals, _best_shade(rivals)),
    }


def _choice(rivals: int, number: int) -> float | None:
    """Bid at the trial shade on new homes; choose a shade from the log."""
    seed = TRIAL_SEED + number
    value = np.random.default_rng((seed, rivals)).lognormal(np.log(400_000), 0.3, TRIAL_HOMES)
    error, best_rival = offer(TRIAL_HOMES, rivals, seed)
    shade: float | None = choose_shade(value * (1 + error), value * best_rival, value, TRIAL_SHADE)
    return shade


def _profit_per_offer(rivals: int, shade: float) -> float:
    bid, chance = winners(rivals, shade)
    return float(((1 - bid) * chance).sum())


def _three_rivals() -> Values:
    loss = -profit_if_won(3, 0.0)
    homes = _homes_for_half_point(3, 0.0)
    win_at_8_percent = float(winners(3, 0.08)[1].sum())
    sharper_zero = break_even(3, SIGMA / 2)
    return {
        "one_step_profit_3": float(profit_if_won(3, loss)),
        "month_homes": round(BUDGET / PRICE),
        "appraised_error": APPRAISERS / math.sqrt(TRIAL_HOMES * winners(3, TRIAL_SHADE)[1].sum()),
        "month_error": SIGMA / math.sqrt(BUDGET / PRICE),
        "month_loss": float(BUDGET * loss / (1 + loss)),
        "homes_for_half_point": homes,
        "trial_loss": float(PRICE * homes * loss / (1 + loss)),
        "offers_at_8_percent": round(_homes_for_half_point(3, 0.08) / win_at_8_percent / 100) * 100,
        "sharper_break_even_win_3": float(winners(3, sharper_zero, SIGMA / 2)[1].sum()),
    }


def _homes_for_half_point(rivals: int, shade: float) -> int:
    """Give the homes won that put the mean profit within half a point at 95% confidence."""
    bid, chance = winners(rivals, shade)
    chance = chance / chance.sum()
    mean = ((1 - bid) * chance).sum()
    variance = float(((1 - bid - mean) ** 2 * chance).sum())
    return math.ceil((1.96 / 0.005) ** 2 * variance)


def figure(results: Values) -> Figure:
    """Draw the errors on the homes won, and the profit on them against the shade."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.3), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_errors(left)
        _draw_profits(right, float(results["quantile_shade"]))
    return drawing


LINES = {1: ("0.55", "--"), 3: ("0.3", "-."), 8: ("0.0", "-")}  # gray level and dashes by rivals


def _draw_errors(axes: Axes) -> None:
    percent = 100 * SIGMA * Z
    step = percent[1] - percent[0]
    drawn = slice(None, None, 20)  # a smooth line needs fewer points than the integral
    axes.fill_between(percent[drawn], WEIGHT[drawn] / step, color="0.88", linewidth=0)
    axes.text(-5.2, 0.055, "all homes", fontsize=8, ha="right")
    for rivals, (gray, dashes) in LINES.items():
        _, chance = winners(rivals, 0.0)
        density = chance / chance.sum() / step
        axes.plot(percent[drawn], density[drawn], dashes, color=gray, linewidth=1.1)
    axes.axvline(0, color="0.0", linewidth=0.5)
    axes.text(-2.2, 0.088, "won against 1", fontsize=8, ha="right")
    axes.text(-0.4, 0.113, "3", fontsize=8, ha="right")
    axes.text(5.0, 0.143, "8 rivals", fontsize=8)
    axes.set(xlim=(-12, 14), ylim=(0, None), yticks=[])
    axes.set(xlabel="error of our estimate (% of value)", ylabel="density")


def _draw_profits(axes: Axes, quantile_shade: float) -> None:
    shades = np.linspace(0, 0.12, 49)
    for rivals, (gray, dashes) in LINES.items():
        profits = [100 * profit_if_won(rivals, shade) for shade in shades]
        axes.plot(100 * shades, profits, dashes, color=gray, linewidth=1.1)
    axes.axhline(0, color="0.0", linewidth=0.5)
    axes.axvline(100 * quantile_shade, color="0.0", linewidth=0.8, linestyle=":")
    axes.text(100 * quantile_shade + 0.2, -4.7, "10% quantile", fontsize=8)
    axes.text(8.5, 5.6, "1 rival", fontsize=8, ha="right")
    axes.text(8.4, 2.2, "3", fontsize=8, ha="right")
    axes.text(8.1, -2.3, "8 rivals", fontsize=8)
    axes.set(xlim=(0, 12), ylim=(-5, 7), xticks=range(0, 13, 2))
    axes.set(xlabel="shade (% of estimate)", ylabel="profit per home won (%)")
