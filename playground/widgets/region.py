"""The one Gradio component of the page: an empty element in which a widget of ours is mounted."""

import json
from typing import Any

import gradio as gr


class Region(gr.HTML):
    """Mounts the widget `name` (a function in `playground.widgets`) with plain data.

    The data is written by the app, never by visitors: what they write reaches the page only as
    JSON answers, and is shown only as text.
    """

    def __init__(self, name: str, data: dict[str, Any] | None = None, **layout: Any):
        # Gradio reads this text as JavaScript, and JSON is JavaScript.
        arguments = json.dumps([name, data or {}], ensure_ascii=False)
        super().__init__(
            value="",
            html_template='<div class="pg-region"></div>',
            js_on_load=f"window.playground.mount(element, ...{arguments});",
            apply_default_css=False,
            padding=False,
            container=False,
            **layout,
        )
