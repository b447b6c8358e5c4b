"""The whole page, composed: header, then one line a tab."""

import gradio as gr
from starlette.middleware import Middleware

from segdemo.data.decoder import MAX_BYTES
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.web import api, theme
from segdemo.web.events import JOBS
from segdemo.web.examples import TestSplit, named_photos
from segdemo.web.localisation import DEFAULT_LANGUAGE, LANGUAGE_CHOICES, Translations
from segdemo.web.security.blocks import GuardedBlocks
from segdemo.web.security.gate import Gate
from segdemo.web.security.headers import SecurityHeaders
from segdemo.web.security.limits import CLEANUP_INTERVAL, SESSIONS, UPLOADS_KEPT, WAITING_CALLS
from segdemo.web.security.strays import Strays
from segdemo.web.security.uploads import cleanup_lifespan
from segdemo.web.tab_languages import TabLanguages
from segdemo.web.tabs.compare import tab as compare_tab
from segdemo.web.tabs.compare.comparison import Comparison
from segdemo.web.tabs.explain import tab as insight_tab
from segdemo.web.tabs.explain.section import PageContext
from segdemo.web.tabs.lesson import wiring as lesson
from segdemo.web.tabs.lesson.links import Links
from segdemo.web.tabs.loss import tab as loss_tab
from segdemo.web.tabs.loss.photo import PhotoLoss
from segdemo.web.tabs.results import tab as results_tab
from segdemo.web.tabs.upsampling import tab as upsampling_tab


def launch_options() -> dict:
    """What `launch()` needs for this page: its look, and rules for one that is open to anybody."""
    return {
        "theme": theme.theme(),
        "head": f"<style>{theme.style()}</style>",  # with css= Gradio would rewrite the selectors
        "max_file_size": MAX_BYTES,
        "state_session_capacity": SESSIONS,
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "share": False,
        "app_kwargs": {
            "middleware": [Middleware(SecurityHeaders), Middleware(Gate), Middleware(Strays)],
            "lifespan": cleanup_lifespan(UPLOADS_KEPT, CLEANUP_INTERVAL),
        },
        "ssr_mode": False,
        "footer_links": ["api"],
    }


def build_app(
    predictor: Predictor, tests: TestSplit | None, filmstrip: TrainingTimeline | None = None
) -> gr.Blocks:
    """The page over these networks, with test photos and filmstrip where they are at hand."""
    local = Translations()
    with GuardedBlocks(
        title=text("page.title", DEFAULT_LANGUAGE),
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CLEANUP_INTERVAL, UPLOADS_KEPT),
    ) as page:
        tools, language = _header(local)
        languages = TabLanguages(language, ("loss", "upsampling", "insight", "results"))
        with gr.Tabs(overflow_behavior="wrap") as tabs:
            with local.build(gr.Tab, {"label": "page.tab.compare"}, id="compare"):
                compare = compare_tab.build(local, Comparison(predictor, tests), language)
                photo = compare.photo
            with local.build(gr.Tab, {"label": "page.tab.loss"}, id="loss") as tab:
                loss_tab.build(local, languages.of(tab), photo, PhotoLoss(predictor, tests), tab)
            with local.build(gr.Tab, {"label": "page.tab.upsampling"}, id="upsampling") as tab:
                playground = upsampling_tab.build(local, predictor, photo, languages.of(tab), tab)
            with local.build(gr.Tab, {"label": "page.tab.insight"}, id="insight") as tab:
                context = PageContext(local, predictor, tests, photo, languages.of(tab))
                sections = insight_tab.build(context, tab)
            with local.build(gr.Tab, {"label": "page.tab.results"}, id="results") as tab:
                results_tab.build(local, predictor, tests, filmstrip, languages.of(tab), tab)
            with local.build(gr.Tab, {"label": "page.tab.lesson"}, id="lesson"):
                lesson.build_plan(local)
        links = Links(named_photos(tests))
        lesson.wire(page, tools, links, language, compare, playground, (tabs, sections))
        api.build()
    # Closed: what has to queue cannot be run past the queue.
    return page.queue(
        max_size=WAITING_CALLS,
        api_open=False,
        default_concurrency_limit=JOBS,
        status_update_rate=1,  # to everybody, else with every event that begins
    )


def _header(local: Translations) -> tuple[lesson.Header, gr.Radio]:
    """Title, the lesson's tools and the choice of the language, which changes all labels."""
    with gr.Row(elem_id="page-header"):
        local.build(gr.HTML, {"value": _heading}, apply_default_css=False)
        tools = lesson.build_tools(local)
        language = local.build(
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
        local.updates,
        language,
        local.components,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
        js="code => { document.documentElement.lang = code; return code }",
    )
    return tools, language


def _heading(language: str) -> str:
    return f"<h1>{text('page.title', language)}</h1><p>{text('page.story', language)}</p>"
