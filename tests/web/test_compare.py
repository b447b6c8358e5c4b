"""The page in a real browser: what a visitor sees and does."""

import re

import numpy as np
import pytest
from PIL import Image

from segdemo.locales import Translator
from segdemo.models.registry import ALL_STAGES, STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.tabs import ANSWER_TIME, every_tab

ALL_DONE = Translator("en")("compare.all-done", total=len(STAGES))


@pytest.fixture
def photo(tmp_path, chelsea):
    """A photo that is not one of the examples: the cat mirrored."""
    path = tmp_path / "mirrored.jpg"
    chelsea.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    return path


@pytest.fixture
def narrower(tmp_path, chelsea):
    """The cat without a strip at its side: of another size, so that no mask stays what it was."""
    path = tmp_path / "narrower.jpg"
    chelsea.crop((0, 0, chelsea.width - 40, chelsea.height)).save(path)
    return path


def answered(page):
    return page.locator("article.card.done[data-stage]")


def masks(page) -> list[str]:
    return answered(page).locator("img.mask").evaluate_all("all => all.map(one => one.src)")


def upload(page, path):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=Translator("en")("compare.source.upload")).click()
    chooser.value.set_files(path)


def drop(page, path, at="#story"):
    """A file dropped there by the browser itself, as a hand does it."""
    box = page.locator(at).first.bounding_box() or {"x": 300, "y": 300, "width": 1, "height": 1}
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    drags = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        drags.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def options(page):
    """Open the drawer with view, methods and k-means."""
    page.get_by_role("button", name=Translator("en")("compare.options")).click()


def story(page):
    return page.get_by_role("region", name=Translator("en")("compare.story"))


def notch(page):
    return story(page).get_by_role("slider", name=Translator("en")("compare.story.method"))


@pytest.mark.main_way
def test_first_look(page):
    """On opening, the example is answered by every stage, in lecture order, all on one screen."""
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    order = answered(page).evaluate_all("all => all.map(one => one.dataset.stage)")
    assert order == list(STAGES)
    for key in STAGES:
        card = page.locator(f"article[data-stage={key}]")
        title = Translator("en")(f"stages.{key}.title")
        expect(card.get_by_role("heading", name=title)).to_be_visible()
        picture = card.get_by_role("img").first
        expect(picture).to_have_attribute("aria-label", re.compile(rf"{re.escape(title)}: .+%"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(story(page).get_by_role("img").first).to_be_in_viewport(ratio=1)
    expect(notch(page)).to_be_in_viewport(ratio=1)
    for key in STAGES:
        expect(page.locator(f"article[data-stage={key}] .picture")).to_be_in_viewport(ratio=1)
    assert story(page).get_by_role("img").first.bounding_box()["width"] >= 560


def test_the_story_goes_from_method_to_method(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    heading = story(page).get_by_role("heading")
    hero = story(page).get_by_role("img").first
    notch(page).focus()
    for key in list(STAGES)[1:]:
        page.keyboard.press("ArrowRight")
        expect(heading).to_contain_text(Translator("en")(f"stages.{key}.title"))
        expect(story(page)).to_contain_text(Translator("en")(f"stages.{key}.wrong"))
        spoken = page.locator(f"article[data-stage={key}] [role=img]").get_attribute("aria-label")
        expect(hero).to_have_attribute("aria-label", spoken)
    page.wait_for_url("**stage=unet**")
    page.keyboard.press("b")
    expect(heading).to_contain_text(Translator("en")("stages.encoder-decoder.title"))
    show = Translator("en")("compare.story.show", stage=Translator("en")("stages.cnn-5x5.title"))
    page.get_by_role("button", name=show).click()
    expect(heading).to_contain_text(Translator("en")("stages.cnn-5x5.title"))


def test_further_reading_is_a_card_for_who_asks(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    page.locator("#options > button").click()
    title = Translator("en")("stages.fcn.title")
    page.get_by_role("checkbox", name=title).check()
    expect(answered(page)).to_have_count(len(ALL_STAGES), timeout=ANSWER_TIME)
    cards = page.locator("#cards article[data-stage]")
    assert [one.get_attribute("data-stage") for one in cards.all()] == list(ALL_STAGES)
    page.get_by_role(
        "button", name=Translator("en")("compare.story.show", stage=title), exact=True
    ).click()
    expect(story(page).get_by_role("heading")).to_contain_text(title)
    page.wait_for_url("**stage=fcn**")
    page.goto(page.url)
    expect(answered(page)).to_have_count(len(ALL_STAGES), timeout=ANSWER_TIME)
    expect(story(page).get_by_role("heading")).to_contain_text(title)


def test_the_story_plays_to_its_end(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    page.evaluate("""() => {
        window.told = [];
        const heading = document.querySelector(".told .title");
        new MutationObserver(() => window.told.push(heading.textContent))
            .observe(heading, { childList: true });
    }""")
    story(page).get_by_role("button", name=Translator("en")("compare.story.play")).click()
    last = Translator("en")("stages.unet.title")
    expect(story(page).get_by_role("heading")).to_contain_text(last, timeout=40_000)
    told = page.evaluate("window.told")
    titles = [Translator("en")(f"stages.{key}.title") for key in STAGES]
    assert [title for i, title in enumerate(told) if told[i - 1 : i] != [title]][-8:] == titles


@pytest.mark.parametrize("language", ["en", "vi"])
def test_neither_the_button_of_the_story_nor_the_strip_moves(page, page_url, language):
    page.goto(f"{page_url}?lang={language}")
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    t = Translator(language)
    play = page.get_by_role("button", name=t("compare.story.play"))
    places = []
    page.get_by_role("slider", name=t("compare.story.method")).focus()
    for key in STAGES:
        expect(page.locator(".told .title")).to_have_text(t(f"stages.{key}.title"))
        places.append((play.bounding_box(), page.locator("#cards").bounding_box()["y"]))
        page.keyboard.press("ArrowRight")
    assert {repr(button) for button, _ in places} == {repr(places[0][0])}
    heights = [strip for _, strip in places]
    assert max(heights) - min(heights) <= 2


def test_on_a_phone_the_story_plays_in_view_and_the_strip_follows(page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("document.querySelector('[data-play]').click()")
    hero = story(page).get_by_role("img").first
    chosen = page.locator("#cards .card.chosen")
    expect(chosen).to_have_attribute("data-stage", "cnn-1x1")
    expect(hero).to_be_in_viewport(ratio=0.99)
    top = page.evaluate("scrollY")
    expect(chosen).to_have_attribute("data-stage", "cnn-11x11")
    page.wait_for_function("""() => {
      const one = document.querySelector('#cards .card.chosen').getBoundingClientRect();
      return one.left >= 0 && one.right <= innerWidth;
    }""")
    assert page.evaluate("scrollY") == top
    amounts = page.locator(".price .amount").evaluate_all("""all => all.map(one => {
      const text = document.createRange();
      text.selectNodeContents(one);
      return text.getBoundingClientRect().right;
    })""")
    assert max(amounts) <= 390 - 16


def test_a_guess_is_painted_before_the_prediction_is_seen(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    page.keyboard.press("n")
    story(page).get_by_role("button", name=Translator("en")("compare.guess.start")).click()
    canvas = story(page).get_by_role("img", name=Translator("en")("compare.guess.paint"))
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"], steps=8)
    page.mouse.up()
    expect(story(page).locator(".hero > .mask.on")).to_have_count(0)  # not given away yet
    reveal = story(page).get_by_role("button", name=Translator("en")("compare.guess.reveal"))
    reveal.click()
    expect(story(page).locator(".hero > .mask.on")).to_have_count(1)
    expect(story(page).get_by_role("status").last).to_have_text(re.compile(r"\d+%"))


def test_cards_keep_their_place_while_answers_come(page, photo):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    before = [card.bounding_box() for card in page.locator("#cards article[data-stage]").all()]
    page.evaluate("""() => {
        window.moved = [];
        window.told = [];  // answers may come and go between two looks from here
        const all = () => [...document.querySelectorAll("#cards article[data-stage]")];
        const places = () => JSON.stringify(all().map(
            one => [one.offsetLeft, one.offsetTop, one.offsetWidth, one.offsetHeight]));
        const first = places();
        new MutationObserver(() => { if (places() !== first) window.moved.push(places()); })
            .observe(document.querySelector("#cards"), { childList: true, subtree: true });
        const status = document.querySelector("#status");
        new MutationObserver(() => window.told.push(status.innerText))
            .observe(status, { childList: true, subtree: true, characterData: true });
    }""")
    upload(page, photo)
    in_between = "told.some(one => one.includes(' of 8 '))"
    page.wait_for_function(in_between, timeout=ANSWER_TIME)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)
    assert page.evaluate("window.moved") == []
    assert [
        card.bounding_box() for card in page.locator("#cards article[data-stage]").all()
    ] == before


def test_a_card_unfolds_its_network_and_stays_so(page, photo):
    """Whatever answers come in the meantime; and it speaks the language of the page."""
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    options(page)
    page.get_by_label(Translator("en")("compare.layout.grid")).check()
    idea = page.locator(".stage", has=page.locator("article[data-stage=unet]")).locator(".idea")
    idea.locator("summary").click()
    drawn = idea.get_by_role("img", name=Translator("en")("stages.unet.title"))
    expect(drawn).to_be_visible()
    expect(idea.locator("tbody tr")).to_have_count(13)  # 6 encoders, 6 decoders, classify
    inside = idea.evaluate("""one => [...one.querySelectorAll("*")].every(part =>
        part.getBoundingClientRect().right <= one.getBoundingClientRect().right + 1)""")
    assert inside
    mask = answered(page).last.locator("img.mask")
    before = mask.get_attribute("src")
    upload(page, photo)
    expect(mask).not_to_have_attribute("src", before, timeout=ANSWER_TIME)
    expect(drawn).to_be_visible()
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(idea.locator("summary")).to_have_text(Translator("vi")("compare.network"))


def test_everything_comes_from_the_server_itself(browser, page_url):
    """Fonts, icons and scripts too, on every tab: a lecture hall may have no internet."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()

    def cut(route) -> None:
        route.continue_() if route.request.url.startswith(page_url) else route.abort()

    page.route("**/*", cut)
    failed = []
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)

    page.goto(page_url)
    for _ in every_tab(page):
        pass
    foreign = page.evaluate("""() => [...document.querySelectorAll("link[href], [src]")]
        .map(one => one.href || one.src)
        .filter(url => /^https?:/.test(url) && new URL(url).host !== location.host)""")
    assert not foreign  # links that only prepare a connection are no requests
    fonts = page.evaluate("[...document.fonts].filter(font => font.status === 'error').length")
    assert fonts == 0
    assert not [one for one in failed if "ERR_ABORTED" not in str(one)]
    context.close()


@pytest.mark.main_way
def test_an_uploaded_photo_is_answered_by_all_stages(page, photo):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    before = masks(page)
    upload(page, photo)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)
    expect(answered(page).last.locator("img.mask")).not_to_have_attribute(
        "src", before[-1], timeout=ANSWER_TIME
    )
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    assert masks(page)[0] != before[0]


def test_an_own_photo_outlives_a_reload_until_it_is_forgotten(page, narrower):
    ratio = "getComputedStyle(document.documentElement).getPropertyValue('--ratio').trim()"
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    opening, before = page.evaluate(ratio), masks(page)[-1]
    upload(page, narrower)
    forget = page.get_by_role("button", name=Translator("en")("compare.source.forget"))
    expect(forget).to_be_visible(timeout=ANSWER_TIME)
    expect(answered(page).last.locator("img.mask")).not_to_have_attribute(
        "src", before, timeout=ANSWER_TIME
    )
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    own = page.evaluate(ratio)
    assert own != opening
    page.get_by_role("tab", name=Translator("en")("page.tab.insight"), exact=True).click()
    expect(page.locator("#pixel-cards article.done")).to_have_count(len(STAGES))
    page.reload()
    expect(page.locator("#pixel-cards article.done")).to_have_count(len(STAGES))
    page.get_by_role("tab", name=Translator("en")("page.tab.compare"), exact=True).click()
    expect(page.locator("#cards article.done[data-stage]")).to_have_count(len(STAGES))
    assert page.evaluate(ratio) == own
    forget.click()
    expect(forget).to_be_hidden()
    page.wait_for_function(f"opening => {ratio} === opening", arg=opening)
    assert page.evaluate("sessionStorage.length") == 0
    page.errors.clear()  # what the page was told when the reload broke its line


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_lies_over_the_examples_once_a_photo_is_there(page, photo, width):
    """The button that removes it once did: whoever chose an example deleted the photo."""
    page.set_viewport_size({"width": width, "height": 844})
    upload(page, photo)
    forget = page.get_by_role("button", name=Translator("en")("compare.source.forget"))
    expect(forget).to_be_visible(timeout=ANSWER_TIME)
    examples = page.locator("#examples [data-example]")
    covered = examples.evaluate_all("""all => all.flatMap(one => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      const row = one.closest('ul').getBoundingClientRect();
      const points = [[(left + right) / 2, (top + bottom) / 2]];
      for (const x of [left + 4, right - 4]) points.push([x, top + 4], [x, bottom - 4]);
      return points
        .filter(([x]) => x > row.left && x < Math.min(row.right, innerWidth))
        .map(([x, y]) => document.elementFromPoint(x, y))
        .filter(hit => !one.contains(hit))
        .map(hit => `${one.title}: ${hit?.outerHTML.slice(0, 60)}`);
    })""")
    assert not covered
    sentence = page.locator(".source .kept").bounding_box()
    box = forget.bounding_box()
    assert box["width"] < 120
    assert box["y"] + box["height"] / 2 < sentence["y"] + sentence["height"]


def test_a_photo_dropped_on_another_is_asked_about_once(page, narrower):
    """At the first try, by the browser's own events; it is decoded, then answered."""
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    before = masks(page)
    asked = []
    ways = re.compile("/queue/join|/run/predict")
    page.on("request", lambda one: asked.append(one) if ways.search(one.url) else None)
    drop(page, narrower)
    page.wait_for_function(
        """before => {
          const now = [...document.querySelectorAll('article.card.done[data-stage] img.mask')];
          return now.length == before.length && now.every((one, i) => one.src != before[i]);
        }""",
        arg=before,
        timeout=ANSWER_TIME,
    )
    assert len(asked) == 2


def test_a_photo_that_comes_back_is_asked_about_again(page, photo):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    for _ in range(2):
        with page.expect_request("**/queue/join**", timeout=ANSWER_TIME):
            upload(page, photo)
        expect(page.locator("#status")).to_contain_text("8", timeout=ANSWER_TIME)


def test_more_clusters_change_k_means_alone(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    options(page)
    before = masks(page)
    page.locator("#clusters input[type=number]").fill("6")
    page.locator("#clusters input[type=number]").press("Enter")
    picture = page.locator("article[data-stage=kmeans]").get_by_role("img").first
    expect(picture).to_have_attribute("aria-label", re.compile("cluster 6"), timeout=ANSWER_TIME)
    after = masks(page)
    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_averaged_changes_the_u_net_alone_and_is_in_the_address(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    notch(page).press("End")  # the switch is there while the story shows the U-Net
    before, t = masks(page), Translator("en")
    page.get_by_label(t("compare.averaged")).check()
    title = t("compare.averaged.title", stage=t("stages.unet.title"))
    expect(page.get_by_role("heading", name=title).first).to_be_visible(timeout=ANSWER_TIME)
    after = masks(page)
    assert after[-1] != before[-1]
    assert after[:-1] == before[:-1]
    page.wait_for_url(re.compile("averaged=1"))


def test_the_view_changes_in_the_browser_alone(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    options(page)
    mask = answered(page).last.locator("img.mask")
    expect(mask).to_have_css("opacity", "0.6")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#view").get_by_label("mask only").check()
    expect(mask).to_have_css("opacity", "1")
    assert not [url for url in asked if "queue/join" in url]


def test_a_stage_can_be_left_out(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    options(page)
    title = Translator("en")("stages.cnn-11x11.title")
    page.locator("#stages").get_by_label(title).uncheck()
    expect(page.locator("article[data-stage='cnn-11x11']")).to_be_hidden(timeout=ANSWER_TIME)
    seven = Translator("en")("compare.all-done", total=7)
    expect(page.locator("#status")).to_have_text(seven, timeout=ANSWER_TIME)
    page.locator("#stages").get_by_label(title).check()
    expect(page.locator("article[data-stage='cnn-11x11'].done")).to_be_visible(timeout=ANSWER_TIME)


def test_a_file_that_is_no_photo_gets_a_sentence_and_nothing_is_lost(page, tmp_path, photo):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    bad = tmp_path / "notes.png"
    bad.write_bytes(b"these are notes")
    upload(page, bad)
    expect(page.get_by_role("alert").first).to_contain_text("JPEG", timeout=ANSWER_TIME)
    expect(answered(page)).to_have_count(len(STAGES))
    upload(page, photo)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)


@pytest.mark.main_way
def test_both_languages(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(page.get_by_role("tab", name=Translator("vi")("page.tab.upsampling"))).to_be_visible()
    expect(page.get_by_role("heading", name=Translator("vi")("page.title"))).to_be_visible()
    expect(
        page.get_by_role("heading", name=Translator("vi")("stages.cnn-5x5.title")).first
    ).to_be_visible(timeout=ANSWER_TIME)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)


def test_another_language_asks_for_no_hidden_tab(page):
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    asked = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else 0)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    title = page.get_by_role("heading", name=Translator("vi")("stages.unet.title")).first
    expect(title).to_be_visible(timeout=ANSWER_TIME)
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    # The page's texts and the cards.
    assert len({request.post_data_json["fn_index"] for request in asked}) <= 2
    page.get_by_role("tab", name=Translator("vi")("page.tab.results")).click()
    ladder = page.locator("#results-ladder")
    expect(ladder).to_contain_text(Translator("vi")("results.parameters"), timeout=ANSWER_TIME)


def test_nothing_is_wider_than_the_screen(page):
    """On no tab, from a phone to a projector; 683 pixels are a laptop's 1366 at 200 %."""
    for tab in every_tab(page):
        for width in (1366, 1920, 768, 683, 390):
            page.set_viewport_size({"width": width, "height": 844})
            widest = page.evaluate("document.documentElement.scrollWidth")
            assert widest <= width, (tab, width, widest)
            for button in page.locator("[role=tablist]:visible [role=tab]").all():
                box = button.bounding_box()
                assert box["x"] >= 0, (tab, width, box)
                assert box["x"] + box["width"] <= width, (tab, width, box)


def test_a_mask_on_a_card_is_lossless(page):
    """What the browser draws are the palette's colours and nothing between them."""
    expect(answered(page)).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    pixels = (
        answered(page)
        .last.locator("img.mask")
        .evaluate("""img => {
        const canvas = new OffscreenCanvas(img.naturalWidth, img.naturalHeight);
        const context = canvas.getContext("2d");
        context.drawImage(img, 0, 0);
        return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
    }""")
    )
    colours = np.unique(np.array(pixels, np.uint8).reshape(-1, 4), axis=0)
    allowed = {(213, 94, 0, 255), (0, 114, 178, 255), (240, 228, 66, 255)}
    assert {tuple(colour) for colour in colours.tolist()} <= allowed
