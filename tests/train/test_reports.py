"""README's ladder and the model card say what the checkpoints say."""

from conftest import CHECKPOINTS, ROOT

from train.model_card import model_card
from train.report import table

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_stages_is_the_cards():
    assert table(CHECKPOINTS) in README


def test_the_model_card_is_what_the_checkpoints_say():
    assert (CHECKPOINTS / "README.md").read_text(encoding="utf-8") == model_card(CHECKPOINTS)
