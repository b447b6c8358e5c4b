"""The live server, asked as a script would ask it."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import ROOT
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.models.registry import STAGES


@pytest.fixture(scope="module")
def photo(tmp_path_factory, chelsea):
    path = tmp_path_factory.mktemp("photo") / "cat.jpg"
    chelsea.save(path)
    return path


# What scripts call today, with their parameters in order: these go on working.
CALLS = {
    "/segment": "photo stage clusters space position",
    "/compare": "photo clusters space position",
    "/report": "photo clusters space position language",
    "/archive": "photo clusters space position language",
    "/four_answers": "photo stage",
    "/probe": "photo x y stage measured",
    "/layers": "photo stage",
    "/perturb": "photo test strength direction",
    "/ablate": "photo skips",
    "/teach": "photo strokes networks steps rate seed",
    "/results": "",
    "/upsample": "matrix mode factor align_corners",
    "/cross_entropy": "scores label probabilities",
    "/inspect": "matrix mode size align_corners row column",
}


def test_today_s_calls_go_on_working(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    for name, parameters in CALLS.items():
        found = endpoints[name]["parameters"]
        known = parameters.split()
        assert [one["parameter_name"] for one in found[: len(known)]] == known
        assert all(one["parameter_has_default"] for one in found[len(known) :])


@pytest.mark.parametrize("key", STAGES)
def test_segment_gives_an_indexed_label_map_at_the_photo_s_size(client, photo, key):
    label_map, numbers = client.predict(handle_file(photo), key, api_name="/segment")
    with Image.open(label_map) as image, Image.open(photo) as original:
        assert (image.format, image.mode, image.size) == ("PNG", "P", original.size)
        labels = np.array(image)
    assert labels.max() < len(numbers["shares"])
    measured = [float((labels == i).mean()) for i in range(len(numbers["shares"]))]
    assert list(numbers["shares"].values()) == pytest.approx(measured, abs=1e-5)
    assert numbers["milliseconds"] > 0


def test_segment_follows_the_settings_of_k_means(client, photo):
    label_map, numbers = client.predict(
        handle_file(photo), "kmeans", 5, "lab", True, api_name="/segment"
    )
    assert len(numbers["shares"]) == 5
    assert set(np.unique(np.array(Image.open(label_map)))) == set(range(5))


def test_compare_answers_stage_by_stage(client, photo):
    job = client.submit(handle_file(photo), api_name="/compare")
    images, numbers = job.result(timeout=120)
    assert list(numbers) == list(STAGES)
    assert [item["caption"] for item in images] == list(STAGES)
    assert len(job.outputs()) == len(STAGES)
    for item in images:
        with Image.open(item["image"]) as image:
            assert image.mode == "P"


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("nearest", {"mode": "nearest"}),
        ("bilinear", {"mode": "bilinear", "align_corners": False}),
        ("bilinear", {"mode": "bilinear", "align_corners": True}),
    ],
)
def test_upsample_is_pytorch_s(client, mode, options):
    matrix = [[1, 5], [4, 8]]
    got = client.predict(matrix, mode, 2, options.get("align_corners", False), api_name="/upsample")
    expected = F.interpolate(torch.tensor(matrix)[None, None].float(), scale_factor=2, **options)
    np.testing.assert_allclose(got, expected[0, 0], atol=1e-5)


@pytest.mark.parametrize(
    ("matrix", "mode", "factor", "said"),
    [
        ([[1, "x"], [4, 8]], "bilinear", 2, "Row 1, column 2"),
        ([[1, 5], [4, None]], "bilinear", 2, "Row 2, column 2"),
        ([], "bilinear", 2, "cell"),
        ([[1]], "cubic", 2, "bilinear"),
        ([[1]], "nearest", 1000, "8"),
        ("x", "nearest", 2, "row"),
    ],
)
def test_upsample_names_what_is_wrong(client, matrix, mode, factor, said):
    with pytest.raises(AppError, match=said):
        client.predict(matrix, mode, factor, False, api_name="/upsample")


def broken_files(folder: Path) -> dict[str, Path]:
    jpeg = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(jpeg, "JPEG")
    contents = {
        "text.png": b"this is not an image",
        "empty.jpg": b"",
        "truncated.jpg": jpeg.getvalue()[:400],
        "page.png": b"<html><body>hello</body></html>",
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in contents}


def test_what_is_no_photo_gets_a_sentence_and_the_server_goes_on(client, photo, tmp_path):
    for name, path in broken_files(tmp_path).items():
        with pytest.raises(AppError) as error:
            client.predict(handle_file(path), "cnn-1x1", api_name="/segment")
        assert len(str(error.value).split()) > 4, name
        assert "Traceback" not in str(error.value)
    with pytest.raises(AppError, match="hoto"):
        client.predict(None, "cnn-1x1", api_name="/segment")
    assert client.predict(handle_file(photo), "cnn-1x1", api_name="/segment")


@pytest.mark.parametrize(
    ("name", "image", "options"),
    [
        ("dot.png", Image.new("RGB", (1, 1), "red"), {}),
        ("wide.png", Image.new("RGB", (20000, 2), "red"), {}),
        ("print.jpg", Image.new("CMYK", (60, 40), (0, 255, 255, 0)), {}),
        ("deep.png", Image.fromarray(np.full((40, 60), 30000, np.uint16)), {}),
        ("palette.png", Image.new("P", (60, 40), 3), {"transparency": 3}),
        (
            "moving.gif",
            Image.new("P", (60, 40), 1),
            {"save_all": True, "append_images": [Image.new("P", (60, 40), 2)]},
        ),
    ],
)
def test_unusual_photos_are_answered(client, tmp_path, name, image, options):
    path = tmp_path / name
    image.save(path, **options)
    label_map, _ = client.predict(handle_file(path), "unet", api_name="/segment")
    with Image.open(label_map) as labels:
        assert labels.size == image.size


def test_a_broken_checkpoint_is_named_at_start_up(tmp_path):
    """The command itself, on a copy of the project with one file cut short."""
    shutil.copytree(ROOT / "segdemo", tmp_path / "segdemo")
    shutil.copy(ROOT / "app.py", tmp_path)
    (tmp_path / "checkpoints").mkdir()
    for suffix in ("json", "safetensors"):
        shutil.copy(ROOT / "checkpoints" / f"cnn-1x1.{suffix}", tmp_path / "checkpoints")
    weights = tmp_path / "checkpoints" / "cnn-1x1.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py"],
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Running on" in line:
                break
        said = "".join(lines)
        assert "cnn-1x1.safetensors" in said
        assert "python -m train cnn-1x1" in said
        url = lines[-1].split()[-1]
        _, numbers = Client(url, verbose=False).predict(
            handle_file(broken_photo(tmp_path)), "kmeans", api_name="/segment"
        )
        assert numbers["shares"]
    finally:
        process.terminate()
        process.wait(timeout=30)


def broken_photo(folder: Path) -> Path:
    path = folder / "plain.png"
    Image.new("RGB", (64, 64), "green").save(path)
    return path
