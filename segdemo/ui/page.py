"""The whole page, composed: header, then one line a tab."""

from importlib.resources import files

import gradio as gr

from segdemo.inference import Networks
from segdemo.texts import LANGUAGES, text
from segdemo.ui import api
from segdemo.ui.compare import tab as compare_tab
from segdemo.ui.compare.comparison import Comparison
from segdemo.ui.examples import TestPhotos
from segdemo.ui.insight import tab as insight_tab
from segdemo.ui.insight.section import Surroundings
from segdemo.ui.localisation import DEFAULT_LANGUAGE, Localiser
from segdemo.ui.loss import tab as loss_tab
from segdemo.ui.loss.photo import PhotoLoss
from segdemo.ui.upsampling import tab as upsampling_tab

WAITING_VISITORS = 200  # more than that are told to come back later
UPLOADS_KEPT = 3600  # seconds
MAX_UPLOAD = "20mb"


def launch_options() -> dict:
    """What `launch()` needs for this page: its look, and rules for one that is open to anybody."""
    theme = gr.themes.Base(
        primary_hue="blue",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace"],
    ).set(
        body_text_color_subdued="*neutral_600",  # Gradio's own is too faint to read
        body_text_color_subdued_dark="*neutral_400",
        block_label_text_color="*neutral_700",
        block_title_text_color="*neutral_700",
        block_info_text_color="*neutral_600",
    )
    assets = files("segdemo.ui").joinpath("assets").iterdir()
    sheets = sorted((file for file in assets if file.name.endswith(".css")), key=lambda f: f.name)
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return {
        "theme": theme,
        "head": f"<style>{style}</style>",  # with css= Gradio would rewrite the selectors
        "max_file_size": MAX_UPLOAD,
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "ssr_mode": False,
        "footer_links": ["api"],
    }


def build_app(networks: Networks, tests: TestPhotos | None) -> gr.Blocks:
    """The page over these networks, with the test photos where the data set is at hand."""
    local = Localiser()
    with gr.Blocks(
        title=text("page.title", DEFAULT_LANGUAGE),
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(UPLOADS_KEPT // 4, UPLOADS_KEPT),
    ) as page:
        with gr.Row(elem_id="page-header"):
            local.build(gr.HTML, {"value": _heading}, apply_default_css=False)
            language = local.build(
                gr.Radio,
                {"label": "page.language"},
                choices=[(name, code) for code, name in LANGUAGES.items()],
                value=DEFAULT_LANGUAGE,
                show_label=False,
                container=False,
                elem_id="language",
            )
        with gr.Tabs():
            with local.build(gr.Tab, {"label": "page.tab.compare"}, id="compare"):
                photo = compare_tab.build(local, Comparison(networks, tests), language, page)
            with local.build(gr.Tab, {"label": "page.tab.loss"}, id="loss") as tab:
                loss_tab.build(local, language, photo, PhotoLoss(networks, tests), tab)
            with local.build(gr.Tab, {"label": "page.tab.upsampling"}, id="upsampling") as tab:
                upsampling_tab.build(local, networks, photo, language, tab)
            with local.build(gr.Tab, {"label": "page.tab.insight"}, id="insight") as tab:
                insight_tab.build(Surroundings(local, networks, tests, photo, language), tab)
        api.build()
        language.change(
            local.updates,
            language,
            local.components,
            queue=False,
            show_progress="hidden",
            api_visibility="private",
            js="code => { document.documentElement.lang = code; return code }",
        )
    return page.queue(max_size=WAITING_VISITORS)


def _heading(language: str) -> str:
    return f"<h1>{text('page.title', language)}</h1><p>{text('page.story', language)}</p>"
