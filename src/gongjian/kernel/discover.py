"""Finding mechanisms: every module below a package is imported once, in name order."""

import importlib
import pkgutil


def walk(package_name: str) -> list[str]:
    """Import `package_name` and all modules below it; returns their names."""
    package = importlib.import_module(package_name)
    names = [package_name]
    for module in sorted(pkgutil.walk_packages(package.__path__, f"{package_name}."), key=lambda m: m.name):
        if ".tests" in module.name or ".migrations" in module.name:
            continue
        importlib.import_module(module.name)
        names.append(module.name)
    return names
