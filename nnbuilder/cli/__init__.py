"""The command line: the window's twin on the same project file, without Qt."""

COMMANDS = (
    "examples",
    "import",
    "check",
    "fix",
    "summary",
    "parameters",
    "forward",
    "eval",
    "train",
    "sweep",
    "lr-find",
    "runs",
    "compare",
    "export",
    "info",
)
"""Every sub-command by name, so that the program's start need not import them to know one."""
