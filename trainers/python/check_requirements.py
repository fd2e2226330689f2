"""Says which requirements the running interpreter does not meet: `check_requirements.py requirements.txt` prints a JSON list."""

import json
import sys
from importlib import metadata

from pip._vendor.packaging.requirements import Requirement


def unmet(line: str) -> str | None:
    wanted = Requirement(line)
    if wanted.marker is not None and not wanted.marker.evaluate():
        return None
    try:
        found = metadata.distribution(wanted.name)
    except metadata.PackageNotFoundError:
        return f"{wanted.name}{wanted.specifier} is not installed"
    if found.read_text("RECORD") is None:  # pip writes it last
        return f"{wanted.name} is half installed"
    if not wanted.specifier.contains(found.version, prereleases=True):
        return f"{wanted.name}{wanted.specifier} is wanted, {found.version} installed"
    return None


lines = [line.partition("#")[0].strip() for line in open(sys.argv[1], encoding="utf8")]
problems = [unmet(line) for line in lines if line and not line.startswith("-")]
print(json.dumps([problem for problem in problems if problem is not None]))
