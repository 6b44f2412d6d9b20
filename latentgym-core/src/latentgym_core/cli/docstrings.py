"""What the `Attributes:` section of a class says about its parameters."""

import inspect
import re

ENTRY = re.compile(r"(\w+): (.*)")


def attribute_docs(kind: type) -> dict[str, str]:
    """Parameter name to its description, from the class and those it derives from."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= _section(inspect.cleandoc(base.__dict__.get("__doc__") or ""))
    return found


def _section(doc: str) -> dict[str, str]:
    """Entries of a Google-style `Attributes:` section; deeper lines continue an entry."""
    found: dict[str, str] = {}
    name, inside = "", False
    for line in doc.splitlines():
        if line and not line.startswith(" "):
            inside, name = line == "Attributes:", ""
        elif inside and (entry := ENTRY.fullmatch(line[4:])):
            name = entry[1]
            found[name] = entry[2]
        elif inside and name and line.strip():
            found[name] += f" {line.strip()}"
    return found
