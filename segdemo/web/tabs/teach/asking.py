"""What the buttons below the board do: the callbacks that ask about another photo."""

from dataclasses import dataclass

from segdemo.data.painting import fingerprint
from segdemo.locales import Translator
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.teach import other_photo
from segdemo.web.tabs.teach.session import TrainingSessions
from segdemo.web.tabs.teach.sources import Sources, name_of, next_unseen, path_of

THE_PAGE_S = "page"  # in place of a sample photo's name: the photo that the other tabs show


@dataclass(frozen=True)
class Asking:
    """The callbacks. `name` is a training session's; each raises InputError or CheckpointError."""

    sources: Sources
    sessions: TrainingSessions

    def another(self, name: str | None, last: str, photo: Upload, t: Translator) -> tuple:
        """(the photo asked about, what everybody says to it).

        That is the page's own where the race was about another, then the next one not learnt.
        """
        session = self.sessions.get(name)
        session.paused = True
        if last != THE_PAGE_S and fingerprint(load_thumbnail(photo)) != session.photo:
            key = name_of(photo) or ""
            return THE_PAGE_S, other_photo.show(self.sources, session, photo, key, t)
        key = next_unseen(session.learnt, last)
        return key, other_photo.show(self.sources, session, path_of(key), key, t)

    def ask_upload(self, name: str | None, path: str, t: Translator) -> str:
        """What the trained networks and the shipped U-Net say to a file of the visitor's."""
        return other_photo.show(self.sources, self.sessions.get(name), path, "", t)

    def look(self, name: str | None, t: Translator) -> str:
        """What they say now to the photo that was last asked about; nothing before the first."""
        session = self.sessions.find(name)
        if session is None or session.asked is None:
            return ""
        return other_photo.show(self.sources, session, *session.asked, t)
