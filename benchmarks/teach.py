"""What the tab *Teach it* costs: processor time of a step; what a class waits beside it.

python -m benchmarks.teach           # milliseconds of one thread for a step of each thin network
python -m benchmarks.teach --race    # seconds until the first masks and until the end of a run
python -m benchmarks.teach --record  # the run that plays for whoever waits, written anew
python -m benchmarks.teach --class   # Compare's median wait without and with one who trains
"""

import argparse
import asyncio
import json
import statistics
import time
from contextlib import AsyncExitStack

from gradio_client import Client, handle_file

from benchmarks.load import SIZE, Class
from benchmarks.photos import jpeg
from benchmarks.server import ROOT, serving
from segdemo.data.preprocessing import to_input
from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.inference import Predictor
from segdemo.lecture.teaching.networks import THIN
from segdemo.lecture.teaching.strokes import strokes_of
from segdemo.lecture.teaching.training import STEPS, Example, Learner, Settings
from segdemo.locales import Translator
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.teach import recording
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.painter import Painter
from segdemo.web.tabs.teach.session import TrainingSessions
from segdemo.web.tabs.teach.sources import Sources
from segdemo.web.tabs.teach.teacher import Teacher

SIDES = (64, 128)
ROUNDS = 60
VISITORS = 16  # of Compare, all at once
PAIRS = 3
PHOTO = "german-shepherd"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--race", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--class", dest="waits", action="store_true")
    options = parser.parse_args()
    if options.record:
        TrainingSessions().train(recording.record)
    elif options.race:
        race()
    elif options.waits:
        waits()
    else:
        TrainingSessions().train(steps)


def example(side: int) -> Example:
    """A photo and its whole ground truth, at another side than the page's where asked for."""
    image = load_thumbnail(str(SAMPLE_PHOTOS[PHOTO].path))
    strokes = strokes_of(load_ground_truth(PHOTO))
    enlarged = [
        labels.repeat(side // 64, 0).repeat(side // 64, 1)
        for labels in (strokes.taught, strokes.held_back)
    ]
    return Example(to_input(image, side), type(strokes)(*enlarged))


def steps() -> None:
    """Processor time, not the clock's, so that what else runs on the machine counts little."""
    print("milliseconds of processor time of one thread, least and median of a step")
    print(f"| network | {' | '.join(f'{side}x{side}' for side in SIDES)} |\n|---|---|---|")
    totals = dict.fromkeys(SIDES, 0.0)
    for key in THIN:
        cells = []
        for side in SIDES:
            photo, learner = example(side), Learner(key, seed=0)
            spent = []
            for _ in range(ROUNDS):
                started = time.thread_time()
                learner.step(photo, Settings())
                spent.append(1000 * (time.thread_time() - started))
            totals[side] += min(spent)
            cells.append(f"{min(spent):.1f}, {statistics.median(spent):.1f}")
        print(f"| `{key}` | {' | '.join(cells)} |", flush=True)
    for side, total in totals.items():
        print(f"{STEPS} steps of all at {side}x{side}: {STEPS * total / 1000:.1f} s of one core")


def race() -> None:
    """What a visitor sees who has painted everything and presses Play, twice in one process."""
    path = str(SAMPLE_PHOTOS[PHOTO].path)
    sources = Sources(Predictor(ROOT / "checkpoints"), None)
    teacher, t = Teacher(sources), Translator()
    painting, *_ = Painter(sources, teacher.sessions).take(path, t)
    choices = Choices(tuple(THIN), Settings(), 0)
    for run in ("first", "second"):
        began, seen = time.perf_counter(), None
        for shown in teacher.play(None, painting, path, False, False, choices, t):
            frame = json.loads(shown[2])
            if frame["rounds"] and seen is None:
                seen = time.perf_counter() - began
        over = time.perf_counter() - began
        print(f"{run} run: masks after {seen:.1f} s, {frame['rounds']} steps in {over:.1f} s")


def waits() -> None:
    """In pairs, so that a change of the machine's speed hits both of one."""
    with serving() as server:
        at_work, api = Class(server.url), Client(server.url, verbose=False)
        photo = handle_file(SAMPLE_PHOTOS[PHOTO].path)
        api.predict(photo, None, list(THIN), 2, Settings.rate, 0, api_name="/teach")  # warms up
        asyncio.run(median_wait(at_work, 10**6))
        for pair in range(PAIRS):
            alone = asyncio.run(median_wait(at_work, 2 * pair))
            job = api.submit(photo, None, list(THIN), STEPS, Settings.rate, 0, api_name="/teach")
            beside = asyncio.run(median_wait(at_work, 2 * pair + 1))
            over = ", which was over before" if job.done() else ""
            print(f"median wait of {VISITORS}: {alone:.2f} s alone, {beside:.2f} s beside one who")
            print(f"trains{over}: {beside / alone - 1:+.0%}", flush=True)
            job.result()


async def median_wait(at_work: Class, seed: int) -> float:
    """Seconds until a visitor has all answers, each to a photo of their own."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(at_work.visitor()) for _ in range(VISITORS)]
        paths = [
            await at_work.upload(client, jpeg(SIZE, VISITORS * seed + index))
            for index, client in enumerate(clients)
        ]
        visits = await asyncio.gather(*map(at_work.press, clients, paths))
        return statistics.median(visit.last for visit in visits)


if __name__ == "__main__":
    main()
