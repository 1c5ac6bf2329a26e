"""Prints as JSON what Open WebUI, as it is configured by the environment, could reach by default: run by Open WebUI's own Python.

- addresses: every value of its configuration that is an address, by its name
- engines: every value that names a program or a provider, by its name
- variables: every address that is the default of an environment variable anywhere in its source, by the variable
- files: every file of its source, but the configuration's, with a host in a string of its own
"""

import ast
import json
import pathlib
import re
import sys

address = re.compile(r"^[a-z+]+://[^\s/]")
host = re.compile(r"(?:https?|wss?)://(?!\{)([\w.-]+\.[a-z]{2,})", re.IGNORECASE)
engine = re.compile(r"(engine|provider|vector_db)$", re.IGNORECASE)


def configured():
    """Names and values of the configuration: what is read at run time, and what the modules keep."""
    import open_webui.config as config
    import open_webui.env as env

    for module in (env, config):
        for name, value in vars(module).items():
            if name.isupper() and name != "DEFAULT_CONFIG":
                yield name, value
    yield from config.DEFAULT_CONFIG.items()


def texts(value):
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, (list, tuple, set)):
        for each in value:
            yield from texts(each)


def environment_default(node):
    """Name and default of a call of `os.getenv` or `os.environ.get`, or None."""
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return None
    if ast.unparse(node.func) not in ("os.getenv", "os.environ.get"):
        return None
    name, default = node.args[:2]
    if isinstance(name, ast.Constant) and isinstance(default, ast.Constant):
        return name.value, default.value
    return None


def documentation(tree):
    """The docstrings of a module."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def source(root):
    variables, files = {}, {}
    for path in sorted(root.rglob("*.py")):
        name = str(path.relative_to(root))
        tree = ast.parse(path.read_text())
        skipped = {id(node) for node in documentation(tree)}
        hosts = set()
        for node in ast.walk(tree):
            found = environment_default(node)
            if found and isinstance(found[1], str) and address.match(found[1]):
                variables[found[0]] = found[1]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
                hosts.update(host.findall(node.value))
        if hosts and name not in ("config.py", "env.py") and not name.startswith("migrations/"):
            files[name] = sorted(hosts)
    return variables, files


def main():
    addresses, engines = {}, {}
    for name, value in configured():
        found = sorted({text for text in texts(value) if address.match(text)})
        if found:
            addresses[name] = found
        if engine.search(name) and isinstance(value, str) and value:
            engines[name] = value
    import open_webui

    variables, files = source(pathlib.Path(open_webui.__file__).parent)
    # Its modules print while they are loaded.
    json.dump(
        {"addresses": addresses, "engines": engines, "variables": variables, "files": files},
        open(sys.argv[1], "w"),
    )


main()
