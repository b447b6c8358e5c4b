"""From a photo dropped on the page to its answers on the screen, in real Chromium.

`python -m benchmarks.page [--rounds 5]` starts the page and drops 12-megapixel JPEGs on it, each
a new one. It prints how long the start takes, the memory, the time to the first and to the last
card, and where that goes: the parts are timed by themselves on the same photos, what is left over
is Gradio's, the network's and the browser's.
"""

import argparse
import base64
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page

from benchmarks.browser import chromium
from benchmarks.photos import jpeg
from benchmarks.server import ROOT, serving
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import segment
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.examples import load_request
from segdemo.web.tabs.compare.comparison import Comparison
from segdemo.web.templates import render
from train.report import markdown_table

SIZE = 4000, 3000  # pixels
WINDOW = {"width": 1366, "height": 768}
ALL_DONE = f"document.querySelectorAll('#cards .card.done').length >= {len(STAGES)}"
# Notes when each card, empty since the drop, is painted with its answer.
WATCH = """
() => {
  window.times = {};
  const note = () => {
    for (const card of document.querySelectorAll('#cards .card[data-stage]')) {
      const key = card.dataset.stage;
      if (!card.classList.contains('done')) times[key] = null;
      else if (times[key] === null) {
        delete times[key];
        requestAnimationFrame(() => { times[key] = performance.now() - window.dropped; });
      }
    }
  };
  const whole = { subtree: true, childList: true, attributes: true };
  new MutationObserver(note).observe(document.querySelector('#cards'), whole);
}
"""
DROP = """
async encoded => {
  const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
  window.times = {};
  window.dropped = performance.now();
  const target = document.querySelector('.scene');
  target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}
"""
ANSWERED = f"Object.values(times).filter(time => time !== null).length == {len(STAGES)}"
UPLOAD = """
() => performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('/upload'))
  .at(-1).duration
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    photos = [jpeg(SIZE, seed) for seed in range(parser.parse_args().rounds + 1)]
    with serving() as server, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        page.goto(server.url)
        page.wait_for_function(ALL_DONE, timeout=60_000)
        loaded = server.megabytes()
        page.evaluate(WATCH)
        dropped = [drop(page, photo) for photo in photos][1:]  # the first one warms up
        used = server.megabytes()
    print(f"from the command to the page: {server.seconds_to_answer:.1f} s")
    print(
        f"resident memory, all stages loaded: {loaded:.0f} MB; "
        f"after {len(photos)} such photos: {used:.0f} MB\n"
    )
    typical = {name: statistics.median(times[name] for times in dropped) for name in dropped[0]}
    parts = {"upload, as the browser sees it": typical.pop("upload")} | parts_of(photos)
    last = max(typical.values())
    rest = last - sum(parts.values())
    rows = [(f"`{key}` on the screen", typical[key]) for key in STAGES]
    rows += parts.items()
    rows.append(("left over: Gradio, network, browser", rest))
    table = [(name, f"{ms:.0f}") for name, ms in rows]
    print(markdown_table(("median of the rounds", "ms"), table))


def drop(page: Page, photo: bytes) -> dict[str, float]:
    """Milliseconds from the drop to each stage's card, and of the upload alone."""
    page.evaluate(DROP, base64.b64encode(photo).decode())
    page.wait_for_function(ANSWERED, timeout=60_000)
    return {**page.evaluate("times"), "upload": page.evaluate(UPLOAD)}


def parts_of(photos: list[bytes]) -> dict[str, float]:
    """Milliseconds of what the server does with a photo, the median over all but the first."""
    predictor = Predictor(ROOT / "checkpoints")
    predictor.warm_up()
    comparison = Comparison(predictor, test_split=None)
    measured = [work(comparison, photo) for photo in photos][1:]
    return {name: statistics.median(parts[name] for parts in measured) for name in measured[0]}


def work(comparison: Comparison, photo: bytes) -> dict[str, float]:
    decoding, request = timed(lambda: load_request(None, photo))
    t = Translator()
    style, _ = timed(lambda: render("tabs/compare/photo_style.html", t, photo=request.photo))
    inference = labels = drawing = 0.0
    for key in STAGES:
        total, found = timed(
            lambda key=key: segment(comparison.predictor, key, request, KMeansSettings())
        )
        inference += found.milliseconds
        labels += total - found.milliseconds
        card = replace(comparison.card(key, "done"), result=found)
        drawing += timed(lambda card=card: comparison.render(card, t))[0]
    return {
        "decoding": decoding,
        "inference, k-means included": inference,
        "labels at the photo's size on the page": labels,
        "encoding and drawing": style + drawing,
    }


def timed(action: Callable) -> tuple[float, object]:
    """Milliseconds of an action, and what it gives."""
    started = time.perf_counter()
    result = action()
    return 1000 * (time.perf_counter() - started), result


if __name__ == "__main__":
    main()
