"""Trust by kind of event: which kind an event is of, and no number where too few came."""

from thaw import skill, trust
from thaw.skill.table import ANY
from thaw.trust import Trust

SCORES = {"panel": [{"name": "mass unrest", "events": 5, "brier_skill": 0.2, "low": 0.1, "high": 0.3},
                    {"name": "amnesty", "events": 4, "brier_skill": 0.9, "low": 0.8, "high": 1.0}]}  # fmt: skip


def test_below_five_events_there_is_no_number() -> None:
    assert trust.trust_in(SCORES, "amnesty") == Trust(None, None, None, 4)
    assert trust.trust_in(SCORES, "mass unrest") == Trust(0.2, 0.1, 0.3, 5)
    assert trust.trust_in(SCORES, "nonsense").n is None


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
