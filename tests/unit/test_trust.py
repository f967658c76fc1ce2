"""Trust by kind of event: which kind an event is of, and no number where too few came."""

from types import SimpleNamespace
from typing import Any

import pytest

from thaw import skill, trust
from thaw.posterior import model_digest
from thaw.report import findings
from thaw.skill.table import ANY
from thaw.trust import Trust

SCORES = {"model": model_digest(), "panel": [{"name": "mass unrest", "events": 5, "brier_skill": 0.2, "low": 0.1, "high": 0.3},
                                             {"name": "amnesty", "events": 4, "brier_skill": 0.9, "low": 0.8, "high": 1.0}]}  # fmt: skip


def test_below_five_events_there_is_no_number() -> None:
    assert trust.trust_in(SCORES, "amnesty") == Trust(None, None, None, 4)
    assert trust.trust_in(SCORES, "mass unrest") == Trust(0.2, 0.1, 0.3, 5)
    assert trust.trust_in(SCORES, "nonsense").n is None


@pytest.mark.parametrize("scores", [{**SCORES, "model": "0" * 64}, {"panel": SCORES["panel"]}])
def test_scores_of_another_model_are_none_and_say_so(scores: dict[str, Any]) -> None:
    for kind in ("mass unrest", "amnesty"):
        found = trust.trust_in(scores, kind)
        assert (found.score, found.low, found.high) == (None, None, None)
        assert str(found) == found.json()["words"] == "untested (scores were made with other code or posteriors: run thaw skill --save)"
    assert "not among the kinds" in str(trust.trust_in(scores, "nonsense"))


def test_the_report_gives_no_figures_of_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = SimpleNamespace(tape=SimpleNamespace(manifest={"scenario": "toy"}))
    scores = {"scenario": "toy", "model": model_digest(), "panel": [], "summary": {"coverage90": 0.875, "median_crps_skill": 0.25}}
    monkeypatch.setattr(trust, "stored", lambda: scores)
    assert "is +0.25" in findings.trust_words(run)
    scores["model"] = "0" * 64
    assert findings.trust_words(run) == "Its forecasts were scored with other code or posteriors (thaw skill --save scores them anew)."


def test_what_ships_was_made_with_the_model_as_it_is() -> None:
    assert trust.made_here(trust.stored()), "thaw skill --save; python -m thaw.docs"


def test_events_find_their_kind() -> None:
    assert {trust.KIND_OF[name] for name in ("uprising", "unrest")} == {"mass unrest"}
    assert trust.kind_of("SUN.leader_ousted:khrushchev") == "leader change"
    assert trust.kind_of("SUN.secret_speech") == "SUN.secret_speech"
    assert trust.trust("HUN.uprising") == trust.trust("uprising") == trust.trust("mass unrest")
    assert skill.trust is trust.trust


def test_what_ships_was_made_on_development_origins() -> None:
    shipped = trust.stored()
    assert shipped["opened"] is False
    assert max(row["year"] for row in shipped["origins"]) == 1955
    assert {row["name"] for row in shipped["panel"]} == {*(kind.name for kind in trust.KINDS), ANY}


def test_without_a_file_nothing_is_trusted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(trust, "FILE", tmp_path / "none.json")
    monkeypatch.setattr(trust, "stored", trust.stored.__wrapped__)
    assert trust.trust("uprising").n is None
