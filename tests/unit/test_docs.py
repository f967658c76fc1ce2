"""The documentation says what the code does: examples run, commands parse, links lead somewhere, generated parts are fresh."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

import thaw
from thaw import api, bibliography, docs, names
from thaw.cli import run as run_command
from thaw.cli.app import app
from thaw.errors import ThawError
from thaw.scenario import load_scenario

PAGES = docs.pages()
LAST = "1947-12"  # examples run to here only
HISTORIES, CITIZENS = 16, 100
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(thaw [a-z][^`\n]*)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def blocks(page: Path, *languages: str) -> list[str]:
    return [text for language, text in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


def name_of(page: Path) -> str:
    return str(page.relative_to(docs.ROOT))


def shell_lines() -> list[tuple[str, str]]:
    """(page, line) of every `thaw` command in a block of shell."""
    found = []
    for page in PAGES:
        for line in (line.strip().removeprefix("$ ") for text in blocks(page, "sh") for line in text.splitlines()):
            if line.startswith("thaw "):
                found.append((name_of(page), line))
    return found


def words_of(line: str) -> list[str]:
    """The words after `thaw`, without comment and redirection."""
    words = shlex.split(line, comments=True)[1:]
    return words[: words.index(">")] if ">" in words else words


def parse(words: list[str]) -> dict:
    """The options of a command as parsed, without running it; a wrong option, command or value raises."""
    command = typer.main.get_command(app)
    context = command.make_context("thaw", list(words))
    while hasattr(command, "resolve_command"):
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
    return context.params


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Runs of 16 histories, 100 citizens and three years in place of what an example asks for."""

    def run(scenario, histories=HISTORIES, seed=0, **options):
        early = [act for act in scenario.forced if act.date <= LAST]
        short = scenario.model_copy(update={"end": LAST, "forced": early})
        return api.run(short, HISTORIES, seed, **(options | {"citizens": CITIZENS, "workers": 1}))

    monkeypatch.setattr(thaw, "run", run, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name_of)
def test_python_examples_run(page, small, capsys):
    code = "\n".join(blocks(page, "python"))
    exec(compile(code, name_of(page), "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_commands_parse(page, line):
    words = words_of(line)
    params = parse(words)
    if words[0] == "run" and not str(params["scenario"]).endswith(".toml"):
        acts = (params[option] or [] for option in ("do", "prevent", "set_"))
        run_command.intervene(load_scenario(params["scenario"]), *acts)


def test_a_command_that_is_wrong_is_noticed():
    with pytest.raises(Exception, match="No such option"):
        parse(["run", "--prevnt", "SUN.amnesty"])
    with pytest.raises(Exception, match="No such command"):
        parse(["shew", "events"])


def test_commands_in_the_text_exist():
    group = typer.main.get_command(app)
    for page in PAGES:
        for text in INLINE.findall(page.read_text(encoding="utf-8")):
            words = re.split(r"[\s|]+", text)[1:]
            assert words[0] in group.commands, f"{name_of(page)}: {text}"
            inner = getattr(group.commands[words[0]], "commands", None)
            if inner and len(words) > 1 and words[1].isalpha():
                assert words[1] in inner, f"{name_of(page)}: {text}"


def test_links_lead_somewhere():
    for page in PAGES:
        text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
        for link in LINK.findall(text):
            path, _, place = link.partition("#")
            if "://" in link:
                continue
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{name_of(page)}: {link}"
            if place:
                heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
                assert place in anchors, f"{name_of(page)}: {link}"


def test_generated_parts_are_fresh():
    assert docs.main(["--check"]) == 0, "bring them up to date: python -m thaw.docs"


def test_a_stale_part_is_noticed_and_mended(monkeypatch, tmp_path, capsys):
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("a\n<!-- generated: parameters mortality -->\nold\n<!-- end -->\nz\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("<!-- generated: run -->\nkept\n<!-- end -->\n", encoding="utf-8")
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    assert docs.main(["--check"]) == 1
    assert "parameters mortality" in capsys.readouterr().out
    assert docs.main([]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("a\n<!-- generated: parameters mortality -->\n| name |")
    assert text.endswith("<!-- end -->\nz\n")
    assert "ussr_life_table_1959" in text
    assert docs.main(["--check"]) == 0
    assert "kept" in (tmp_path / "README.md").read_text(encoding="utf-8")
    page.write_text("<!-- generated: parametres mortality -->\n<!-- end -->\n", encoding="utf-8")
    assert docs.main([]) == 1
    assert "Did you mean 'parameters'?" in capsys.readouterr().err


def test_every_mechanism_has_a_page():
    for step in names.mechanisms():
        text = (docs.ROOT / "docs" / "model" / f"{step.name}.md").read_text(encoding="utf-8")
        for block in ("declaration", "parameters", "citations"):
            assert f"<!-- generated: {block} {step.name} -->" in text
        assert f"](model/{step.name}.md)" in (docs.ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_every_dependency_is_explained():
    project = tomllib.loads((docs.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    listed += [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    wanted = {re.split(r"[<>=\[; ]", one)[0] for one in listed}
    told = re.findall(r"^\| ([\w-]+) \|", (docs.ROOT / "docs/dev/dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert wanted == set(told) - {"library"}


def test_sources_are_cited():
    used = {key for step in names.mechanisms() for key in {*step.sources, *(param.source for param in step.params)}}
    assert all(bibliography.citation(key) for key in used)
    with pytest.raises(ThawError, match="Did you mean 'kuran1991'"):
        bibliography.citation("kuran1990")
    with pytest.raises(ThawError):
        bibliography.citation("record:")
    assert bibliography.citation("record:gulag_prisoners").endswith("gulag_prisoners")


def test_no_page_tells_of_a_machine():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(work|home|root|tmp|Users)/", text), name_of(page)
