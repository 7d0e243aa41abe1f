"""Each operator makes the slips that it is named after, and no others."""

import libcst as cst
import pytest

from helpers.proofs import operators
from helpers.proofs.operators import OPERATORS, OURS, Operator, name_of


def _first(node: cst.CSTNode, kinds: tuple[type[cst.CSTNode], ...]) -> cst.CSTNode:
    """The first node of these kinds in `node`."""
    return next(one for one in _nodes(node) if isinstance(one, kinds))


def _nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    return [node, *(one for child in node.children for one in _nodes(child))]


def _made(operator: Operator, code: str) -> list[str]:
    """What `operator` makes of the first node in `code` that it takes, each in one line."""
    module = cst.parse_module(code)
    others = operator(_first(module, OURS[operator]))
    return [" ".join(module.code_for_node(other).split()) for other in others]


@pytest.mark.parametrize(
    ("operator", "code", "made"),
    [
        (operators.statement_dropped, "wait(1)", ["pass"]),
        (operators.statement_dropped, "'''What it returns.'''", []),
        (operators.statement_dropped, "pass", []),
        (operators.block_unguarded, "with db:\n    pay()", ["if True: pay()"]),
        (operators.block_unguarded, "with stream() as s:\n    read(s)", []),
        (operators.condition_settled, "while a < b: pass", ["while True: pass", "while False: pass"]),
        (operators.condition_settled, "[a for a in b if a]", ["if True", "if False"]),
        (operators.operand_dropped, "a and b == c", ["a", "b == c"]),
        (operators.operand_dropped, "(a or b)", ["(a)", "(b)"]),
        (operators.guard_dropped, "match a:\n    case b if b in c: pass", ["case b : pass"]),
        (operators.guard_dropped, "match a:\n    case b: pass", []),
        (operators.loop_emptied, "for a in b: pass", ["for a in []: pass"]),
        (operators.number_lowered, "600", ["599"]),
        (operators.number_lowered, "0", ["-1"]),
        (operators.number_lowered, "0.5", ["-0.5"]),
        (operators.key_misspelt, "'text'", ["'XXtextXX'"]),
        (operators.key_misspelt, "'no answer came'", []),
        (operators.element_dropped, "(a, b)", ["(b,)", "(a, )"]),
        (operators.element_dropped, "{'a': 1}", ["{}"]),
        (operators.value_dropped, "f'{a}:{b}'", ["f':{b}'", "f'{a}:'"]),
        (operators.alternative_dropped, "match a:\n    case 1 | 2 | 3: pass", ["2 | 3", "1 | 3", "1 | 2"]),
        (operators.alternative_dropped, "match a:\n    case 1 | 2: pass", ["2", "1"]),
        (operators.only_argument_dropped, "patient(retries=5)", ["patient()"]),
        (operators.only_argument_dropped, "create(**params)", ["create()"]),
        (operators.only_argument_dropped, "len(a)", []),
        (operators.result_lost, "return a", ["return None"]),
        (operators.result_lost, "return", []),
        (operators.result_lost, "return(a)", ["return None"]),
    ],
)
def test_ours(operator: Operator, code: str, made: list[str]) -> None:
    """What each makes of a node."""
    assert _made(operator, code) == made


@pytest.mark.parametrize(
    ("clause", "narrowed", "widened"),
    [
        ("OSError", ["ConnectionError", "BlockingIOError"], ["Exception", "BaseException"]),
        ("Exception", ["OSError", "Warning"], ["BaseException"]),
        (
            "(LookupError, OwnError)",
            ["(IndexError, OwnError)", "(KeyError, OwnError)", "(OwnError,)", "(LookupError, )"],
            ["Exception", "BaseException"],
        ),
        ("anthropic.APITimeoutError", [], ["anthropic.APIConnectionError", "Exception", "BaseException"]),
        ("nowhere.Error", [], ["Exception", "BaseException"]),
    ],
)
def test_handlers(clause: str, narrowed: list[str], widened: list[str]) -> None:
    """A clause catches what is right below and above, as far as that has a name where it stands."""
    code = f"try: a()\nexcept {clause}: pass"
    below, above = ([f"except {one}: pass" for one in made] for made in (narrowed, widened))
    assert _made(operators.handler_narrowed, code) == below
    assert _made(operators.handler_widened, code) == above


def test_handlers_dropped() -> None:
    """One clause less; a `try` without any still is one."""
    both = "try: a()\nexcept B: b()\nexcept C: c()"
    assert _made(operators.handler_dropped, both) == ["try: a() except C: c()", "try: a() except B: b()"]
    alone = "try: a()\nexcept B: b()\nelse: c()"
    assert _made(operators.handler_dropped, alone) == ["try: a() finally: pass"]


def test_mutmut() -> None:
    """Its operators are taken as they are, and none of them is called like one of ours."""
    operators = {operator for operator, _ in OPERATORS}
    names = set(map(name_of, operators))
    assert len(names) == len(operators)
    assert {"swap_op", "arg_removal", "number", "keywords"} <= names
    assert "string" not in names
