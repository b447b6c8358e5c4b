"""The README's figures are those that were measured."""

import re

import pytest
from conftest import CHECKPOINTS, ROOT

from segdemo import checkpoints
from segdemo.facts import facts
from segdemo.stages import NETWORKS
from segdemo.ui.numbers import short

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", NETWORKS)
def test_the_table_of_stages_is_the_cards(key):
    stage = NETWORKS[key]
    test = checkpoints.read_card(CHECKPOINTS, stage)["test"]
    known = facts(stage)
    row = re.search(rf"^\| `{key}` \|.*$", README, re.M).group()
    low, high = test["miou_interval"]
    measured = [f"**{test['miou']:.3f}** ({low:.3f}–{high:.3f})", f"{test['pixel_accuracy']:.3f}"]
    measured += [f"{value:.3f}" for value in test["iou"].values()]
    measured += [short(known.parameters), short(known.multiply_adds)]
    sees = "whole photo" if known.sees_everything else f"{known.receptive_field} px"
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [f"`{key}`", stage.slide, *measured, sees]


def test_the_readme_s_commands_are_those_of_ci():
    install = "pip install -r requirements.txt -r train/requirements.txt -r tests/requirements.txt"
    assert f"{install} && pytest" in README
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert install.replace("install", "install -q") in script
