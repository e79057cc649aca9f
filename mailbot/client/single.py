"""Make the one file that anybody can download: every module of this folder in one, in the order of their imports.

``python -m mailbot.client.single FILE`` writes it. It is held equal to what is checked in by a test.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_PREFIX = "mailbot.client."
_LAST = "command"
_HEAD = '''#!/usr/bin/env python3
"""mailbot-open: open, verify, run or apply a mail that a mailbot sent you. Needs Python 3.8 and nothing else.

    python3 mailbot-open.py open reply.eml
    python3 mailbot-open.py verify --signers allowed_signers reply.eml
    python3 mailbot-open.py --help

git and ssh-keygen are used where they are installed; what they are needed for is said where they are not.
Nothing of a mail is ever run unless you say so. Made from mailbot/client/ by mailbot.client.single: do not edit it.
"""

from __future__ import annotations

'''


def single() -> str:
    """The source of mailbot-open.py."""
    return _HEAD + joined_source(_LAST)


def joined_source(last: str) -> str:
    """The module *last* and all that it imports from this folder, as one source."""
    order: list[str] = []
    _after(last, order)
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    bodies: list[str] = []
    for name in order:
        source = (_HERE / f"{name}.py").read_text("utf-8")
        bodies.append(_body(name, source, plain, named))
    imports = [f"import {one}" for one in sorted(plain)]
    imports += [f"from {one} import {', '.join(sorted(names))}" for one, names in sorted(named.items())]
    _distinct(order, plain | {one for names in named.values() for one in names})
    return "\n".join(imports) + "\n" + "".join(bodies)


def _tree(name: str) -> ast.Module:
    return ast.parse((_HERE / f"{name}.py").read_text("utf-8"))


def _after(name: str, order: list[str]) -> None:
    """Put *name* into *order*, after everything that it imports."""
    for node in _tree(name).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PREFIX):
            needed = str(node.module)[len(_PREFIX) :]
            if needed not in order:
                _after(needed, order)
    if name not in order:
        order.append(name)


def _body(name: str, source: str, plain: set[str], named: dict[str, set[str]]) -> str:
    """A module without its imports, which are gathered, under a line that says which it was."""
    lines = source.splitlines(keepends=True)
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Import):
            plain |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(("__future__", _PREFIX)):
            named.setdefault(str(node.module), set()).update(one.name for one in node.names)
        elif not (isinstance(node, ast.ImportFrom) or node is tree.body[0]):
            continue
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    about = (ast.get_docstring(tree) or "").split("\n")[0]
    return f"\n\n# ---- {name}: {about}\n\n" + "".join(lines).strip("\n") + "\n"


def _distinct(order: list[str], imported: set[str]) -> None:
    """In one file every name is there once; two modules that share one could not be put together."""
    owner: dict[str, str] = dict.fromkeys(imported, "the standard library")
    for module in order:
        for name in _names(_tree(module)):
            if owner.setdefault(name, module) != module:
                raise AssertionError(f"{name} stands in {owner[name]} and in {module}; rename one of them")


def _names(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(single(), "utf-8")
