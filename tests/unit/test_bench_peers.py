"""The comparison with other frameworks: its statistics and its NumPy model here, the frameworks where they are installed."""

import json
from importlib.util import find_spec
from itertools import combinations

import numpy as np
import pytest

from bench.peers import cascade, epstein, samples, turns
from bench.peers.__main__ import main

PEERS = pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=pytest.mark.skipif(find_spec(way) is None, reason=f"{way} is not installed: `make bench-peers` does it, in .venv-peers"))
        for way in ("mesa", "agentpy")
    ],
)


def exact(one, two):
    """Both p-values by counting all relabellings."""
    pooled = np.array([*one, *two], float)

    def statistics(first):
        rest = np.setdiff1d(np.arange(pooled.size), first)
        a, b = pooled[list(first)], pooled[rest]
        return max(abs((a <= v).mean() - (b <= v).mean()) for v in pooled), abs(a.mean() - b.mean())

    seen = statistics(range(len(one)))
    every = np.array([statistics(first) for first in combinations(range(pooled.size), len(one))])
    return (every >= np.array(seen) - 1e-12).mean(axis=0)


@pytest.mark.parametrize(("one", "two"), [([1, 2, 2, 3], [2, 3, 3, 5, 6]), ([0, 0, 1], [1, 1, 1, 1]), ([4.5, 1], [2, 3, 9, 9])])
def test_p_values_are_those_of_all_relabellings(one, two):
    found = samples.p_values(np.array(one)[:, None], np.array(two)[:, None])[0]
    np.testing.assert_allclose(found, exact(one, two), atol=4 * np.sqrt(0.25 / samples.RELABELLINGS))


def test_samples_of_one_distribution_are_rarely_told_apart():
    rng = np.random.default_rng(0)
    one, two = rng.poisson(3, (10, 400)), rng.poisson(3, (60, 400))
    p = samples.p_values(one, two, relabellings=999)
    rejected = (p <= 0.05).mean(axis=0)
    assert (rejected < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)).all(), rejected
    assert rejected[1] > 0.02, "the test on means hardly ever rejects"


def test_other_spread_and_other_mean_are_seen():
    rng = np.random.default_rng(1)
    one = np.stack([rng.normal(0, 3, 200), rng.normal(1, 1, 200)], axis=1)
    found = samples.compare("m", "w", ("spread", "mean"), one, rng.normal(0, 1, (400, 2)))
    assert found[0].p_distance < 0.001 < 0.01 < found[0].p_mean
    assert found[1].p_mean < 0.001
    assert [one["agrees"] for one in samples.verdicts(found)] == [False, False]


def test_same_sample_agrees():
    values = np.arange(30.0)[:, None]
    [told] = samples.verdicts(samples.compare("m", "w", ("o",), values, values))
    assert told["agrees"]
    assert told["p"] == 1.0
    assert samples.verdicts([]) == []


def test_bad_samples():
    with pytest.raises(ValueError, match=r"shapes \(3, 1\) and \(3, 2\): wanted \(runs, outputs\)"):
        samples.p_values(np.ones((3, 1)), np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"shapes \(0, 2\)"):
        samples.p_values(np.ones((0, 2)), np.ones((3, 2)))


def test_holm():
    np.testing.assert_allclose(samples.holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(samples.holm([0.5, 0.9]), [1.0, 1.0])
    assert samples.holm([]).size == 0


def test_turns_are_taken_by_all():
    order = []

    def way(name):
        return lambda: order.append(name) or 2.0

    costs = turns.in_turn({"a": way("a"), "b": way("b")}, 1e-9)
    assert [len(rounds) for rounds in costs.values()] == [turns.LEAST] * 2
    assert order[-4:] == ["a", "b", "a", "b"]
    assert turns.summary({"a": [1.0, 2.0, 2.0], "b": [10.0, 10.0, 30.0]}, "a")["b"]["ratio"] == 10.0


def test_outputs_count_bursts():
    assert epstein.outputs([60, 60, 50, 51, 10, 70], [1] * 6) == (301 / 6, 70.0, 1.0, 3.0)
    assert len(epstein.offsets()) == 112


def test_numpy_town_keeps_its_books():
    from bench.peers.epstein_numpy import EMPTY, JAILED, POLICE, Town

    town = Town(3)
    officers = int((town.kind == POLICE).sum())
    for _ in range(8):
        active, jailed = town.tick()
        assert np.unique(town.cell).size == town.agents == np.count_nonzero(town.kind != EMPTY)
        assert (town.who[town.cell] == np.arange(town.agents)).all()
        assert (town.kind[town.cell[town.police]] == POLICE).all()
        assert int((town.kind == POLICE).sum()) == officers
        assert jailed == np.count_nonzero(town.kind == JAILED)
        assert not town.term[town.police].any()
        assert town.term.max() <= epstein.TERM
    assert jailed > 0
    assert active >= 0
    again = Town(3)
    assert [again.tick() for _ in range(8)][-1] == (active, jailed)


def test_plain_cascades_count_the_heads_of_thaw():
    assert cascade.unequal(agents=(), citizens=600, sweeps=6) == []


def test_other_luck_same_distribution():
    ours = cascade.ours(192)
    assert ours.shape == (192, len(cascade.OUTPUTS))
    told = samples.verdicts(samples.compare("cascade", "numpy", cascade.OUTPUTS, cascade.theirs("numpy", 192), ours))
    assert all(one["agrees"] for one in told), told


@PEERS
def test_crowds_of_agents_count_the_heads_of_thaw(way):
    assert cascade.unequal(agents=(way,), citizens=600, sweeps=4) == []


@PEERS
def test_towns_of_agents_run(way):
    town = epstein.town(way, 0)
    active, jailed = town.tick()
    assert 0 <= active <= town.agents
    assert jailed > 0


def test_command_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("bench.peers.__main__.find_spec", lambda name: None)
    monkeypatch.setattr("sys.argv", ["peers"])
    assert main() == 2
    assert "mesa and agentpy not installed here: `make bench-peers`" in capsys.readouterr().err


@pytest.mark.parametrize(("agree", "code"), [(True, 0), (False, 1)])
def test_command_fails_where_ways_disagree(agree, code, monkeypatch, capsys):
    import bench.peers.measure as measuring

    monkeypatch.setattr("bench.peers.__main__.find_spec", lambda name: True)
    monkeypatch.setattr(measuring, "measure", lambda seconds, runs: {"agree": agree, "asked": [seconds, runs]})
    monkeypatch.setattr("sys.argv", ["peers", "--json", "--seconds", "0.5", "--runs", "2"])
    assert main() == code
    assert json.loads(capsys.readouterr().out) == {"agree": agree, "asked": [0.5, 2]}


def test_goals():
    from bench.peers import measure

    costs = {"Mesa": {"ratio": 250.0}, "NumPy": {"ratio": 100.0}, "scalar Numba": {"ratio": 60.0}}
    found = {"epstein": costs, "cascade": costs, "coalition": {"kernel": {"worst": 90.0, "random": {"median": 20.0}}}}
    told = measure.goals(found)
    assert [one["met"] for one in told] == [True, False, False, True, None, True, True]
    found["cascade"] = costs | {"C, bit-sliced": {"ratio": 0.5}}
    assert measure.goals(found)[4] == {"goal": "cascade: our cost, times C's", "wanted": "<= 4", "measured": 2.0, "met": True}
