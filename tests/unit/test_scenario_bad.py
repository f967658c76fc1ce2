"""One mistake a file: tests/bad/scenario/*.toml say in their first lines what they must be told."""

from pathlib import Path

import pytest
from fake_model import fake_model  # noqa: F401

from thaw.errors import ScenarioError
from thaw.scenario import load_scenario

FILES = sorted((Path(__file__).parents[1] / "bad" / "scenario").glob("*.toml"))
MARK = "# expect: "


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("fake_model")
def test_each_mistake_is_told_with_file_line_and_key(path: Path) -> None:
    expected = [
        line.removeprefix(MARK) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(MARK)
    ]
    with pytest.raises(ScenarioError) as told:
        load_scenario(path)
    message = str(told.value)
    assert expected
    for words in expected:
        assert words in message
    assert path.name in message
    if len(expected) == 1:
        assert "\n" not in message, "one mistake, one line"


def test_the_folder_is_not_empty() -> None:
    assert len(FILES) > 50


@pytest.mark.usefixtures("fake_model")
class TestFilesThatAreNone:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match=r"there is no file .*nowhere\.toml"):
            load_scenario(tmp_path / "nowhere.toml")

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match=r"is a folder\. Expected a scenario file in TOML"):
            load_scenario(tmp_path)

    def test_device(self) -> None:
        with pytest.raises(ScenarioError, match="/dev/null is not a file"):
            load_scenario("/dev/null")

    def test_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "large.toml"
        path.write_bytes(b"#" * 1_000_001)
        with pytest.raises(ScenarioError, match="larger than 1 MB"):
            load_scenario(path)

    def test_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.toml"
        path.write_bytes(b'name = "a"\ntitle = "caf\xe9"\n')
        with pytest.raises(ScenarioError, match=r"latin\.toml, line 2: not UTF-8"):
            load_scenario(path)

    def test_nested_too_deeply(self, tmp_path: Path) -> None:
        path = tmp_path / "deep.toml"
        path.write_text("a = " + "[" * 100_000 + "]" * 100_000)
        with pytest.raises(ScenarioError, match="nested too deeply"):
            load_scenario(path)

    def test_number_too_long(self, tmp_path: Path) -> None:
        path = tmp_path / "long.toml"
        path.write_text("citizens = " + "9" * 10_000)
        with pytest.raises(ScenarioError, match="not valid TOML"):
            load_scenario(path)

    def test_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.toml"
        path.write_text("")
        with pytest.raises(ScenarioError, match=r"(?s)has 5 mistakes.*the key 'polities' is missing"):
            load_scenario(path)

    def test_unknown_name(self) -> None:
        with pytest.raises(
            ScenarioError, match=r"no built-in scenario 'usr-1945', and no such file. Did you mean 'ussr-1945'"
        ):
            load_scenario("usr-1945")

    def test_name_too_long(self) -> None:
        with pytest.raises(ScenarioError, match=r"no built-in scenario"):
            load_scenario("x" * 5000)

    def test_many_mistakes_are_cut_short(self, tmp_path: Path) -> None:
        path = tmp_path / "many.toml"
        path.write_text("\n".join(f"key{number} = 1" for number in range(2000)))
        with pytest.raises(ScenarioError, match=r"(?s)has 2005 mistakes.*\.\.\. and 1945 more"):
            load_scenario(path)
