"""The generated parts of the page on skill: made from files, of both kinds, and of nothing else."""

import json
from pathlib import Path

import pytest

from thaw import docs_skill
from thaw.errors import RunError
from thaw.trust import FILE, stored

RULES = {
    "scenario": "ussr-1945", "histories": 64, "citizens": 200, "seed": 3, "rule": {"coalition": "contest"},
    "origins": [{"arm": "model", "posterior": 1953}, {"arm": "model", "posterior": None}],
    "rules": [
        {"kind": "series", "mechanism": "society", "rule": "network", "weight": 0.75, "low": 0.5, "high": 1.0, "score": -0.25},
        {"kind": "series", "mechanism": "society", "rule": "mean_field", "weight": 0.25, "low": 0.0, "high": 0.4375, "score": -0.5},
    ],
    "mixtures": [{"kind": "series", "mechanism": "society", "score": -0.2, "targets": 90, "groups": 15}],
}  # fmt: skip


def test_a_file_fills_the_block_of_its_kind(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    makers = docs_skill.skill_of([tmp_path / "rules.json", FILE])
    assert makers.keys() == {"skill", "skill_rules"}
    assert makers["skill"]() == docs_skill.shipped()
    told = makers["skill_rules"]()
    assert "`thaw skill ussr-1945 --rules -n 64 --citizens 200 --seed 3 --rule coalition=contest`" in told
    assert "parameters from the prior and the posterior of 1953" in told
    assert "| series | society | `mean_field` | 0.25 | 0.00 to 0.44 | -0.5000 |" in told
    assert "90 values of 15 series" in told
    assert "above 0: `society=network` by series; below one half: `society=mean_field` by series" in told


def test_the_block_of_scores_says_each_of_them_and_what_was_missed() -> None:
    told, data = docs_skill.shipped(), stored()
    for row in data["series"]:
        assert f"| `{row['name']}` | {row['crps_skill']:+.2f} | {row['best_rival']} |" in told
    for row in data["panel"]:
        assert f"| {row['name']} | {row['brier_skill']:+.2f} |" in told
    assert told.count("**missed**") == list(data["summary"]["meets"].values()).count(False)
    assert f"On {sum(row['crps_skill'] <= 0 for row in data['series'])} of 15 series it loses" in told


@pytest.mark.parametrize(
    ("text", "said"), [(None, "cannot be read"), ("{", "is no JSON"), ("{}", "neither from"), ("[]", "neither from"), ('{"rules": {}}', "neither from")]
)
def test_mistakes(text: str | None, said: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "x.json").write_text(text)
    with pytest.raises(RunError, match=said):
        docs_skill.skill_of([tmp_path / "x.json"])


def test_where_no_scores_ship_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs_skill, "stored", lambda: {"panel": [], "series": []})
    with pytest.raises(RunError, match="no scores ship"):
        docs_skill.shipped()


def test_opened_years_are_not_put_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({**stored(), "opened": True}))
    with pytest.raises(RunError, match="is neither from"):
        docs_skill.skill_of([tmp_path / "x.json"])
