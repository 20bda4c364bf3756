"""Small faults that can be made in a source file: one operator, number, condition or statement changed.

Left as they are: annotations, docstrings, sentences (text with spaces) and what only serves type checkers.
"""

import ast
import copy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "minimum": "maximum",
    "maximum": "minimum",
    "floor": "ceil",
    "ceil": "floor",
    "argmax": "argmin",
    "argmin": "argmax",
}


@dataclass(frozen=True)
class Mutant:
    """One fault: the number of its node in the walk through the file, and which of the node's faults."""

    file: str
    node: int
    choice: int
    line: int
    statement: int
    scope: str
    source: str
    fault: str
    module_level: bool

    @property
    def key(self) -> str:
        """What stays the same when lines move."""
        return f"{self.file} | {self.scope} | {self.source} | {self.fault}"


def faults(node: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in the place of this node; None: nothing."""
    match node:
        case ast.Compare(ops=[operator]):
            for other in COMPARISONS[type(operator)]:
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BoolOp(op=operator):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC and not (is_text(node.left) or is_text(node.right)):
            yield ast.BinOp(node.left, ARITHMETIC[type(operator)](), node.right)
        case ast.AugAssign(op=operator) if type(operator) in ARITHMETIC:
            yield ast.AugAssign(node.target, ARITHMETIC[type(operator)](), node.value)
            yield ast.Pass()
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value) if value and not any(map(str.isspace, value)):
            yield ast.Constant("other")
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.If(test=test):
            yield ast.If(ast.UnaryOp(ast.Not(), test), node.body, node.orelse)
        case ast.IfExp(test=test):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), node.body, node.orelse)
        case ast.comprehension(ifs=[test, *rest]):
            yield ast.comprehension(node.target, node.iter, rest, node.is_async)
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield ast.Call(ast.Name(NAMES[name], ast.Load()), node.args, node.keywords)
        case ast.Call(func=ast.Attribute(attr=name)) if name in NAMES:
            yield ast.Call(ast.Attribute(node.func.value, NAMES[name], ast.Load()), node.args, node.keywords)


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_for_readers(parent: ast.AST, name: str, child: ast.AST) -> bool:
    """Whether this part of the tree has no meaning for the program."""
    if name in ("annotation", "returns", "format_spec"):
        return True
    if isinstance(parent, ast.Expr) and isinstance(child, ast.Constant):
        return True  # a docstring
    if isinstance(parent, ast.JoinedStr) and isinstance(child, ast.Constant):
        return True
    if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
        return True
    return isinstance(parent, ast.Assign) and ast.unparse(parent.targets[0]) == "__all__"


@dataclass
class Place:
    """A node that may be replaced: where it hangs, and in which function."""

    node: ast.AST
    parent: ast.AST
    name: str
    index: int | None
    statement: ast.stmt
    scope: str
    module_level: bool

    def replaced_by(self, other: ast.AST | None) -> None:
        if self.index is None:
            setattr(self.parent, self.name, other)
        else:
            getattr(self.parent, self.name)[self.index] = other


def places(parent: ast.AST, scope: str = "", statement: ast.stmt | None = None, inner: bool = False) -> Iterator[Place]:
    """Every node below this one, from the first line to the last."""
    for name, value in ast.iter_fields(parent):
        # What is written in the head of a function is computed where it is defined.
        in_body = inner or (isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and name == "body")
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or is_for_readers(parent, name, child):
                continue
            at = child if isinstance(child, ast.stmt) else statement
            yield Place(child, parent, name, index, at or child, scope, not in_body)
            named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            below = f"{scope}.{child.name}".lstrip(".") if named else scope
            yield from places(child, below, at, in_body)


def head(statement: ast.AST) -> str:
    """A statement's first line: what of an ``if`` or ``def`` is not its body."""
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(statement))).splitlines()[0]


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """All faults of a file."""
    found = []
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    for number, place in enumerate(places(tree)):
        before = head(place.statement)
        for choice, other in enumerate(list(faults(place.node))):
            place.replaced_by(other)
            whole = isinstance(other, ast.stmt) and place.node is place.statement
            after = head(other if whole else place.statement)
            place.replaced_by(place.node)
            line = getattr(place.node, "lineno", place.statement.lineno)
            same_before = f"{before} ({ast.unparse(place.node)})" if after == before else before
            at = (line, place.statement.lineno, place.scope)
            found.append(Mutant(file, number, choice, *at, same_before, after, place.module_level))
    return found


def mutated(root: Path, mutant: Mutant) -> ast.Module:
    """The tree of the file with the fault in it; lines stay where they are."""
    tree = ast.parse((root / mutant.file).read_text(encoding="utf-8"))
    place = next(place for number, place in enumerate(places(tree)) if number == mutant.node)
    other = list(faults(place.node))[mutant.choice]
    place.replaced_by(ast.copy_location(other, place.node))
    return ast.fix_missing_locations(tree)


def sample(mutants: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """Take from each file as many as its share, at least three, chosen by the hash of seed and fault.

    So a change in one line leaves the choice of the others as it was.
    """

    def order(mutant: Mutant) -> bytes:
        return hashlib.sha256(f"{seed} {mutant.key} {mutant.choice}".encode()).digest()

    by_file: dict[str, list[Mutant]] = {}
    for mutant in sorted(mutants, key=order):
        by_file.setdefault(mutant.file, []).append(mutant)
    few = {file: some[: max(3, size * len(some) // len(mutants))] for file, some in by_file.items()}
    taken = [mutant for some in few.values() for mutant in some]
    rest = sorted(set(mutants) - set(taken), key=order)
    return (sorted(taken, key=order) + rest)[:size] if len(taken) < size else sorted(taken, key=order)[:size]
