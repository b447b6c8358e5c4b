"""The page as search engines and messengers read it: its HTML, without a script."""

from html.parser import HTMLParser

import httpx
import pytest

from segdemo.locales import LANGUAGES, Translator


class Head(HTMLParser):
    """Language, title, and what each <meta> with a name says, in the order they come."""

    def __init__(self, html: str):
        super().__init__()
        self.language, self.title, self.metas, self._tag = None, "", [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given, self._tag = dict(attrs), tag
        if tag == "html":
            self.language = given["lang"]
        if tag == "meta" and "content" in given:
            self.metas.append((given.get("name") or given.get("property"), given["content"]))

    def handle_endtag(self, tag):
        self._tag = ""

    def handle_data(self, data):
        if self._tag == "title":
            self.title += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_s_preview_is_the_page_s_own_in_its_language(page_url, language):
    t = Translator(language)
    site = {"x-forwarded-host": "pets.example", "x-forwarded-proto": "https"}
    answer = httpx.get(page_url, params={"lang": language}, headers=site)
    head = Head(answer.text)
    assert (head.language, head.title) == (language, t("page.title"))
    said = dict(head.metas)
    assert len(said) == len(head.metas)  # each once: of two, some take the first, some the last
    for name in ("description", "og:description", "twitter:description"):
        assert said[name] == t("page.description")
    assert said["og:title"] == said["twitter:title"] == t("page.title")
    assert said["og:image"] == said["twitter:image"] == "https://pets.example/preview.jpg"
    assert not any("radio" in content for content in said.values())


def test_the_preview_s_picture_is_there(page_url):
    picture = httpx.get(f"{page_url.rstrip('/')}/preview.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.content[:3] == b"\xff\xd8\xff"


def test_behind_a_proxy_that_hides_the_address_the_page_works_and_says_so(browser, page_url):
    expect = pytest.importorskip("playwright.sync_api").expect
    context = browser.new_context(extra_http_headers={"x-forwarded-host": "wrong.example"})
    page = context.new_page()
    page.goto(page_url)
    sentence = Translator()("server.wrong-host").partition("[told]")[0]
    expect(page.get_by_role("alert").first).to_contain_text(sentence)
    expect(page.get_by_role("alert").first).to_contain_text("wrong.example")
    expect(page.locator("article.done[data-stage=cnn-1x1]")).to_be_visible(timeout=60_000)
    context.close()


def test_an_unknown_language_gets_the_default_page(page_url):
    assert Head(httpx.get(page_url, params={"lang": "xx"}).text).language == "en"
