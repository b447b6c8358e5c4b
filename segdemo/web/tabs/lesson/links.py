"""A link into the page's components, and the components into a link. Knows no wiring."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from segdemo.errors import InputError
from segdemo.lecture.lesson_links import LessonState, parse, query, write_matrix
from segdemo.lecture.matrices import parse_matrix
from segdemo.locales import text
from segdemo.web.tabs.upsampling import matrix as playground

FROM_BROWSER = ("tab", "section", "present", "reveal")  # what the browser alone keeps
# What stands after the photo in the inputs of `write`, by the parameters' names.
FROM_COMPONENTS = ("lang", "stages", "show", "k", "colours", "position", "mode", "factor")


@dataclass(frozen=True)
class Links:
    """The callbacks; `photos` are the examples by name, the one the page opens with first."""

    photos: dict[str, Path]

    def open(self, parameters: Mapping[str, str]) -> tuple:
        """(for the browser, notes, photo, the components of FROM_COMPONENTS, *playground).

        That is what a link's parameters ask for; the notes, in HTML, say what cannot be granted.
        The photo is always set, so that its change is what starts the first answer.
        """
        state, notes = parse(parameters, self.photos)
        for_browser = {name: getattr(state, name) for name in (*FROM_BROWSER, "show")}
        said = "".join(f"<li>{escape(note.sentence(state.lang))}</li>" for note in notes)
        return (
            for_browser,
            f'<ul role="status">{said}</ul>' if said else "",
            str(self.photos[state.photo]),
            *self._components(state),
            *_playground(state),
        )

    def write(
        self, seen: dict[str, str], rows: list[list[str]], photo: str | None, *values: object
    ) -> dict[str, str | None]:
        """{"query": the link to what is seen, "said": a sentence}; `rows` is the matrix.

        Where there can be no link, the query is None and the sentence says why.
        """
        language, *_ = values
        asked = {name: str(seen[name]) for name in FROM_BROWSER}
        asked |= dict(zip(FROM_COMPONENTS, map(_parameter, values)))
        if name := self._name(photo):
            asked["photo"] = name
        try:
            asked["matrix"] = write_matrix(parse_matrix(rows).tolist())
        except InputError as error:
            return {"query": None, "said": error.sentence(language)}
        state, _ = parse({name: value for name, value in asked.items() if value}, self.photos)
        said = "lesson.link.copied" if name else "lesson.link.without-photo"
        return {"query": query(state), "said": text(said, language)}

    def _name(self, photo: str | None) -> str | None:
        """The example's name, None for a visitor's own photo."""
        names = {path.resolve(): name for name, path in self.photos.items()}
        return names.get(Path(photo).resolve()) if photo else None

    def _components(self, state: LessonState) -> tuple:
        values = {name: getattr(state, name) for name in FROM_COMPONENTS}
        return tuple((values | {"stages": list(state.stages)}).values())


def _parameter(value: object) -> str:
    """A component's value as a link's parameter; "" where it has none of its own."""
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, bool):
        return str(int(value))
    return "" if value == playground.FREE else str(value)


def _playground(state: LessonState) -> tuple:
    """`playground.show` for the link's matrix, its numbers as the link has them."""
    rows = [row.split(",") for row in write_matrix(state.matrix).split("/")]
    first = playground.FIRST_SELECTION
    return playground.show(rows, first, state.mode, state.factor, None, None, state.lang)
