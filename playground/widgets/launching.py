"""Gradio's server behind our gate."""

from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware

from playground.flags import Options
from playground.gate.boot import ICON, head
from playground.gate.login import Login
from playground.middleware import Gate, Limits
from playground.serving import ask_directly
from playground.widgets import assets
from playground.widgets.theme import theme

if TYPE_CHECKING:
    import gradio as gr

# Every open page holds none of these; every running call of the API holds one.
_THREADS = 128


def launch(demo: "gr.Blocks", options: Options, port: int, our_routes: list[Any]) -> None:
    """Serve a page behind our gate; returns when it answers."""
    gate = Middleware(
        Gate,
        head=head(options.language, assets.head()),
        login=Login(*options.auth) if options.auth else None,
        limits=Limits(upload_bytes=options.max_upload_mb * 1_000_000),
        calls=frozenset(str(one.api_name) for one in demo.fns.values()),
    )
    ask_directly(options.host)
    demo.launch(
        server_name=f"[{options.host}]" if ":" in options.host else options.host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        inline=False,
        share=False,  # see sharing.py
        mcp_server=options.mcp,
        app_kwargs={
            "routes": our_routes,
            "middleware": [gate],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        theme=theme(),
        favicon_path=ICON,
        footer_links=["api"],  # hidden, but without it there is no API page
        show_error=False,  # the text of an unforeseen error may hold paths
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        strict_cors=True,
        max_threads=_THREADS,
        state_session_capacity=500,
        max_file_size="1mb",
    )
    if options.mcp and options.auth:
        _let_tools_in(demo, options.auth)


def _let_tools_in(demo: "gr.Blocks", auth: tuple[str, str]) -> None:
    """Gradio's MCP server calls the app by HTTP as any visitor does, and must sign in as one."""
    from gradio_client import Client

    signed_in = Client(
        str(demo.local_url), auth=auth, download_files=False, verbose=False, analytics_enabled=False
    )
    vars(demo.mcp_server_obj)["_client_instance"] = signed_in  # there is no other way in
