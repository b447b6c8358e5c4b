"""What the page claims: the list is complete, figures are found again, the document is theirs."""

import numpy as np
import pytest
from conftest import CHECKPOINTS, ROOT

from segdemo.locales import LANGUAGES, marked_claims, raw_text
from train.claims.claim import Evidence
from train.claims.document import document
from train.claims.registry import CLAIMS, read_figures
from train.claims.statistics import above_zero, figure, mean

NAMED = {claim.name: claim for claim in CLAIMS}
EXACT = [claim.name for claim in CLAIMS if claim.exact]


@pytest.fixture(scope="module")
def evidence():
    return Evidence(CHECKPOINTS)


def test_every_marked_text_is_measured_and_every_measured_one_marked():
    assert {key for claim in CLAIMS for key in claim.keys} == set(marked_claims())
    assert len(marked_claims()) == len(set(marked_claims()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_text_is_on_the_page(language):
    for key in marked_claims():
        assert raw_text(key, language)


def test_every_claim_has_a_figure_and_a_name_of_its_own():
    assert list(read_figures(CHECKPOINTS)) == [claim.name for claim in CLAIMS]
    assert len(NAMED) == len(CLAIMS)


def test_what_is_on_the_page_holds_and_what_was_withdrawn_does_not():
    for name, known in read_figures(CHECKPOINTS).items():
        assert known.holds == bool(NAMED[name].keys), name


@pytest.mark.parametrize("name", EXACT)
def test_what_is_computed_is_found_again(evidence, name):
    found, known = NAMED[name].measure(evidence), read_figures(CHECKPOINTS)[name]
    assert found.value == pytest.approx(known.value, rel=1e-4, abs=1e-4)
    assert (found.holds, found.unit) == (known.holds, known.unit)


@pytest.mark.parametrize("name", ["unseen", "pet-in-41", "two-changes-per-row"])
def test_a_sample_of_what_was_measured_on_photos_is_found_again(pets_root, name):
    found = NAMED[name].measure(Evidence(CHECKPOINTS, pets_root))
    known = read_figures(CHECKPOINTS)[name]
    assert found.value == pytest.approx(known.value, abs=0.01)
    assert found.holds == known.holds


def test_the_document_is_what_the_command_writes():
    written = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert written == document(CHECKPOINTS)


def test_a_difference_is_above_zero_only_with_its_whole_interval():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 200)
    assert mean(1 + noise, "px", above_zero).holds
    assert not mean(noise - noise.mean() + 0.01, "px", above_zero).holds
    one = mean(np.full(50, 3.0), "px", above_zero)
    assert (one.value, one.interval) == (3, (3, 3))


def test_a_figure_of_two_counts_draws_the_same_photos_of_both():
    photos = np.random.default_rng(0).integers(1, 1000, 60).astype(float)
    found = figure(lambda a, b: b / a, photos, 2 * photos, unit="times", holds=above_zero)
    assert found.value == 2
    assert found.interval == pytest.approx((2, 2))
