"""Nothing in the package may turn data into code: the calls that could are not in its source.

`torch.load` may read weights, with `weights_only=True` written out.
"""

import ast

import pytest

from tests.structure.sources import modules

MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "imp", "runpy", "code"}
CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
METHODS = {"extractall", "read_pickle", "to_pickle"}
FUNCTIONS = {("torch", "load"), ("os", "system"), ("os", "popen")}
WITH_TENSORS_ONLY = {("torch", "load")}
KEYWORDS = {"allow_pickle", "shell", "trust_remote_code"}


def dangers(tree: ast.AST) -> list[str]:
    """Names every dangerous construct in a tree with its line."""
    suspects = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)]
    return [f"{node.lineno}: {what}" for node in suspects if (what := _danger(node))]


def _danger(node: ast.Import | ast.ImportFrom | ast.Call) -> str:
    """What is dangerous about one syntax node; empty if nothing is."""
    match node:
        case ast.Import(names=names):
            return ", ".join(name.name for name in names if name.name.partition(".")[0] in MODULES)
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in MODULES:
            return module
        case ast.Call():
            return _dangerous_call(node)
    return ""


def _dangerous_call(call: ast.Call) -> str:
    """What is dangerous about one call; a literal name may be imported, a computed one may not."""
    if any(word.arg in KEYWORDS and not _is_false(word.value) for word in call.keywords):
        return "a keyword that opens the door"
    match call.func:
        case ast.Name(id=name) if name in CALLS:
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if (module, name) in FUNCTIONS:
            return "" if (module, name) in WITH_TENSORS_ONLY and _tensors_only(call) else f"{module}.{name}"
        case ast.Name(id="import_module") | ast.Attribute(attr="import_module"):
            literal = bool(call.args) and isinstance(call.args[0], ast.Constant)
            return "" if literal else "import_module"
        case ast.Attribute(attr=name) if name in METHODS:
            return name
    return ""


def _tensors_only(call: ast.Call) -> bool:
    """Whether torch is told, in so many words, to make nothing but tensors and plain containers."""
    return any(
        word.arg == "weights_only" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


def _is_false(value: ast.expr) -> bool:
    """Whether an expression is the literal `False`."""
    return isinstance(value, ast.Constant) and value.value is False


def test_package_holds_no_dangerous_call() -> None:
    found = {str(path): what for path, tree in modules("nnbuilder").items() if (what := dangers(tree))}
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "eval(text)",
        "exec(text)",
        "numpy.load(file, allow_pickle=True)",
        "subprocess.run(line, shell=True)",
        "archive.extractall(folder)",
        "importlib.import_module(name)",
        "import_module(name)",
        "__import__(name)",
        "torch.load(file)",
        "torch.load(file, weights_only=False)",
        "torch.load(file, weights_only=flag)",
        "os.system(line)",
    ],
)
def test_guard_sees(source: str) -> None:
    assert dangers(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "module.eval()",
        "platform.system()",
        "re.compile(pattern)",
        "importlib.import_module('torch')",
        "numpy.load(file, allow_pickle=False)",
        "safetensors.torch.load(data)",
        "torch.load(file, weights_only=True)",
    ],
)
def test_guard_lets_pass(source: str) -> None:
    assert dangers(ast.parse(source)) == []
