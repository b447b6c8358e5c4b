"""The whole page, composed: header, then one line per tab."""

from importlib.resources import files
from pathlib import Path

import gradio as gr
from markupsafe import Markup
from starlette.middleware import Middleware

from segdemo.data.photo_limits import MAX_BYTES
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.inference import Predictor
from segdemo.locales import DEFAULT_LANGUAGE, LANGUAGES, Translator
from segdemo.web import api, gradio_patches, theme
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import JOBS, UNVEILED
from segdemo.web.examples import TestSplit, named_photos
from segdemo.web.localisation import LANGUAGE_CHOICES, Translations
from segdemo.web.page_head import PageHead
from segdemo.web.photo_input import PhotoInput
from segdemo.web.security.calls import Files
from segdemo.web.security.limits import CLEANUP_INTERVAL, SESSIONS, UPLOADS_KEPT, WAITING_CALLS
from segdemo.web.security.request_filter import RequestFilter
from segdemo.web.security.uploads import cleanup_lifespan, upload_folder
from segdemo.web.tabs.compare import tab as compare
from segdemo.web.tabs.domains import tab as domains
from segdemo.web.tabs.explain import tab as explain
from segdemo.web.tabs.lesson import tab as lesson
from segdemo.web.tabs.loss import tab as loss
from segdemo.web.tabs.results import tab as results
from segdemo.web.tabs.teach import tab as teach
from segdemo.web.tabs.upsampling import tab as upsampling
from segdemo.web.templates import asset, render
from segdemo.web.visibility import OpenTab, TabLanguages

# By the names that links use, in the page's order.
TABS = {
    "compare": compare.build,
    "loss": loss.build,
    "upsampling": upsampling.build,
    "insight": explain.build,
    "teach": teach.build,
    "domains": domains.build,
    "results": results.build,
    "lesson": lesson.build,
}


def launch_options(test_split: TestSplit | None = None) -> dict:
    """What `launch()` needs for this page: its look, and rules for one that is open to anybody."""
    uploads = upload_folder()
    examples = frozenset(str(path.resolve()) for path in named_photos(test_split).values())
    return {
        "theme": theme.theme(),
        "head": _head(),
        "favicon_path": str(files("segdemo.web") / "assets" / "icon.svg"),
        "max_file_size": MAX_BYTES,
        "state_session_capacity": SESSIONS,
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "share": False,
        "app_kwargs": {
            "middleware": [
                Middleware(PageHead),
                Middleware(RequestFilter, files=Files(uploads, examples)),
            ],
            "lifespan": cleanup_lifespan(Path(uploads), UPLOADS_KEPT, CLEANUP_INTERVAL),
        },
        "ssr_mode": False,
        "footer_links": ["api"],
    }


def _head() -> str:
    """Scripts and all style sheets; with css= Gradio would rewrite the selectors."""
    words = {language: _words(Translator(language)) for language in LANGUAGES}
    scripts = [Markup(asset(name)) for name in ("own_photo.js", "toasts.js")]
    style = Markup(theme.style())
    default = Translator(DEFAULT_LANGUAGE)
    return render("head.html", default, words=words, scripts=scripts, style=style)


def _words(t: Translator) -> dict[str, str]:
    """What scripts say beyond any component."""
    return {
        "title": t("page.title"),
        "error": t("page.error"),
        "lost": t("page.lost"),
        "tooLarge": t("compare.source.too-large", limit=MAX_BYTES // 10**6),
    }


def build_app(
    predictor: Predictor,
    test_split: TestSplit | None,
    timeline: TrainingTimeline | None = None,
    jobs: int = JOBS,
) -> gr.Blocks:
    """The page over these networks, with test photos and timeline where they are at hand.

    `jobs`: how many visitors' questions are worked on at once.
    """
    translations = Translations()
    with gr.Blocks(
        title=Translator(DEFAULT_LANGUAGE)("page.title"),
        analytics_enabled=False,
        fill_width=True,
    ) as page:
        # While the page is empty: Gradio builds a server anew for it. Closed: what has to queue
        # cannot be run past the queue.
        page.queue(
            max_size=WAITING_CALLS,
            api_open=False,
            default_concurrency_limit=jobs,
            status_update_rate=1,  # to everybody, else with every event that begins
        )
        tools, language = _header(translations)
        open_tab = OpenTab(tuple(TABS), next(iter(TABS)))
        context = PageContext(
            predictor=predictor,
            test_split=test_split,
            timeline=timeline,
            languages=TabLanguages(language, open_tab, tuple(TABS)),
            open_tab=open_tab,
            photo=_photo(translations),
            painting=gr.State(None),
            painted=gr.Textbox(visible="hidden"),
            translations=translations,
            language=language,
        )
        tabs, handles = _tabs(context)
        open_tab.tell([context.photo.change], wanted=context.photo)  # one that only goes is no news
        lesson.wire(page, context, tools, tabs, open_tab, handles)
        api.build()
    gradio_patches.patch(page)
    return page


def _tabs(context: PageContext) -> tuple[gr.Tabs, list[TabHandle]]:
    """All tabs, and after them what they need outside of them."""
    handles = []
    with gr.Tabs(overflow_behavior="wrap") as tabs:
        for name, build in TABS.items():
            label = {"label": f"page.tab.{name}"}
            with context.translations.build(gr.Tab, label, id=name) as tab:
                handles.append(build(context.in_tab(tab, name)) or TabHandle())
    unseen = (one for handle in handles for one in handle.unseen)
    for component in (*unseen, *context.marks):
        component.render()
    return tabs, handles


def _photo(translations: Translations) -> PhotoInput:
    """The visitor's photo, which every tab looks at; the tab *Compare* gives it its place.

    Opening the page sets it; with a value here, a call of the API without one would be answered.
    """
    return translations.build(
        PhotoInput,
        {"label": "compare.photo", "placeholder": "compare.photo.placeholder"},
        type="filepath",
        image_mode=None,
        sources=["upload", "webcam", "clipboard"],
        buttons=[],
        elem_id="photo",
        render=False,
    )


def _header(translations: Translations) -> tuple[lesson.Tools, gr.Radio]:
    """Title, the lesson's tools and the choice of the language, which changes all labels."""
    with gr.Row(elem_id="page-header"):
        translations.html(lambda t: render("header.html", t))
        tools = lesson.build_tools(translations)
        language = translations.build(
            gr.Radio,
            {"label": "page.language"},
            choices=LANGUAGE_CHOICES,
            value=DEFAULT_LANGUAGE,
            show_label=False,
            container=False,
            elem_id="language",
        )
    # First, as one event's listeners run one after another: the labels, whose list grows while
    # the page is being built, do not wait for what is computed.
    language.change(
        translations.updates,
        language,
        translations.components,
        queue=False,
        api_visibility="private",
        **UNVEILED,
        js="code => { document.documentElement.lang = code; return code }",
    )
    return tools, language
