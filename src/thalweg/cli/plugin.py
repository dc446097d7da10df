"""`--plugin FILE`: the user's own functions, out of a file that the user names."""

import importlib.util
import shlex
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from thalweg.cli.options import EXPERIMENT
from thalweg.errors import InputError


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Plugins:
    """Files of Python with functions that the experiment names."""

    plugin: Annotated[
        tuple[Path, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Python file with functions of your own that the experiment names. It is run. May be given again.",
            group=EXPERIMENT,
        ),
    ] = ()

    def read(self) -> tuple[Callable[..., Any], ...]:
        """Run the files, each once, and return the functions written in them; to be called once JAX may be loaded.

        Returns:
            Those whose names do not begin with an underscore. Whether one can serve is judged when it is named.

        Raises:
            InputError: If a file is no Python file, cannot be read, or fails; or holds no function.
        """
        once = {path.resolve(): path for path in reversed(self.plugin)}
        return tuple(function for path in reversed(once.values()) for function in _functions(path))

    def words(self) -> str:
        """Return these options as they are typed, after a space; nothing for none."""
        return "".join(f" --plugin {shlex.quote(str(path))}" for path in self.plugin)


NO_PLUGINS = Plugins()


def _functions(path: Path) -> list[Callable[..., Any]]:
    # The source has to be found under the module's file name later, which a name that is no Python file's has not.
    if path.suffix != ".py":
        raise InputError(f"--plugin {path} is not the name of a Python file. Give one that ends in .py.")
    if not path.is_file():
        raise InputError(f"--plugin {path}: there is no such file. Check the name.")
    name = f"plugin {path}"  # no name that an import could ask for
    loader = SourceFileLoader(name, str(path.absolute()))
    module = importlib.util.module_from_spec(ModuleSpec(name, loader, origin=loader.path))
    sys.modules[name] = module  # where dataclasses look for the names in their annotations
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the user's own lines raise
        raise InputError(f"--plugin {path} failed{_line_of(error, path)}: {_said(error)} Mend the file.") from error
    made = [value for key, value in vars(module).items() if not key.startswith("_") and _is_function(value)]
    own = [value for value in made if getattr(value, "__module__", "") == name]
    if not own:
        raise InputError(f"--plugin {path} holds no function. Write one with def, and no underscore before its name.")
    return own


def _is_function(value: Any) -> bool:
    """Say whether a value may be called as a function, also one that JAX was given a derivative or a compile for."""
    return callable(value) and not isinstance(value, type) and isinstance(getattr(value, "__name__", None), str)


def _line_of(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f" in line {error.lineno}" if error.lineno else ""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path.absolute()]
    return f" in line {lines[-1]}" if lines else ""


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}."[:300]
