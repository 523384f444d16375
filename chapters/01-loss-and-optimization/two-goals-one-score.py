"""Two Goals, One Score: orders and commission under an added score and under expected value.

Each page holds fifty cards with a known chance of an order and a known commission; what counts
is the card on top. Orders and commission are expectations, so nothing but the draw of the pages
is random. Only the calibration is fitted to orders that are drawn.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# region: page
import numpy as np


def draw_pages(pages=20_000, cards=50, seed=0):
    """Draw the chance of an order and the commission in euros."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-4.5, 1.1, (pages, cards))
    commission = 1.2 * np.exp(0.8 * rng.standard_normal((pages, cards)))
    return 1 / (1 + np.exp(-log_odds)), commission


def added(order, commission, weight):
    """Scale the commission to 0..1 on each page, and add it."""
    least = commission.min(axis=1, keepdims=True)
    most = commission.max(axis=1, keepdims=True)
    return order + weight * (commission - least) / (most - least)


def expected(order, commission, price):
    """Give the value of showing a card, if an order is worth the price."""
    return order * (price + commission)


def per_thousand(score, order, commission):
    """Give the orders and the euros of 1000 requests, by the top card."""
    page, top = np.arange(len(score)), score.argmax(axis=1)
    taken = order[page, top]
    return 1000 * taken.mean(), 1000 * (taken * commission[page, top]).mean()


# endregion


# region: calibrate
def fit_calibration(score, ordered, rounds=20):
    """Fit slope and shift of the log-odds to orders (0 or 1), by Newton."""
    x = np.stack([np.log(score / (1 - score)), np.ones(score.size)], axis=1)
    rate = ordered.mean()
    line = np.array([0.0, np.log(rate / (1 - rate))])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-x @ line))
        curvature = (x.T * (chance * (1 - chance))) @ x
        line += np.linalg.solve(curvature, x.T @ (ordered - chance))
    return line


def calibrate(score, line):
    """Apply slope and shift to the log-odds of a score."""
    slope, shift = line
    return 1 / (1 + np.exp(-slope * np.log(score / (1 - score)) - shift))


# endregion


# region: price
def lowest_price(share, order, commission):
    """Find the price that keeps this share of all possible orders."""
    possible, _ = per_thousand(order, order, commission)
    low, high = 0.0, 100.0
    while high - low > 0.001:
        price = (low + high) / 2
        score = expected(order, commission, price)
        orders, _ = per_thousand(score, order, commission)
        low, high = (price, high) if orders < share * possible else (low, price)
    return high


def price_at(hour, usual, pushes, lowest):
    """Give the price in force: a push is bounded and ends by itself."""
    for start, end, factor in pushes:
        if start <= hour < end:
            return max(usual / factor, lowest)
    return usual


# endregion


if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Score = Callable[[float], np.ndarray]

Values = dict[str, float | int | str]

SEED = 0
LOG_SEED = 1
COIN_SEED = 2
PRICE = 4.0  # euros that an order is worth beyond its commission
PUSH = 1.5  # how much more the commission counts from noon until four
FLOOR = 0.9  # share of the possible orders that product insists on
NOON_REQUESTS = 500_000
STRETCH = 1.4  # of the log-odds, by an overconfident model
CLASS_WEIGHT = 50  # of an order, in a training set with balanced classes
PAGES, CARDS = 20_000, 50
CORRELATION = 0.5  # of log-odds and log-commission, in a variant
WHALE = 40.0  # euros of commission on a card that nobody orders


def results() -> Values:
    """Give every computed number that the question prints (per 1000 requests, unless it says)."""
    order, commission = draw_pages(seed=SEED)
    weight = _matching_weight(order, commission)
    values: Values = {
        "seed": SEED,
        "pages": len(order),
        "cards": order.shape[1],
        "commission_top_tenth": float(np.quantile(commission, 0.9)),
        "weight": weight,
        "push_price": PRICE / PUSH,
        "class_weight": CLASS_WEIGHT,
    }
    for name, score in _scores(order, commission, weight).items():
        orders, euros = per_thousand(score, order, commission)
        values |= {
            f"{name}_orders": float(orders),
            f"{name}_euros": float(euros),
            f"{name}_value": float(PRICE * orders + euros),
        }
    values |= _noon(values) | _correlated()
    values |= _third_card(weight) | _scales(order, commission, weight)
    return values | _acts_like(order, commission, values) | _repaired() | _floor(order, commission)


def _scores(order: np.ndarray, commission: np.ndarray, weight: float) -> dict[str, np.ndarray]:
    return {
        "most": order,
        "usual": expected(order, commission, PRICE),
        "push": expected(order, commission, PRICE / PUSH),
        "greedy": expected(order, commission, 0.0),
        "added": added(order, commission, weight),
        "added_push": added(order, commission, PUSH * weight),
        "added_triple": added(order, commission, 3 * weight),
        "halved": expected(order / 2, commission, PRICE),
        "stretched": expected(stretched(order), commission, PRICE),
        "balanced": expected(balanced(order), commission, PRICE),
        "everywhere": order + _everywhere_weight(order, commission) * commission,
        "powers": order * commission ** _matching_power(order, commission),
    }


def stretched(order: np.ndarray) -> np.ndarray:
    """Give the scores of an overconfident model: log-odds too far from zero."""
    return calibrate(order, (STRETCH, 0.0))


def balanced(order: np.ndarray) -> np.ndarray:
    """Give the scores of a model trained with class weights: all odds are multiplied."""
    return calibrate(order, (1.0, np.log(CLASS_WEIGHT)))


def _matching(
    score: Score, order: np.ndarray, commission: np.ndarray, low: float, high: float
) -> float:
    """Find the setting of a score, falling in orders, that takes as many as the usual price."""
    usual, _ = per_thousand(expected(order, commission, PRICE), order, commission)
    while high - low > 1e-5:
        middle = (low + high) / 2
        orders, _ = per_thousand(score(middle), order, commission)
        low, high = (middle, high) if orders > usual else (low, middle)
    return low


def _matching_weight(order: np.ndarray, commission: np.ndarray) -> float:
    return _matching(lambda w: added(order, commission, w), order, commission, 0.0, 0.2)


def _everywhere_weight(order: np.ndarray, commission: np.ndarray) -> float:
    return _matching(lambda w: order + w * commission, order, commission, 0.0, 0.1)


def _matching_power(order: np.ndarray, commission: np.ndarray) -> float:
    return _matching(lambda b: order * commission**b, order, commission, 0.0, 1.0)


def _noon(values: Values) -> Values:
    """Give what the push costs and brings, by either score."""
    noon: Values = {}
    for name, usual in (("push", "usual"), ("added_push", "added")):
        lost = float(values[f"{usual}_orders"]) - float(values[f"{name}_orders"])
        gained = float(values[f"{name}_euros"]) - float(values[f"{usual}_euros"])
        noon |= {
            f"{name}_lost": lost,
            f"{name}_gained": gained,
            f"{name}_paid": gained / lost,  # euros for each order lost
            f"{name}_noon_lost": lost * NOON_REQUESTS / 1000,
            f"{name}_noon_cost": round((PRICE * lost - gained) * NOON_REQUESTS / 1000, -2),
        }
    rate = float(values["usual_orders"]) / 1000
    change = float(noon["push_lost"]) / 1000
    return noon | {
        "added_loss": 1 - float(values["added_euros"]) / float(values["usual_euros"]),
        "everywhere_loss": 1 - float(values["everywhere_euros"]) / float(values["usual_euros"]),
        "powers_loss": 1 - float(values["powers_euros"]) / float(values["usual_euros"]),
        "requests_per_arm": 2 * (1.96 + 0.84) ** 2 * rate * (1 - rate) / change**2,
    }


def _correlated() -> Values:
    """Give what adding loses if the chance of an order rises or falls with the commission."""
    values: Values = {}
    for name, sign in (("rising", 1), ("falling", -1)):
        rng = np.random.default_rng(SEED)
        taste, other = rng.standard_normal((2, PAGES, CARDS))
        order = 1 / (1 + np.exp(4.5 - 1.1 * taste))
        money = CORRELATION * sign * taste + np.sqrt(1 - CORRELATION**2) * other
        commission = 1.2 * np.exp(0.8 * money)
        weight = _matching_weight(order, commission)
        _, best = per_thousand(expected(order, commission, PRICE), order, commission)
        _, summed = per_thousand(added(order, commission, weight), order, commission)
        values[f"added_loss_{name}"] = float(1 - summed / best)
    return values


def _third_card(weight: float) -> Values:
    """Give the added scores of two cards beside a third one of little or much commission."""
    values: Values = {}
    for name, third in (("plain", 1.2), ("whale", WHALE)):
        order = np.array([[0.12, 0.09, 0.0]])
        first, second, _ = added(order, np.array([[1.0, 3.0, third]]), weight)[0]
        values |= {f"{name}_first": float(first), f"{name}_second": float(second)}
    return values


def _scales(order: np.ndarray, commission: np.ndarray, weight: float) -> Values:
    """Give what a euro weighs on different pages, and what a card that nobody orders does."""
    low, high = np.quantile(np.ptp(commission, axis=1), (0.05, 0.95))
    before = added(order, commission, weight).argmax(axis=1)
    score = added(np.pad(order, ((0, 0), (0, 1))), _with_whale(commission), weight)
    return {
        "range_low": float(low),
        "range_high": float(high),
        "points_most": float(100 * weight / low),
        "points_least": float(100 * weight / high),
        "whale_changes": float((score[:, :-1].argmax(axis=1) != before).mean()),
        "whale_on_top": float((score.argmax(axis=1) == order.shape[1]).mean()),
    }


def _with_whale(commission: np.ndarray) -> np.ndarray:
    return np.pad(commission, ((0, 0), (0, 1)), constant_values=WHALE)


def _acts_like(order: np.ndarray, commission: np.ndarray, values: Values) -> Values:
    """Give the price at which calibrated estimates lose as many orders as overconfident ones."""
    share = float(values["stretched_orders"]) / float(values["most_orders"])
    return {"stretched_price": lowest_price(share, order, commission)}


def _repaired() -> Values:
    """Calibrate on the cards that the balanced model showed, and judge it on other pages."""
    order, commission = draw_pages(seed=LOG_SEED)
    score = balanced(order)
    page, top = np.arange(len(order)), expected(score, commission, PRICE).argmax(axis=1)
    coins = np.random.default_rng(COIN_SEED).uniform(size=len(order))
    line = fit_calibration(score[page, top], (coins < order[page, top]).astype(float))
    order, commission = draw_pages(seed=SEED)
    repaired = calibrate(balanced(order), line)
    orders, euros = per_thousand(expected(repaired, commission, PRICE), order, commission)
    return {
        "log_seed": LOG_SEED,
        "coin_seed": COIN_SEED,
        "repaired_slope": float(line[0]),
        "repaired_orders": float(orders),
        "repaired_euros": float(euros),
        "repaired_value": float(PRICE * orders + euros),
    }


def _floor(order: np.ndarray, commission: np.ndarray) -> Values:
    lowest = lowest_price(FLOOR, order, commission)
    return {
        "lowest_price": lowest,
        "noon_price": price_at(13, PRICE, [(12, 16, PUSH)], lowest),
        "double_price": price_at(13, PRICE, [(12, 16, 2.0)], lowest),
    }


def figure(results: Values) -> Figure:
    """Draw commission against orders for both scores, and orders against the price."""
    from matplotlib import style  # noqa: PLC0415 (only drawing needs it)
    from matplotlib.figure import Figure  # noqa: PLC0415

    order, commission = draw_pages(seed=SEED)
    with style.context(Path(__file__).parents[1] / "figures.mplstyle"):
        drawing = Figure(figsize=(5.43, 2.4), layout="constrained")
        left, right = drawing.subplots(1, 2)
        _draw_frontier(left, order, commission, results)
        _draw_prices(right, order, commission, results)
    return drawing


def _draw_frontier(axes: Axes, order: np.ndarray, commission: np.ndarray, results: Values) -> None:
    prices = [0, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 9, 16, 40, 1000]
    weights = np.concatenate([np.linspace(0, 0.1, 11), np.linspace(0.115, 0.22, 8)])
    for scores, style, gray in (
        ([expected(order, commission, price) for price in prices], "-", "0.0"),
        ([added(order, commission, weight) for weight in weights], "--", "0.4"),
    ):
        orders, euros = zip(*(per_thousand(s, order, commission) for s in scores), strict=True)
        axes.plot(orders, euros, style, color=gray, linewidth=1.1)
    for name, mark in (("usual", "o"), ("push", "o"), ("added", "s"), ("added_push", "s")):
        gray = "0.4" if name.startswith("added") else "0.0"
        x, y = float(results[f"{name}_orders"]), float(results[f"{name}_euros"])
        axes.plot(x, y, mark, color=gray, markersize=3.5)
    axes.text(123, 279, "usual", fontsize=8)
    axes.text(119, 292, "push", fontsize=8)
    axes.text(118.5, 253, "usual", fontsize=8, color="0.3", ha="right")
    axes.text(105, 277, "push", fontsize=8, color="0.3", ha="center")
    axes.text(88, 318, "expected value", fontsize=8, ha="center")
    axes.text(66, 258, "added", fontsize=8, color="0.3", ha="right")
    axes.set(xlim=(40, 138), ylim=(200, 330), xticks=range(40, 131, 20))
    axes.set(xlabel="orders (per 1000 requests)", ylabel="commission (euros per 1000 requests)")


def _draw_prices(axes: Axes, order: np.ndarray, commission: np.ndarray, results: Values) -> None:
    prices = np.geomspace(0.5, 16, 16)
    for estimate, style, gray in (
        (order, "-", "0.0"),
        (stretched(order), "-.", "0.3"),
        (balanced(order), "--", "0.55"),
    ):
        orders = [
            per_thousand(expected(estimate, commission, price), order, commission)[0]
            for price in prices
        ]
        axes.plot(prices, orders, style, color=gray, linewidth=1.1)
    axes.axvline(PRICE, color="0.0", linewidth=0.8, linestyle=":")
    axes.plot(PRICE, float(results["usual_orders"]), "o", color="0.0", markersize=3.5)
    axes.text(0.53, 121, "overconfident", fontsize=8)
    axes.text(1.25, 98, "calibrated", fontsize=8)
    axes.text(3.6, 71, "balanced classes", fontsize=8, ha="right")
    axes.set(xscale="log", xlim=(0.5, 16), ylim=(40, 135))
    axes.set_xticks([0.5, 1, 2, 4, 8, 16], ["0.5", "1", "2", "4", "8", "16"])
    axes.minorticks_off()
    axes.set(xlabel="price of an order (euros)", ylabel="orders (per 1000 requests)")
