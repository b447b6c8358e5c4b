"""What the visitor paints: the callbacks of the editor and of the button beside it."""

from dataclasses import dataclass

from segdemo.data.painting import Painting, fingerprint, painting_of, parse_painting
from segdemo.locales import Translator
from segdemo.web.components.mask_editor.editor import editor_view
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.teach import view
from segdemo.web.tabs.teach.session import TrainingSessions
from segdemo.web.tabs.teach.sources import Sources


@dataclass(frozen=True)
class Painter:
    """The callbacks. Each raises InputError or CheckpointError, which becomes a sentence."""

    sources: Sources
    sessions: TrainingSessions

    def show(self, painting: Painting | None, photo: Upload, t: Translator) -> tuple:
        """(the editor, what the button beside it takes)."""
        image = load_thumbnail(photo)
        return editor_view(image, painting_of(image, painting), None, t), ""

    def take(self, photo: Upload, t: Translator) -> tuple:
        """(a painting of all the labels there are, the editor, where they come from)."""
        image = load_thumbnail(photo)
        labels = self.sources.labels_for(photo)
        painting = Painting(fingerprint(image), labels.labels)
        source = t(f"ground-truth.source.{labels.source}")
        note = view.note(t("teach.taken", source=source), t)
        return painting, editor_view(image, painting, None, t), note

    def paint(self, sent: object, photo: Upload, t: Translator) -> Painting | None:
        """What the editor sent."""
        return parse_painting(sent, load_thumbnail(photo))

    def learn(self, sent: object, name: str | None, photo: Upload, t: Translator) -> object:
        """A race on this photo learns what the editor sent from its next step on; its frame."""
        image = load_thumbnail(photo)
        session, painting = self.sessions.find(name), parse_painting(sent, image)
        if session is None or session.photo != fingerprint(image) or painting is None:
            return {}
        session.relabel(self.sources.painted(photo, painting))
        return view.frame(session, t)
