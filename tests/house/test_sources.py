"""House rules read from the source: portable arithmetic in the mechanisms, imports one way, nothing overlong."""

import ast
import re
from pathlib import Path

import pytest

import thaw

ROOT = Path(thaw.__file__).parent
FILES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}
MECHANISMS = [name for name in FILES if name.startswith("mechanisms/")]
HOME = {f"thaw.{name.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__"): name for name in FILES}  # module -> file
SIMULATION = [*MECHANISMS, "loop.py", "noise.py", "alignment.py", "court.py", "declare.py", "state.py"]  # whatever decides a result

# NumPy's and the C library's versions of these differ between machines (architecture.md, 'Same bytes on every machine')
UNPORTABLE = {
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "power", "float_power", "cbrt", "hypot"),
    *("tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "arctan2", "geomspace", "logspace"),
    *("dot", "vdot", "inner", "matmul", "tensordot", "linalg", "random"),
}


def calls_of_numpy(tree):
    """Names taken from NumPy, however deep: np.random.default_rng gives random."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy"):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numpy":
            yield from (alias.name for alias in node.names)


def powers(tree):
    """Exponents other than the whole number 2: those become `power`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            both = isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
            if not both and not (isinstance(node.right, ast.Constant) and node.right.value == 2):
                yield node.lineno


@pytest.mark.parametrize("name", SIMULATION)
def test_arithmetic_is_portable(name):
    tree = FILES[name]
    assert set(calls_of_numpy(tree)) & UNPORTABLE == set()
    assert list(powers(tree)) == []
    assert not any(isinstance(node, ast.MatMult) for node in ast.walk(tree))


def test_arithmetic_of_the_plan_is_portable():
    tree = FILES["compile.py"]
    assert set(calls_of_numpy(tree)) & UNPORTABLE == set()
    assert list(powers(tree)) == []


@pytest.mark.parametrize("name", SIMULATION)
def test_nothing_else_to_draw_or_to_tell_the_time_with(name):
    assert {"random", "secrets", "time", "datetime", "math", "cmath", "os"} & {
        m.split(".")[0] for m in imports(name)
    } == set()


@pytest.mark.parametrize(
    "code", ["np.exp(x)", "x @ y", "x ** 0.5", "np.random.default_rng()", "from numpy import tanh"]
)
def test_the_reader_notices(code):
    tree = ast.parse(code)
    noticed = set(calls_of_numpy(tree)) & UNPORTABLE or list(powers(tree))
    assert noticed or any(isinstance(node, ast.MatMult) for node in ast.walk(tree))


def imports(name):
    """Modules that a file imports, inside functions too: `from thaw.skill import log` as thaw.skill.log; what only a type checker sees is left out."""
    tree = FILES[name]
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {inside if (inside := f"{node.module}.{alias.name}") in HOME else node.module or "" for alias in node.names}
    return found


def own(name):
    """First part of each imported module of ours: thaw.kernels.noise gives kernels."""
    return {module.split(".")[1] for module in imports(name) if module.startswith("thaw.")}


def part(name):
    return name.split("/")[0].removesuffix(".py")


# what each may import of ours (docs/dev/layout.md); everything that is not named here stands above the loop
GROUND = {"errors", "axes", "kernels"}
MAY = {
    "errors": set(),
    "axes": set(),
    "kernels": {"kernels"},
    "declare": GROUND,
    "fields": GROUND,
    "court": GROUND,
    "cohorts": GROUND,
    "recorded": {"kernels"},
    "noise": GROUND | {"declare", "recorded"},
    "state": GROUND | {"fields"},
    "plan": GROUND | {"noise", "recorded"},
    "alignment": GROUND | {"declare"},
    "mechanisms": GROUND | {"declare", "court", "cohorts", "alignment", "classics", "mechanisms"},
    "loop": GROUND | {"declare", "fields", "state", "noise", "plan", "court", "mechanisms"},
    "record": {"errors", "record"},
    "trust": {"posterior"},
}


@pytest.mark.parametrize("name", sorted(name for name in FILES if part(name) in MAY))
def test_imports_go_one_way(name):
    assert own(name) - MAY[part(name)] == set()


# files that stand in a circle of imports, and why they may
CIRCLES = {
    "classics/epstein.py": "`thaw classics` asks every model for its rows, and those of this one fill a file of their own",
    "classics/epstein_runs.py": "which runs the model",
}


def in_circles(arrows):
    """Whatever leads back to itself by way of others."""
    found = set()
    for start in arrows:
        reached, todo = set(), [*arrows[start]]
        while todo:
            if (one := todo.pop()) not in reached:
                reached.add(one)
                todo += arrows[one]
        found |= {start} & reached
    return found


def test_the_reader_sees_circles():
    assert in_circles({"a": "b", "b": "c", "c": "b", "d": "a", "e": ""}) == {"b", "c"}


def test_no_module_leads_back_to_itself():
    arrows = {name: {HOME[module] for module in imports(name) if module in HOME} - {name} for name in FILES}
    assert in_circles(arrows) == set(CIRCLES)


def test_no_package_leads_back_to_itself():
    arrows = {one: set() for one in map(part, FILES)}
    for name in FILES:
        arrows[part(name)] |= own(name) - {part(name)}
    assert in_circles(arrows) == set()


def test_the_picture_of_the_layout_is_true():
    """In docs/dev/layout.md nobody imports from his own line or from above."""
    picture = (Path(__file__).parents[2] / "docs/dev/layout.md").read_text(encoding="utf-8").split("```")[1]
    level = {one: place for place, line in enumerate(picture.split("\n")) for one in line.split(", ") if one}
    assert level.keys() <= {*map(part, FILES)}
    for name in FILES:
        above = {one for one in own(name) - {part(name)} if level.get(one, 99) <= level.get(part(name), -1)}
        assert above == set(), name


def test_a_mechanism_imports_of_another_no_more_than_an_event():
    for name in MECHANISMS:
        for node in ast.walk(FILES[name]):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("thaw.mechanisms")
                and "__init__" not in name
            ):
                assert all(alias.name.isupper() for alias in node.names), (name, node.module)


def test_nothing_imports_the_command_line():
    assert {name for name in FILES if "cli" in own(name)} <= {n for n in FILES if n.startswith("cli/")} | {
        "__main__.py"
    }


def test_every_module_says_what_it_is():
    assert {name for name, tree in FILES.items() if not ast.get_docstring(tree)} == set()


# a module over 420 lines or a function over 70 (docstring not counted) is a question; here are the answers
LONG_MODULES = {
    "kernels/cascade.py": "the kernels and their front doors, which describe one layout together",
    "compile.py": "one short function for each quantity that comes from the record",
}
LONG_FUNCTIONS = {
    "kernels/cascade.py:_remove": "one loop, written twice: for lanes of eight words and for single words",
    "kernels/cascade.py:_sweep": "one loop, written twice: for lanes of eight words and for single words",
}  # fmt: skip


def test_modules_are_short():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in ROOT.rglob("*.py")
    }
    assert {name for name, length in lengths.items() if length > 420} - set(LONG_MODULES) == set()


def test_functions_are_short():
    long = {
        f"{name}:{node.name}"
        for name, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _length(node) > 70
    }
    assert long - set(LONG_FUNCTIONS) == set()


def _length(node):
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return node.end_lineno - first.lineno + 1


def test_an_error_is_never_hidden():
    """No bare except, no except that only passes."""
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, name


def test_todo_has_an_owner():
    for path in ROOT.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"#\s*(TODO|FIXME|XXX)", line):
                assert re.search(r"\(\w+.*#\d+\)", line), f"{path.name}: {line.strip()}"
