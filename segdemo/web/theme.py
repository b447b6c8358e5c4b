"""How the page looks: Gradio's theme with more contrast, and all style sheets."""

from pathlib import Path

import gradio as gr


def theme() -> gr.themes.Base:
    """Fonts of the visitor's own system, and colours that can be read in light and dark."""
    return gr.themes.Base(
        primary_hue="blue",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace"],
    ).set(
        body_text_color_subdued="*neutral_600",  # Gradio's own is too faint to read
        body_text_color_subdued_dark="*neutral_400",
        block_label_text_color="*neutral_700",
        block_title_text_color="*neutral_700",
        block_info_text_color="*neutral_600",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",  # white text on Gradio's own is too faint
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_700",
    )


def style() -> str:
    """All style sheets: the page's, then those that lie beside what they are for."""
    folder = Path(__file__).parent
    sheets = sorted(folder.rglob("*.css"), key=lambda sheet: (sheet.parent != folder, sheet))
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
