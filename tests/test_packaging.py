"""`pip install .` installs what the page reads, beside its code."""

import tomllib

from conftest import ROOT

CODE = {".py", ".pyi"}
FOR_PIP = ROOT / "train" / "requirements.txt"


def test_every_file_beside_the_code_is_installed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    files = [file for room in ("segdemo", "train") for file in (ROOT / room).rglob("*.*")]
    left_out = [
        str(file.relative_to(ROOT))
        for file in files
        if file.suffix not in CODE
        and file.parent.name != "__pycache__"
        and file != FOR_PIP
        and not any(file.match(pattern) for pattern in patterns)
    ]
    assert left_out == []
