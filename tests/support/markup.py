"""HTML read as a browser reads it, for views whose attributes and words matter."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.words.append(" ".join(data.split()))


def elements(html: str, tag: str) -> list[dict[str, str | None]]:
    """The attributes of every element of this name, in order."""
    reader = _Reader()
    reader.feed(html)
    return [attributes for name, attributes in reader.elements if name == tag]


def words(html: str) -> str:
    """The text of it all, without tags, white space collapsed."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(reader.words)


def classes(html: str, tag: str) -> set[str]:
    """The classes of the first element of this name; none where there is no such element."""
    found = elements(html, tag)
    return set((found[0].get("class") or "").split()) if found else set()
