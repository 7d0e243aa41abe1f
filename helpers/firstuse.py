"""The names of a package, each imported when it is first asked for (PEP 562).

    if TYPE_CHECKING:
        from helpers.facts.prices import Price
    else:
        __getattr__, __dir__ = on_first_use(__name__, {"helpers.facts.prices": ("Price",)})

The first cell of every lesson waits for what `helpers` imports, and so does pytest wherever the course is installed.
The library for it, `lazy_loader`, would be a package without which `course doctor` could not say what is missing.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from helpers.errors import not_installed


def on_first_use(
    package: str, names: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """A `__getattr__` and a `__dir__` for `package`, whose `names` are in the modules that are the keys.

    The first raises `AttributeError` for any other name, and `CourseError` where a package is not installed.
    """
    modules = {name: module for module, inside in names.items() for name in inside}

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            found = getattr(import_module(modules[name]), name)
        except ModuleNotFoundError as error:
            raise not_installed(error) from error
        setattr(sys.modules[package], name, found)
        return found

    return find, lambda: sorted({*vars(sys.modules[package]), *modules})


def use_all(package: str) -> None:
    """Import all that the names of `package` are in: before processes are forked that would each do it."""
    for name in dir(import_module(package)):
        getattr(sys.modules[package], name)
