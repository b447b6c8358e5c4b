"""What the page hands to every tab and section, and what a tab hands back.

Adding a tab is a folder with `build(context) -> TabHandle | None` and a line in `page.TABS`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr
from gradio.events import Dependency

from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.inference import Predictor
from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.web.callbacks import Input, Updates, components_of, view
from segdemo.web.events import LAST_COUNTS
from segdemo.web.examples import TestSplit
from segdemo.web.localisation import Translations
from segdemo.web.photo_input import PhotoInput
from segdemo.web.visibility import OpenTab, TabLanguages


@dataclass(frozen=True)
class PageContext:
    """What a tab or a section may use of the page.

    `test_split` and `timeline` are None where there is no data set or no record of training.
    `photo` is the visitor's, the same for all tabs; `painting` is the ground truth that they
    painted for it, a Painting or None, and `painted` a text that changes with it. `language`
    follows the visitor's choice once the tab is open; `when_seen` are the events at which what is
    shown may be out of date: the visitor comes to the tab or section, or changes the language or
    the photo while there.
    """

    predictor: Predictor
    test_split: TestSplit | None
    timeline: TrainingTimeline | None
    photo: PhotoInput
    painting: gr.State
    painted: gr.Textbox
    translations: Translations
    language: gr.Radio
    languages: TabLanguages
    open_tab: OpenTab
    when_seen: tuple[Callable, ...] = ()
    waited_at: set[Callable] = field(default_factory=set)  # events with a listener that may wait
    marks: list[gr.Textbox] = field(default_factory=list)  # to be rendered outside of all tabs

    def in_tab(self, tab: gr.Tab, name: str) -> "PageContext":
        """The context of a tab, which is named `name` and being built."""
        chosen, language = self.languages.of(name)
        when_seen = self.open_tab.when_seen(tab, name, chosen, language)
        return replace(self, language=language, when_seen=when_seen)

    def show_on(
        self,
        triggers: Sequence[Callable],
        function: Callable,
        inputs: Sequence[Input],
        outputs: Sequence[gr.components.Component],
        alert: gr.HTML | None = None,
        emptied: Sequence[gr.components.Component] = (),
        **options: Any,
    ) -> Dependency:
        """Fill `outputs` by `function(*inputs, t)` whenever one of the triggers fires.

        An InputError or CheckpointError is shown as a sentence in `alert`, which a success empties;
        without an `alert`, in the first output. It empties those of the outputs that are `emptied`,
        the others stay. `options` are those of `gr.on`, and so is what it returns, for the
        `cancels` of others.
        """
        if options.get("trigger_mode") == LAST_COUNTS:
            triggers = self._unshared(triggers)
        return gr.on(
            list(triggers),
            view(function, inputs, list(outputs), alert, emptied),
            [*components_of(inputs), self.language],
            [*outputs, alert] if alert else list(outputs),
            **options,
        )

    def _unshared(self, triggers: Sequence[Callable]) -> list[Callable]:
        """The triggers, those at which another listener waits replaced by a mark that follows them.

        When a listener had to wait, Gradio 6.31 afterwards calls all those of its event anew: two
        of the same events would make each other wait for ever.
        """
        shared = [trigger for trigger in triggers if trigger in self.waited_at]
        own = [trigger for trigger in triggers if trigger not in shared]
        self.waited_at.update(own)
        if shared:
            mark = gr.Textbox(visible="hidden", render=False)
            self.marks.append(mark)
            now = "() => String(performance.now())"
            gr.on(shared, None, None, mark, js=now, api_visibility="private")
            own.append(mark.change)
        return own


@dataclass(frozen=True)
class TabHandle:
    """What a lesson link sets in a tab, and what of the tab a link tells.

    `link_fields`: components whose value is a link's parameter, by its name. `restore`: from what
    a link says and which parameters it names, what of `restored` changes, for what is not a
    component's value. `sections`: the tabs within the tab, `open_section` the open one's name.
    `photo_told`: a new value makes the tab compute the photo again. `unseen`: what the page renders
    outside of all tabs.
    """

    link_fields: dict[str, gr.components.Component] = field(default_factory=dict)
    restore: Callable[[LessonState, Collection[str], Translator], Updates] | None = None
    restored: Sequence[gr.components.Component] = ()
    sections: gr.Tabs | None = None
    open_section: gr.Textbox | None = None
    photo_told: gr.components.Component | None = None
    unseen: Sequence[gr.components.Component] = ()
