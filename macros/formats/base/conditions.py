"""Conditions as data: a small language of expressions, parsed once here and walked in Python and in the browser.

An expression looks like Python and is far less: names, fields, comparisons, `and`, `or`, `not`, `x if c else y`, lists,
`[x for y in list if c]`, and calls of functions that are handed in. It is parsed into a tree of JSON, which the pages
carry; nothing evaluates text. Both walkers agree on what tests/vectors/conditions.yaml says:

- a field or an item that is not there is null, and so is a field of null;
- `from_` is the field `from`, which is a word of Python;
- `and` and `or` give the operand that decides, as in Python; null, false, 0, "" and an empty list are false;
- texts, numbers and null are the same by value, records and lists only as themselves;
- `<`, `<=`, `>`, `>=` compare numbers; `in` looks for an item of a list or a part of a text; `+` joins texts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from keyword import iskeyword
from typing import Any

Tree = list[Any]
"""A node: its kind, then what it is made of. Plain JSON."""
Names = Mapping[str, Any]
Walk = Callable[[Names], Any]
Functions = Mapping[str, Callable[..., Any]]

ALLOWED = "names, fields, numbers, texts, lists, and, or, not, ==, !=, <, <=, >, >=, in, +, if else, for in, calls"
_COMPARES: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "in",
}
_CONSTANTS = {"null": None, "true": True, "false": False}


class ConditionError(ValueError):
    """An expression that is none: what stands there, and what is allowed."""


def parse(text: str) -> Tree:
    """The tree of an expression. Raises ConditionError."""
    try:
        return _node(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError as error:
        raise ConditionError(f"is no expression: {error.msg}; given: {text}") from None
    except (RecursionError, MemoryError):
        raise ConditionError("is nested too deep") from None


def names_in(tree: Tree) -> Iterator[str]:
    """Names that must be given to walk a tree."""
    match tree:
        case ["name", name]:
            yield name
        case ["each", result, name, items, condition]:
            yield from names_in(items)
            inner = [result, condition] if condition else [result]
            yield from (one for part in inner for one in names_in(part) if one != name)
        case _:
            yield from (one for part in tree[1:] if isinstance(part, list) for one in names_in(part))


def calls_in(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Functions that a tree calls, with the arguments."""
    if tree[0] == "call":
        yield tree[1], tree[2:]
    yield from (one for part in tree[1:] if isinstance(part, list) for one in calls_in(part))


def walker(tree: Tree, functions: Functions) -> Walk:
    """What walks a tree: names in, value out. Raises ConditionError for a function that is not handed in.

    Walking raises LookupError for a field that a record does not have, so that a slip of the pen cannot pass as null.
    """
    kind, *parts = tree
    if kind in _LEAVES:
        return _LEAVES[kind](parts[0])
    if kind == "each":
        return _each(parts, functions)
    if kind == "call":
        return _call(parts, functions)
    if kind in _STEPS:
        return _STEPS[kind](walker(parts[0], functions), parts[1])
    return _operation(kind, [walker(part, functions) for part in parts])


# ---------------------------------------------------------------------------------------------------------- parse


def _node(node: ast.expr) -> Tree:
    make = _NODES.get(type(node))
    tree = make(node) if make else None
    if tree is None:
        raise ConditionError(f"cannot hold {ast.unparse(node)}; allowed: {ALLOWED}")
    return tree


def _constant(node: ast.Constant) -> Tree | None:
    return ["value", node.value] if type(node.value) in (str, int) else None


def _subscript(node: ast.Subscript) -> Tree | None:
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return ["at", _node(node.value), index] if isinstance(index, int) and index >= 0 else None


def _compare(node: ast.Compare) -> Tree | None:
    if len(node.ops) != 1 or type(node.ops[0]) not in _COMPARES:
        return None
    compared = [_COMPARES[type(node.ops[0])], _node(node.left), _node(node.comparators[0])]
    return ["not", compared] if isinstance(node.ops[0], ast.NotIn) else compared


def _called(node: ast.Call) -> Tree | None:
    is_plain = isinstance(node.func, ast.Name) and not node.keywords
    return ["call", node.func.id, *map(_node, node.args)] if is_plain and isinstance(node.func, ast.Name) else None


def _loop(node: ast.ListComp | ast.GeneratorExp) -> Tree | None:
    loop = node.generators[0]
    if len(node.generators) > 1 or not isinstance(loop.target, ast.Name) or len(loop.ifs) > 1:
        return None
    return ["each", _node(node.elt), loop.target.id, _node(loop.iter), _node(loop.ifs[0]) if loop.ifs else None]


def _field(name: str) -> str:
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def _name(node: ast.Name) -> Tree:
    return ["value", _CONSTANTS[node.id]] if node.id in _CONSTANTS else ["name", node.id]


_NODES: Mapping[type[ast.expr], Callable[[Any], Tree | None]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: lambda node: ["get", _node(node.value), _field(node.attr)],
    ast.Subscript: _subscript,
    ast.UnaryOp: lambda node: ["not", _node(node.operand)] if isinstance(node.op, ast.Not) else None,
    ast.BoolOp: lambda node: ["and" if isinstance(node.op, ast.And) else "or", *map(_node, node.values)],
    ast.BinOp: lambda node: ["+", _node(node.left), _node(node.right)] if isinstance(node.op, ast.Add) else None,
    ast.Compare: _compare,
    ast.IfExp: lambda node: ["if", _node(node.test), _node(node.body), _node(node.orelse)],
    ast.List: lambda node: ["list", *map(_node, node.elts)],
    ast.Call: _called,
    ast.ListComp: _loop,
    ast.GeneratorExp: _loop,
}


# ----------------------------------------------------------------------------------------------------------- walk


class _Inside(dict[str, Any]):
    """Names of a loop over those around it."""

    def __init__(self, around: Names) -> None:
        super().__init__()
        self._around = around

    def __missing__(self, name: str) -> Any:
        return self._around[name]


def _each(parts: Sequence[Any], functions: Functions) -> Walk:
    result, items = walker(parts[0], functions), walker(parts[2], functions)
    name, condition = parts[1], walker(parts[3], functions) if parts[3] else None

    def walk(names: Names) -> list[Any]:
        inside, found = _Inside(names), []
        for item in items(names) or ():
            inside[name] = item
            if condition is None or condition(inside):
                found.append(result(inside))
        return found

    return walk


def _call(parts: Sequence[Any], functions: Functions) -> Walk:
    name, arguments = parts[0], [walker(part, functions) for part in parts[1:]]
    if name not in functions:
        raise ConditionError(f"there is no function {name}; there are {', '.join(sorted(functions))}")
    function = functions[name]
    return lambda names: function(*(argument(names) for argument in arguments))


def _get(of: Walk, field: str) -> Walk:
    def walk(names: Names) -> Any:
        record = of(names)
        if record is None:
            return None
        if not isinstance(record, Mapping) or field not in record:
            has = ", ".join(record) if isinstance(record, Mapping) else "no fields"
            raise LookupError(f"there is no field {field}; the record has {has}")
        return record[field]

    return walk


def _at(of: Walk, index: int) -> Walk:
    return lambda names: _item(of(names), index)


def _item(items: Sequence[Any] | None, index: int) -> Any:
    return items[index] if items is not None and index < len(items) else None


def _operation(kind: str, parts: list[Walk]) -> Walk:
    if kind in ("and", "or"):
        stops = kind == "or"

        def decide(names: Names) -> Any:
            value = None
            for part in parts:
                value = part(names)
                if bool(value) is stops:
                    return value
            return value

        return decide
    if kind == "if":
        test, then, otherwise = parts
        return lambda names: then(names) if test(names) else otherwise(names)
    if kind == "list":
        return lambda names: [part(names) for part in parts]
    if kind == "not":
        (only,) = parts
        return lambda names: not only(names)
    left, right = parts
    operation = _OPERATIONS[kind]
    return lambda names: operation(left(names), right(names))


def _same(a: Any, b: Any) -> bool:
    """Whether two values are the same: texts, numbers and null by value, records and lists only as themselves."""
    return a is b if isinstance(a, Mapping | list | tuple) else type(a) is type(b) and bool(a == b)


def _inside(item: Any, of: Any) -> bool:
    """Whether a list has an item, or a text a part. Nothing is in null."""
    if isinstance(of, str):
        return isinstance(item, str) and item in of
    return any(_same(item, one) for one in of or ())


_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": _same,
    "!=": lambda a, b: not _same(a, b),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": _inside,
    "+": lambda a, b: a + b,
}
_LEAVES: Mapping[str, Callable[[Any], Walk]] = {
    "value": lambda value: lambda names: value,
    "name": lambda name: lambda names: names[name],
}
_STEPS: Mapping[str, Callable[[Walk, Any], Walk]] = {"get": _get, "at": _at}
