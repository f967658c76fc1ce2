"""Eliminations: why a dictator who is only rational kills the innocent (Gregory, Schröder & Sonin 2011).

To stay in power he removes enemies until few enough are left, and the police tell enemies from others with errors. The
published game could not be read here; this is a reduced form of ours, beside the quotas of one campaign.

    e            share of enemies;  a: chance that the police judge a person rightly, from ½;  ē: share he can live with
    k            share removed of those whom the police take for enemies
    enemies      left e (1 - k a);  others left (1 - e)(1 - k (1 - a));  e' is the first as a share of both
    killed       k (e a + (1 - e)(1 - a)),  of whom innocent (1 - e)(1 - a) / (e a + (1 - e)(1 - a)), whatever k
    for e' = ē   k = (e - ē) / (e a (1 - ē) - ē (1 - e)(1 - a)),  out of reach where this is above 1
"""

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from thaw.classics.checks import number
from thaw.classics.rows import Row, close, exact

if TYPE_CHECKING:
    from thaw.charts import Figure

SOURCE = "gregory2011"

# NKVD Order 00447 of 30 July 1937: people to shoot, people to send to camps; a published table, read as quoted from Werth 2010
QUOTAS: dict[str, tuple[int, int]] = {
    "RSFSR": (47_450, 142_150),
    "Ukraine": (8_000, 20_800),
    "Belorussia": (2_000, 10_000),
    "Georgia": (2_000, 3_000),
    "Kazakhstan": (2_500, 5_000),
    "Uzbekistan": (750, 4_000),
    "Azerbaijan": (1_500, 3_750),
    "Armenia": (500, 1_000),
    "Tajikistan": (500, 1_300),
    "Turkmenia": (500, 1_500),
    "Kirghizia": (250, 500),
    "NKVD camps": (10_000, 0),
}
# under it by that day: sentenced, of these shot; about, quoted by secondary texts
CONDEMNED = {"1937-09-30": (143_000, 83_600), "1938-01-01": (575_000, 258_000), "1938-11": (767_000, 387_000)}


class Campaign(NamedTuple):
    """What a campaign removes and leaves, as shares of the people before it; `innocent` of those killed."""

    removed: float  # k, of those flagged
    killed: float
    innocent: float
    left: float  # e', enemies among those left


def run(enemies: float = 0.2, accuracy: float = 0.9, target: float | None = None, removed: float | None = None) -> Campaign:
    """A campaign down to a share of enemies, or one that removes a given share of those flagged.

    Parameters
    ----------
    enemies : share, above 0 and below 1
        e before the campaign.
    accuracy : chance, ½ to 1
        a, that a person is judged rightly, enemy or not.
    target : share, 0 to `enemies`
        ē, enemies he can live with. The less secure he is, the lower.
    removed : share, 0 to 1
        k; give this or `target`, not both.

    Raises
    ------
    ValueError
        A number outside these bounds, both or neither of target and removed, or a target that no campaign reaches.

    Sources
    -------
    gregory2011 (enemies, accuracy and security as what drives terror; the form is ours).

    Examples
    --------
    >>> sharp, blunt = run(accuracy=0.9, target=0.15), run(accuracy=0.7, target=0.15)
    >>> round(sharp.killed, 3), round(blunt.killed, 3)  # worse police, more dead
    (0.092, 0.229)
    >>> round(sharp.innocent, 3), round(blunt.innocent, 3)
    (0.308, 0.632)
    """
    e, a = number("enemies", enemies, 0, 1, what="share", above=True, below=True), number("accuracy", accuracy, 0.5, 1, what="share")
    if (target is None) == (removed is None):
        raise ValueError(f"target is {target} and removed is {removed}: wanted one of them")
    k = _needed(e, a, number("target", target, 0, e, what="share")) if removed is None else number("removed", removed, 0, 1, what="share")
    guilty, others = e * a, (1 - e) * (1 - a)
    stay, rest = e * (1 - k * a), (1 - e) * (1 - k * (1 - a))
    return Campaign(k, k * (guilty + others), others / (guilty + others), stay / (stay + rest))


def lowest(enemies: float, accuracy: float) -> float:
    """The least share of enemies that any campaign leaves: that of one which removes all who are flagged.

    >>> round(lowest(0.2, 0.6), 6)
    0.142857
    """
    e, a = number("enemies", enemies, 0, 1, what="share", above=True, below=True), number("accuracy", accuracy, 0.5, 1, what="share")
    return e * (1 - a) / (e * (1 - a) + (1 - e) * a) if a > 0.5 else e


def _needed(e: float, a: float, target: float) -> float:
    """Share k of those flagged to remove for `target`."""
    reach = lowest(e, a)
    if target < reach:
        raise ValueError(f"target is {target}: wanted {reach:.6g} or more, the least that accuracy {a} leaves of {e}")
    return 0.0 if target == e else min((e - target) / (e * a * (1 - target) - target * (1 - e) * (1 - a)), 1.0)


TABLE: tuple[tuple[float, float, float, float, float, float], ...] = (  # e, a, ē; k, killed, innocent
    (0.2, 0.9, 0.15, 0.354610, 0.092199, 0.307692),
    (0.2, 0.9, 0.10, 0.649351, 0.168831, 0.307692),
    (0.2, 0.7, 0.15, 0.602410, 0.228916, 0.631579),
    (0.2, 0.7, 0.10, 0.980392, 0.372549, 0.631579),
    (0.2, 0.6, 0.15, 0.925926, 0.407407, 0.727273),
)
OURS, SIX = "our reduced form, computed twice", 5e-7
CLAIM = "one of the abstract's three drivers of terror; shown in our reduced form"
ORDER = "counts of Order 00447 as quoted by Werth 2010 in a published table"
REALISED = "that table and the totals quoted by secondary texts, divided"


def _climbs(values: list[float]) -> str:
    return "yes" if all(before < after for before, after in pairwise(values)) else "no"


def rows() -> list[Row]:
    """The reduced form, the abstract's three drivers in it, and the quotas of Order 00447."""
    told = []
    for e, a, target, k, killed, innocent in TABLE:
        found = run(e, a, target)
        name = f"k, killed, innocent share of the killed: e = {e}, a = {a}, ē = {target:.2f}"
        told.append(close(name, [k, killed, innocent], list(found[:3]), SIX, OURS, "reduced form"))
    blunter = [run(0.2, a / 100, 0.15) for a in range(100, 58, -1)]
    more = [run(e / 100, 0.9, 0.1).killed for e in range(10, 40)]
    lower = [run(0.2, 0.9, target / 100).killed for target in range(20, 2, -1)]
    shoot, camp = (sum(quota[i] for quota in QUOTAS.values()) for i in (0, 1))
    sentenced, shot = CONDEMNED["1938-11"]
    _, soon = CONDEMNED["1937-09-30"]
    told += [
        close("enemies left of .2 by police who guess, a = ½, all flagged removed", 0.2, run(0.2, 0.5, removed=1).left, 1e-12, OURS, "reduced form"),
        close("least share of enemies in reach: e = .2, a = .6", 1 / 7, lowest(0.2, 0.6), 1e-12, "by hand: .08 / .56", "reduced form"),
        exact("less accuracy: more killed, more of them innocent, a = 1 ... .59", "yes yes",
              f"{_climbs([c.killed for c in blunter])} {_climbs([c.innocent for c in blunter])}", CLAIM, "reduced form"),
        exact("more enemies: more killed, e = .1 ... .39 down to .1", "yes", _climbs(more), CLAIM, "reduced form"),
        exact("less secure, so a lower ē: more killed, ē = .2 ... .03", "yes", _climbs(lower), CLAIM, "reduced form"),
        exact("record: Order 00447, to shoot, all regions", 75_950, shoot, ORDER, "derived"),
        exact("record: Order 00447, to camps, all regions", 193_000, camp, ORDER, "derived"),
        close("record: shot by November 1938 / first quota", 5.1, shot / shoot, 0.05, REALISED, "derived"),
        close("record: sent to camps by November 1938 / first quota", 2.0, (sentenced - shot) / camp, 0.05, REALISED, "derived"),
        close("record: share shot of those sentenced", 0.505, shot / sentenced, 5e-4, REALISED, "derived"),
        exact("record: first quota to shoot already passed two months after the order", "yes", "yes" if soon > shoot else "no", REALISED, "derived"),
    ]  # fmt: skip
    return told


def figure() -> "Figure":
    """People killed, and innocent among them, by how well the police judge: from 20 to 15 percent of enemies."""
    from thaw import charts

    lines: list[dict[str, object]] = []
    for permille in range(587, 1001):
        campaign = run(0.2, permille / 1000, 0.15)
        lines.append({"x": permille / 1000, "y": campaign.innocent, "series": "innocent"})
        lines.append({"x": permille / 1000, "y": campaign.killed, "series": "killed"})
    labels: list[dict[str, object]] = [
        {"x": 0.79, "y": 0.53, "series": "innocent", "text": "innocent, of those killed"},
        {"x": 0.71, "y": 0.25, "series": "killed", "text": "killed, of all people"},
        {"x": 0.5, "y": 0.86, "series": "reach", "text": "out of reach"},
    ]
    limit = 0.17 / 0.29  # accuracy at which k = 1
    guide: list[dict[str, object]] = [{"x": limit, "y": 0}, {"x": limit, "y": 0.9}]
    axis = "chance that the police judge a person rightly, a"
    chart = charts.curves(
        axis, "share, when enemies go from 20% to 15%", domain=(0.5, 1.0), top=0.9, title="The worse the police, the more die and the more of them innocent"
    )
    return chart, {"lines": lines, "labels": labels, "points": [], "guide": guide}
