import json

import numpy as np
import pandas as pd
import pytest
from made_tape import made_tape
from rich.console import Console

from thaw.chronicle import TELLING, event_title, short_name, tell
from thaw.errors import ScenarioError
from thaw.record import EVENTS

COLUMNS = ["history", "month", "week", "polity", "event", "actor", "rate", "forced", "because"]


def with_events(*rows):
    """A tape whose first history holds these events: (month, polity, event, actor, because); forced where why is do."""
    tape = made_tape(histories=2)
    lines = [(0, month, -1, polity, event, actor, 0.1, why == "do", why) for month, polity, event, actor, why in rows]
    tape.events = pd.DataFrame(lines, columns=COLUMNS)
    tape.series["in_uprising"] = tape.series.in_uprising * 0
    return tape


def line(tape, event):
    return next(entry for entry in tell(tape, 0).entries if entry.event == event)


def test_a_pinned_death_of_the_leader_tells_who_leads_then_and_with_how_much_power():
    tape = with_events(("1953-03", "SUN", "death:stalin", "", "age +1.0"))
    tape.series.leader.loc[{"history": 0, "polity": "SUN", "month": slice("1953-03", None)}] = 1
    tape.series.personalisation.loc[{"history": 0, "polity": "SUN", "month": "1953-03"}] = 0.27
    told = line(tape, "death:stalin")
    assert told.text == "Stalin dies (pinned to the record). Malenkov leads with 27% of power."
    assert told.pinned
    assert told.because == ""  # a pin was not pushed by anything


def test_a_succession_in_the_month_says_who_leads_once():
    tape = with_events(("1953-03", "SUN", "death:stalin", "", ""), ("1953-03", "SUN", "succession", "malenkov", ""))
    tape.series.leader.loc[{"history": 0, "polity": "SUN", "month": slice("1953-03", None)}] = 1
    texts = [entry.text for entry in tell(tape, 0).entries if entry.month == "1953-03"]
    assert texts[0] == "Stalin dies (pinned to the record)."
    assert texts[1].startswith("Malenkov takes over. Malenkov leads with")


def test_an_event_says_who_was_behind_it_and_what_pushed_it():
    tape = with_events(("1956-02", "SUN", "secret_speech", "khrushchev", "grievance +1.2; stance +0.5"))
    told = line(tape, "secret_speech")
    assert told.text == "The crimes of the dead ruler are revealed to the party, under Khrushchev."
    assert told.actor == "khrushchev"
    shown = next(row for row in tell(tape, 0).lines() if "crimes" in row)
    assert shown.startswith("February 1956")
    assert shown.endswith("[pushed by grievance +1.2, stance +0.5]")


def test_what_was_forced_is_said_and_has_no_cause():
    told = line(with_events(("1953-05", "SUN", "amnesty", "", "do")), "amnesty")
    assert told.text.endswith("(Forced.)")
    assert told.forced
    assert told.because == ""


def test_a_satellite_is_named_and_an_unknown_event_is_told_by_its_name():
    tape = with_events(("1956-10", "HUN", "uprising", "", ""), ("1957-01", "POL", "harvest_strike:gomulka", "", ""))
    texts = [entry.text for entry in tell(tape, 0).entries if entry.kind == "event"]
    assert texts == ["Hungary: An uprising begins.", "Poland: Harvest strike: Gomułka."]


def test_an_uprising_ends_where_the_series_says_so():
    tape = with_events(("1956-10", "HUN", "uprising", "", ""))
    tape.series.in_uprising.loc[{"history": 0, "polity": "HUN", "month": slice("1956-10", "1956-12")}] = 1
    ends = [entry for entry in tell(tape, 0).entries if entry.kind == "end"]
    assert [(entry.month, entry.text) for entry in ends] == [("1957-01", "Hungary: The uprising is over.")]


def test_every_year_ends_with_leader_prisoners_and_mood():
    years = [entry for entry in tell(with_events(), 0).entries if entry.kind == "year"]
    assert [entry.month for entry in years] == [f"{year}-12" for year in range(1945, 1969)]
    assert years[0].text.startswith("1945 ends. Stalin leads with ")
    assert "million prisoners" in years[0].text
    assert "speak up" in years[0].text


def test_a_history_that_broke_off_says_only_what_it_knows():
    tape = with_events()
    for name in tape.series:
        tape.series[name].loc[{"history": 0, "month": slice("1960-01", None)}] = np.nan
    years = [entry for entry in tell(tape, 0).entries if entry.kind == "year"]
    assert [entry.month for entry in years][-1] == "1959-12"
    assert tell(tape, 0).entries[-1].text == "The history has broken off: a quantity left its bounds."


def test_persons_without_a_name_come_and_go_unsaid():
    tape = with_events(("1950-01", "SUN", "fall:other_sun_3", "stalin", ""))
    assert not [entry for entry in tell(tape, 0).entries if entry.kind == "event"]


def test_entries_are_in_order_of_time_and_months_read_top_down():
    months = [entry.month for entry in tell(made_tape(), 3).entries]
    assert months == sorted(months)


def test_json_is_plain_data_and_rich_holds_every_sentence():
    told = tell(made_tape(), 3)
    rows = json.loads(json.dumps(told.json()))
    assert set(rows[0]) == {"kind", "month", "week", "polity", "event", "actor", "because", "forced", "pinned", "text"}
    console = Console(width=400, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(told.rich())
    shown = console.export_text()
    assert all(row["text"] in shown for row in rows)


@pytest.mark.parametrize("k", [-1, 60, 10**9])
def test_a_history_that_is_not_there_is_refused_with_the_range(k):
    with pytest.raises(ScenarioError, match=rf"no history {k}: this run holds histories 0 to 59"):
        tell(made_tape(), k)


def test_the_table_of_sentences_covers_the_vocabulary():
    assert set(EVENTS) <= set(TELLING)
    for name, words in TELLING.items():
        title, *sentences = (word.format(whom="Beria", actor="Malenkov") for word in words)
        assert title, name
        assert all(sentence.endswith(".") for sentence in sentences), name


def test_titles_keep_proper_names_and_name_the_polity_unless_it_is_the_main_one():
    labels = {"HUN": "Hungary", "beria": "Lavrentii Beria"}
    assert event_title("HUN.intervention", labels) == "Hungary: Soviet intervention"
    assert event_title("SUN.fall:beria", labels) == "Fall of Beria"
    assert event_title("detente", labels) == "Détente"
    assert event_title("WLD.crisis:middle_east", labels) == "Crisis: Middle East"


def test_people_are_called_by_what_tells_them_apart():
    labels = {
        "kuznetsov_a": "Aleksei Kuznetsov",
        "gomulka": "Władysław Gomułka",
        "mao": "Mao Zedong",
        "dej": "Gheorghe Gheorghiu-Dej",
    }
    assert [short_name(person, labels) for person in labels] == ["Aleksei Kuznetsov", "Gomułka", "Mao", "Gheorghiu-Dej"]


def test_braces_in_a_printed_name_are_only_text():
    tape = with_events(("1950-01", "HUN", "odd:nagy", "", ""), ("1950-02", "HUN", "fall:nagy", "", ""))
    tape.manifest["labels"]["nagy"] = "Imre {0} Nagy{x}"
    assert [entry.text for entry in tell(tape, 0).entries if entry.kind == "event"] == [
        "Hungary: Odd: Nagy{x}.",
        "Hungary: Nagy{x} is removed from the leadership.",
    ]
