"""A fit in small: what it refuses, and that it finds again the known parameters of synthetic records."""

import numpy as np
import pytest

from thaw.cli import main
from thaw.errors import RunError, ScenarioError
from thaw.inference import simulate
from thaw.inference.encode import Encoder
from thaw.inference.fitting import alike, check, failing
from thaw.inference.network import must_be_numbers
from thaw.inference.scale import from_normal
from thaw.inference.targets import targets
from thaw.names import known_parameters
from thaw.posterior import Posterior


class TestWhatIsRefused:
    @pytest.mark.parametrize("cut", [1949, 1992, "1956"])
    def test_a_cut_outside_the_record(self, whole_plan, cut):
        with pytest.raises(ScenarioError, match=rf"--cut {cut}: outside the record of ussr-1945\. Expected a year from 1950 to 1975"):
            check(whole_plan, [1953, cut], 8000)

    def test_too_few_simulations(self, whole_plan):
        with pytest.raises(ScenarioError, match=r"--simulations 999: too few to learn from\. Expected a whole number of at least 1,000"):
            check(whole_plan, [1956], 999)

    def test_cuts_are_put_in_order(self, whole_plan):
        assert check(whole_plan, [1956, 1953, 1956], 1000) == [1953, 1956]

    def test_bad_input_ends_with_2_and_one_message(self, capsys):
        assert main(["fit", "ussr-1945", "--cut", "2001"]) == 2
        assert capsys.readouterr().err.splitlines() == ["ScenarioError: --cut 2001: outside the record of ussr-1945. Expected a year from 1950 to 1975."]


class TestPieces:
    def test_they_are_kept_checked_and_of_one_fit(self, whole_plan, tmp_path, monkeypatch):
        aim = targets(whole_plan, 1950)
        made = []

        def stub(aim, first, last, *, report=None):
            made.append(first)
            return np.full((last - first, aim.width), float(first), np.float32)

        monkeypatch.setattr(simulate, "piece", stub)
        monkeypatch.setattr(simulate, "PIECE", 64)
        found = simulate.simulate(aim, 128, tmp_path)
        assert (made, found.summaries[[0, 64], 0].tolist(), len(found.names)) == ([0, 64], [0.0, 64.0], found.parameters.shape[1])
        simulate.simulate(aim, 192, tmp_path)
        assert made == [0, 64, 128]
        with pytest.raises(RunError, match="another scenario, seed, cut or code"):
            simulate.simulate(targets(whole_plan.with_(seed=1), 1950), 64, tmp_path)
        path = sorted((tmp_path / "pieces").glob("*.npz"))[0]
        path.write_bytes(path.read_bytes()[:-9000])
        with pytest.raises(RunError, match="Delete it"):
            simulate.simulate(aim, 64, tmp_path)


def test_known_parameters_of_synthetic_records_are_found_again(whole_plan):
    """Summaries made of parameters: the flow tells them again, ranks are even, and of what no summary shows nothing is found."""
    pytest.importorskip("bayesflow")
    from thaw.inference import diagnostics
    from thaw.inference.network import held_out, train

    aim = targets(whole_plan, 1953)
    luck = np.random.default_rng(0)
    z = luck.standard_normal((3000, 12)).astype(np.float32)
    shown = np.stack([z[:, 0] + 0.3 * luck.standard_normal(3000), z[:, 1] + z[:, 2] + 0.5 * luck.standard_normal(3000)], axis=1)
    encoder = Encoder(aim, np.tile(np.linspace(-4, 4, 512), (2, 1)), np.arange(2), np.arange(1), ())
    prepared = np.concatenate([shown, np.full((3000, 1), np.inf)], axis=1).astype(np.float32)
    axes = np.eye(12)[:, :3]
    flow = train(encoder, prepared[:-500], z[:-500] @ axes, axes, seed=0, epochs=30, depth=1)
    assert flow.losses[-1][1] < flow.prior_loss - 0.6
    place = slice(2500 - held_out(2500), 2500)
    bent = diagnostics.bend(flow, prepared[place], z[place], 1953, seed=0)
    ranks, means = diagnostics.ranks(flow, bent, prepared[-500:], z[-500:], 1953, seed=0)
    assert diagnostics.together(diagnostics.rank_p(ranks)) > 0.01
    np.testing.assert_allclose(diagnostics.recovery(means, z[-500:])[:3], (0.95, 0.65, 0.65), atol=0.15)
    assert np.abs(diagnostics.recovery(means, z[-500:])[3:]).max() < 0.2


def test_a_fit_whose_loss_is_no_number_fails():
    with pytest.raises(RunError, match="the fit failed: its loss is no number from epoch 2 on"):
        must_be_numbers([(3.0, 2.9), (float("nan"), 2.0), (2.0, 2.0)])


class TestAlike:
    NAMES = ("economy.rebuild", "terror.slope")

    def one(self, seed, *, shift=0.0, width=1.0, simulations=1000):
        z = np.random.default_rng(seed).standard_normal((512, 2)) * [1, width] + [0, shift]
        priors = {name: declared.prior for name, (_, declared) in known_parameters().items()}
        values = np.stack([from_normal(priors[name], 0.0, z[:, place]) for place, name in enumerate(self.NAMES)], axis=1)
        return Posterior("ussr-1945", 1956, "", self.NAMES, values, {}, {"simulations": simulations})

    def test_chance_is_allowed(self):
        found = alike(self.one(0), self.one(1))
        assert (found["alike"], found["simulations"]) == (True, None)

    @pytest.mark.parametrize(("change", "of"), [({"shift": 0.6}, "mean"), ({"width": 0.4}, "spread")])
    def test_another_mean_or_spread_is_not(self, change, of):
        found = alike(self.one(0), self.one(1, **change))
        assert (found["alike"], found["of"], found["parameter"]) == (False, of, "terror.slope")

    def test_it_says_when_the_other_rests_on_other_histories(self):
        assert alike(self.one(0), self.one(1, simulations=48_000))["simulations"] == 48_000


def test_every_posterior_is_judged_on_its_own():
    """One of several with uneven ranks fails the fit, however even the others are."""
    even, uneven = {"ranks_p": 0.4, "least_uniform": "a.b"}, {"ranks_p": 0.004, "least_uniform": "a.c"}
    assert failing({(1953, ""): even, (1956, "events"): even}) == ""
    assert failing({(1953, ""): even, (1956, "events"): uneven}) == (
        "ranks of simulated histories are not uniform at the cut 1956 without events (p = 0.004, worst a.c)."
    )
