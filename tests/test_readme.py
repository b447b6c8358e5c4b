"""The README's figures are those that were measured, its commands those of CI."""

from conftest import CHECKPOINTS, ROOT

from train.model_card import model_card
from train.report import table

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_stages_is_the_cards():
    assert table(CHECKPOINTS) in README


def test_the_readme_s_commands_are_those_of_ci():
    install = "pip install -r requirements.txt -r train/requirements.txt -r tests/requirements.txt"
    run = "pytest -n 2 --dist loadfile"
    assert f"{install}\n{run}\n" in README
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert install.replace("install", "install -q") in script
    assert f"\n{run} " in script


def test_the_model_card_is_what_the_checkpoints_say():
    assert (CHECKPOINTS / "README.md").read_text(encoding="utf-8") == model_card(CHECKPOINTS)
