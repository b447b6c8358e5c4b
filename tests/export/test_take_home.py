"""What a visitor takes home: the report, the archive, the code."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date

import numpy as np
import pytest
from conftest import CHECKPOINTS, ROOT
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.analysis.conversion import TASKS
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.data.oxford_pets import Pets
from segdemo.data.palette import CLASS_PALETTE
from segdemo.export.archive import Setting, pack
from segdemo.export.python_code import python_code
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult
from segdemo.inference.segmentation import segment as answer_of
from segdemo.locales import LANGUAGES, Translator
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.components.report.pen import BAD, PAPER, Fonts, Pen
from segdemo.web.components.report.sheet import (
    COLUMNS,
    ROW_GAP,
    SHEET,
    TOP,
    Report,
    column,
    draw,
    heading,
)
from segdemo.web.components.report.tile import HEAD, OPACITY, WIDTH, frame_height, tile
from segdemo.web.components.stage_card import StageCard

SETTINGS = KMeansSettings(5, "lab", True)
ON_CLICK = (5, "lab", True)
T = Translator("en")


@pytest.fixture(scope="module")
def photo(tmp_path_factory, chelsea):
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    chelsea.resize((350, 233)).save(path)
    return path


# ---- Report ----

GREY = Image.new("RGB", (200, 100), (100, 100, 100))
HALVES = np.repeat(np.array([[0, 1, 2, 2]], np.uint8), 50, axis=1).repeat(100, axis=0)
DRAWN = GroundTruth(HALVES, GroundTruthSource.DRAWN_BY_US)


def card(key: str, labels: np.ndarray = HALVES, palette: np.ndarray = CLASS_PALETTE) -> StageCard:
    return StageCard(STAGES[key], "done", 0.5, SegmentationResult(labels, palette, 12.0))


def failed(key: str) -> StageCard:
    return StageCard(STAGES[key], "failed", note="This stage cannot answer: no file")


def report(cards: list[StageCard], truth: GroundTruth | None = None, image: Image.Image = GREY):
    return Report(image, image.size, truth, cards, SETTINGS, date(2026, 3, 9))


def pixels_of(card: StageCard, photo: Image.Image = GREY) -> np.ndarray:
    """Of the card's tile."""
    return np.asarray(tile(card, photo, Fonts(), T)).astype(float)


def blended(colour: np.ndarray) -> np.ndarray:
    return 100 + OPACITY * (colour.astype(float) - 100)


def test_a_tile_shows_each_label_where_it_is_in_its_colour():
    row = pixels_of(card("unet"))[HEAD + frame_height(GREY) // 2]
    for share, label in ((1 / 8, 0), (3 / 8, 1), (5 / 8, 2), (7 / 8, 2)):
        expected = blended(CLASS_PALETTE[label])
        np.testing.assert_allclose(row[round(share * WIDTH)], expected, atol=1)


def test_a_tile_s_bar_divides_its_width_by_the_shares():
    below = pixels_of(card("unet"))[HEAD + frame_height(GREY) :]
    widths = [(below == colour).all(-1).sum(axis=1).max() for colour in CLASS_PALETTE]
    np.testing.assert_allclose(widths, np.array([0.25, 0.25, 0.5]) * WIDTH, atol=1)


def test_clusters_have_their_own_colours():
    palette = np.array([[10, 20, 30], [200, 100, 0]], np.uint8)
    labels = np.array([[1, 0]], np.uint8).repeat(3, axis=0)
    row = pixels_of(card("kmeans", labels, palette))[HEAD + frame_height(GREY) // 2]
    np.testing.assert_allclose(row[WIDTH // 4], blended(palette[1]), atol=1)
    np.testing.assert_allclose(row[3 * WIDTH // 4], blended(palette[0]), atol=1)


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000), (31, 900)])
def test_a_photo_of_any_shape_lies_in_the_middle_of_its_frame(size):
    image = Image.new("RGB", size, (100, 100, 100))
    labels = np.zeros((size[1], size[0]), np.uint8)
    row = pixels_of(card("unet", labels), image)[HEAD + (frame_height(image) - 1) // 2]
    np.testing.assert_allclose(row[(WIDTH - 1) // 2], blended(CLASS_PALETTE[0]), atol=1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("truth", [None, DRAWN])
def test_the_sheet_holds_every_stage_s_tile_in_lecture_order(language, truth):
    """One that cannot answer keeps its place."""
    cards = [failed(key) if key == "cnn-5x5" else card(key) for key in STAGES]
    made = report(cards, truth)
    sheet = draw(made, Translator(language))
    assert sheet.width == SHEET
    fonts = Fonts()
    tiles = [tile(one, GREY, fonts, Translator(language)) for one in cards]
    y = heading(made, fonts, Translator(language)).height + ROW_GAP
    for first in range(0, len(tiles), COLUMNS):
        row = tiles[first : first + COLUMNS]
        for index, expected in enumerate(row):
            x = column(index)
            found = sheet.crop((x, y, x + expected.width, y + expected.height))
            assert found.tobytes() == expected.tobytes(), first + index
        y += max(image.height for image in row) + ROW_GAP
    assert y - ROW_GAP < sheet.height


def test_a_stage_that_cannot_answer_says_so_in_its_picture_s_place():
    rows = np.flatnonzero((pixels_of(failed("unet")) == BAD).all(-1).any(axis=1))
    assert len(rows)
    assert rows.min() > HEAD
    assert rows.max() < HEAD + frame_height(GREY)


def test_the_truth_stands_beside_the_photo():
    pixels = np.asarray(heading(report([], DRAWN), Fonts(), T)).astype(float)
    row = pixels[TOP + frame_height(GREY) // 2]
    np.testing.assert_allclose(row[column(0) + WIDTH // 2], [100, 100, 100], atol=1)
    np.testing.assert_allclose(row[column(1) + WIDTH // 8], blended(CLASS_PALETTE[0]), atol=1)


def test_the_iou_stands_where_the_truth_is_known(predictor, pets_root):
    image, truth = Pets(pets_root, "test")[0]
    for key in ("kmeans", "unet"):
        heights = []
        for known in (None, GroundTruth(truth, GroundTruthSource.DATASET)):
            request = SegmentationRequest(image, truth.shape, known)
            answer = answer_of(predictor, key, request, KMeansSettings())
            heights.append(len(pixels_of(StageCard(STAGES[key], "done", None, answer), image)))
        assert heights[1] > heights[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_the_same_whatever_was_drawn_before(language):
    """Nothing of another photo's sheet is left in it: every pixel is its own."""

    def drawn() -> bytes:
        made = report([card("unet"), failed("cnn-5x5")], DRAWN)
        return draw(made, Translator(language)).tobytes()

    first = drawn()
    for shade in (0, 255):
        other = Image.new("RGB", GREY.size, (shade,) * 3)
        draw(report([card("kmeans")], image=other), Translator(language))
        assert drawn() == first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bold", [False, True])
def test_every_letter_has_its_glyph(language, bold):
    """None is drawn as the box that stands for a missing one."""
    folder = ROOT / "segdemo" / "locales" / language
    letters = set("–×%")
    for topic in ("take-home", "compare", "page", "stages"):
        sentences = json.loads((folder / f"{topic}.json").read_text(encoding="utf-8"))
        letters.update("".join("".join(sentences.values()).split()))
    font = Fonts().get(40, bold)
    box = font.getmask("\ue123")  # of the private use area
    missing = {
        letter
        for letter in letters
        if (mask := font.getmask(letter)).size == box.size and bytes(mask) == bytes(box)
    }
    assert not missing


def test_lines_are_broken_between_words_and_no_wider_than_asked():
    image = Image.new("RGB", (400, 400), PAPER)
    pen = Pen(image, Fonts())
    said = Translator("vi")("take-home.report.test")
    below = pen.paragraph(50, 0, 250, said, 19)
    inked = np.flatnonzero((np.asarray(image) != PAPER).any(-1).any(axis=0))
    assert inked.min() >= 50
    assert inked.max() < 300
    one_line = pen.width(said, 19)
    assert below >= one_line / 250 * 19


def test_report_is_a_png_in_both_languages(client, photo):
    sheets = []
    for language in LANGUAGES:
        path = client.predict(handle_file(photo), *ON_CLICK, language, api_name="/report")
        assert os.path.basename(path) == "report.png"
        with Image.open(path) as sheet:
            assert (sheet.format, sheet.mode, sheet.width) == ("PNG", "RGB", SHEET)
            sheets.append(sheet.tobytes())
    assert sheets[0] != sheets[1]


@pytest.mark.parametrize("name", ["/report", "/archive"])
def test_what_is_no_photo_gets_a_sentence(client, tmp_path, name):
    path = tmp_path / "notes.png"
    path.write_bytes(b"these are notes")
    with pytest.raises(AppError, match="JPEG"):
        client.predict(handle_file(path), api_name=name)


# ---- Archive ----


def read_archive(path: str) -> tuple[dict[str, Image.Image], dict, str, list[str]]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        maps = {
            name.removesuffix(".png"): Image.open(io.BytesIO(archive.read(name)))
            for name in names
            if name.endswith(".png")
        }
        numbers = json.loads(archive.read("numbers.json"))
        return maps, numbers, archive.read("README.txt").decode(), names


def palette(image: Image.Image, labels: int) -> list[bytes]:
    """The colours of an indexed image's first values, three bytes each."""
    values = bytes(image.getpalette())
    return [values[3 * label : 3 * label + 3] for label in range(labels)]


def test_the_archive_holds_what_segment_answers(client, photo):
    path = client.predict(handle_file(photo), *ON_CLICK, "en", api_name="/archive")
    maps, numbers, readme, names = read_archive(path)
    pictures = [name for name in names if name.startswith("other-domains/")]
    assert names == [f"{key}.png" for key in STAGES] + pictures + ["numbers.json", "README.txt"]
    assert numbers["photo"] == {"width": 350, "height": 233}
    assert numbers["kmeans_settings"] == {"clusters": 5, "space": "lab", "position": True}
    for key in STAGES:
        label_map, said = client.predict(handle_file(photo), key, *ON_CLICK, api_name="/segment")
        with Image.open(label_map) as expected:
            assert maps[key].mode == "P"
            np.testing.assert_array_equal(np.array(maps[key]), np.array(expected))
        record = numbers["stages"][key]
        assert record["shares"] == said["shares"]
        labels = record["labels"]
        colours = [record["colours"][labels[str(value)]] for value in range(len(labels))]
        assert colours == [f"#{colour.hex()}" for colour in palette(maps[key], len(labels))]
    assert "0 pet, 1 background, 2 border" in readme


def test_the_archive_says_which_weights_answered(client, photo, predictor):
    path = client.predict(handle_file(photo), *ON_CLICK, "vi", api_name="/archive")
    _, numbers, readme, _ = read_archive(path)
    for key in NETWORKS:
        card = predictor.metadata[key]
        assert numbers["stages"][key]["checkpoint_sha256"] == card["sha256"]
        assert numbers["stages"][key]["test_miou"] == card["test"]["miou"]
    assert numbers["stages"]["kmeans"]["checkpoint_sha256"] is None
    colours = dict.fromkeys(("pet", "background", "border"), "")
    assert readme.startswith(Translator("vi")("take-home.readme", **colours).splitlines()[0])


def test_a_stage_without_an_answer_is_in_the_numbers_alone():
    answers = [("unet", SegmentationResult(HALVES, CLASS_PALETTE, 1.0)), ("cnn-1x1", "no file")]
    asked = Setting((200, 100), SETTINGS), answers, {}, "read me", {}
    data = pack(*asked)
    maps, numbers, _, names = read_archive(io.BytesIO(data))
    assert names == ["unet.png", "numbers.json", "README.txt"]
    np.testing.assert_array_equal(np.array(maps["unet"]), HALVES)
    assert numbers["stages"]["cnn-1x1"] == {"error": "no file"}
    assert data == pack(*asked)


def test_the_archive_holds_what_convert_answers(client, photo):
    path = client.predict(handle_file(photo), *ON_CLICK, "en", api_name="/archive")
    pictures, numbers, *_ = read_archive(path)
    assert list(numbers["other_domains"]) == list(TASKS)
    for task, found in numbers["other_domains"].items():
        gallery, scores = client.predict(handle_file(photo), task, None, api_name="/convert")
        assert list(found) == list(scores)
        assert found["unet" if "unet" in found else "l1-unet"]["psnr"] > found["input"]["psnr"]
        for shown in gallery[:-1]:
            with Image.open(shown["image"]) as expected:
                made = pictures[f"other-domains/{task}/{shown['caption']}"]
                np.testing.assert_array_equal(np.array(made), np.array(expected.convert("RGB")))


def test_what_cannot_be_converted_is_in_the_numbers_alone():
    data = pack(Setting((9, 9), SETTINGS), [], {}, "read me", {"colourise": "no colour"})
    _, numbers, _, names = read_archive(io.BytesIO(data))
    assert names == ["numbers.json", "README.txt"]
    assert numbers["other_domains"] == {"colourise": {"error": "no colour"}}


# ---- Code ----


def test_the_code_makes_what_segment_answers(client, photo, tmp_path):
    """Run as a visitor would: in a folder with the photo and the checkpoints."""
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    (tmp_path / "checkpoints").symlink_to(CHECKPOINTS)
    setup = "import torch; torch.set_num_threads(2)\n"  # as the tests' own server
    codes = "".join(python_code(key, SETTINGS) for key in STAGES)
    subprocess.run(
        [sys.executable, "-c", setup + codes],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        timeout=300,
    )
    for key in STAGES:
        label_map, _ = client.predict(handle_file(photo), key, *ON_CLICK, api_name="/segment")
        with Image.open(label_map) as expected, Image.open(tmp_path / f"{key}.png") as made:
            np.testing.assert_array_equal(np.array(made), np.array(expected), err_msg=key)
            labels = np.array(made).max() + 1
            assert palette(made, labels) == palette(expected, labels), key


@pytest.mark.parametrize("key", STAGES)
def test_the_code_is_short_and_names_its_stage(key):
    lines = python_code(key, SETTINGS).splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100
    assert f'"{key}.png"' in lines[-1]
