"""Lesson links: what they may say, and that nothing in them can break the page."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from support.helpers import check_sentences, unhurried

from segdemo.data.sample_photos import OPENING_PHOTO
from segdemo.inference.kmeans import SPANS
from segdemo.lecture import lesson_links
from segdemo.lecture.lesson_links import LessonState, parse, query
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.lecture.upsampling.interpolation import MAX_FACTOR, MIN_FACTOR
from segdemo.locales import LANGUAGES, Translator
from segdemo.models.registry import STAGES
from segdemo.web.tabs.explain.tab import SECTIONS

PHOTOS = (OPENING_PHOTO, "cat", "lion", "Abyssinian_201", "a name & more")
NAMES = [field.name for field in fields(LessonState)]


def read(address: str) -> dict[str, str]:
    """A query string as the server reads it."""
    return dict(QueryParams(address))


def matrices():
    numbers = st.floats(-1e6, 1e6).map(lambda number: number + 0.0)
    return st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
        lambda shape: st.tuples(*[st.tuples(*[numbers] * shape[1])] * shape[0])
    )


states = st.builds(
    LessonState,
    tab=st.sampled_from(lesson_links.TABS),
    section=st.sampled_from(lesson_links.SECTIONS),
    photo=st.sampled_from(PHOTOS),
    stages=st.sets(st.sampled_from(list(STAGES)), min_size=1).map(
        lambda keys: tuple(key for key in STAGES if key in keys)
    ),
    show=st.sampled_from(lesson_links.VIEWS),
    k=st.integers(2, 8),
    colours=st.sampled_from(list(SPANS)),
    position=st.booleans(),
    averaged=st.booleans(),
    matrix=matrices(),
    mode=st.sampled_from(MODES),
    factor=st.sampled_from(lesson_links.FACTORS),
    loss=st.sampled_from(lesson_links.LOSS_IDEAS),
    label=st.integers(0, 2),
    kind=st.sampled_from(lesson_links.LOSS_KINDS),
    scores=st.tuples(*[st.floats(-1e6, 1e6).map(lambda number: number + 0.0)] * 3),
    loss_pixel=st.just("")
    | st.tuples(st.integers(1, 128), st.integers(1, 128)).map("{0[0]},{0[1]}".format),
    upsampling=st.sampled_from(lesson_links.UPSAMPLING_IDEAS),
    line=st.tuples(*[st.floats(-1e6, 1e6)] * 2, *[st.floats(0, 1)] * 4),
    cell=st.tuples(st.integers(1, 48), st.integers(1, 48), st.integers(0, 1)),
    decoder=st.integers(1, 6),
    lang=st.sampled_from(list(LANGUAGES)),
    present=st.booleans(),
    reveal=st.booleans(),
    step=st.sampled_from(("", *lesson_links.STEPS)),
)


@unhurried
@given(states)
def test_a_link_leads_back_to_where_it_was_copied(state):
    assert parse(read(query(state)), PHOTOS) == (state, [])


@unhurried
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text()))
def test_whatever_a_link_says_the_page_opens(parameters):
    state, notes = parse(parameters, PHOTOS)
    assert parse(read(query(state)), PHOTOS) == (state, [])
    for note in notes:
        check_sentences(note)


def test_the_plain_page_has_the_plain_address():
    assert query(LessonState()) == ""
    assert parse({}, PHOTOS) == (LessonState(), [])


def test_a_link_is_short_and_can_be_read():
    state = LessonState(tab="upsampling", matrix=((1, 5), (4, 0.5)), mode="nearest", lang="vi")
    assert query(state) == "tab=upsampling&matrix=1,5/4,0.5&mode=nearest&lang=vi"


@pytest.mark.parametrize(
    "bad",
    [
        {"tab": "admin"},
        {"section": ""},
        {"photo": "../../etc/passwd"},
        {"stages": "unet,unet2"},
        {"k": "9"},
        {"k": "2.5"},
        {"matrix": "1,5/4"},
        {"matrix": "1,x/4,8"},
        {"matrix": "/".join(["1"] * 7)},
        {"factor": "100"},
        {"factor": "nan"},
        {"lang": "fr"},
        {"present": "yes"},
        {"teach_seed": "-5"},
    ],
)
def test_a_bad_value_is_left_out_and_said_the_rest_counts(bad):
    state, notes = parse(bad | {"show": "mask"}, PHOTOS)
    assert state == LessonState(show="mask")
    assert len(notes) == 1
    check_sentences(notes[0])
    assert len(notes[0].values.get("known", "")) < 500  # a seed's million is not written out


def test_what_other_sites_add_to_links_is_nobody_s_mistake():
    assert parse({"view": "api", "__theme": "dark", "fbclid": "x"}, PHOTOS)[1] == []


def test_stages_come_in_the_ladder_s_order():
    assert parse({"stages": "unet,kmeans,unet"}, PHOTOS)[0].stages == ("kmeans", "unet")


def test_links_know_what_the_page_has():
    assert set(SECTIONS) == set(lesson_links.SECTIONS)  # links' first is what opens
    assert min(lesson_links.FACTORS) == MIN_FACTOR
    assert max(lesson_links.FACTORS) == MAX_FACTOR
    for language in LANGUAGES:
        for tab in lesson_links.TABS:
            assert Translator(language)(f"page.tab.{tab}")


# Links that people have kept, and what of the page each sets: these go on working.
KEPT = {
    "photo=cheetah&k=5&colours=lab&position=1": {
        "photo": "cheetah",
        "k": 5,
        "colours": "lab",
        "position": True,
    },
    "photo=lion&stages=kmeans,unet&show=mask": {
        "photo": "lion",
        "stages": ("kmeans", "unet"),
        "show": "mask",
    },
    "tab=upsampling&matrix=1,2/3,4&mode=nearest&factor=3": {
        "tab": "upsampling",
        "matrix": ((1, 2), (3, 4)),
        "mode": "nearest",
        "factor": 3,
    },
    "tab=insight&section=skips&lang=vi": {"tab": "insight", "section": "skips", "lang": "vi"},
    "tab=loss&present=1&reveal=0": {"tab": "loss", "present": True, "reveal": False},
}


@pytest.mark.parametrize("link", KEPT)
def test_kept_links_go_on_working(link):
    state, notes = parse(read(link), ["cheetah", "lion"])
    assert not notes
    assert state == replace(LessonState(), **KEPT[link])
