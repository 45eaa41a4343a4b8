"""The composition root: the one place that knows every room, and makes a page of them.

What trains and what answers is put together without gradio, so that a refused start (a second
server, a damaged store) is said at once; gradio is imported when the page is built.
"""

import contextlib
import importlib.util
import io
import tempfile
import threading
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware

from playground import (
    datasets,
    gradio_start,  # before gradio, whoever imports that
    weights,
)
from playground.actions import Room, RunActions
from playground.attention.actions import ASK_ENTRY as ATTENTION_ENTRY
from playground.attention.actions import BORROWED_ENTRY, AttentionActions
from playground.attention.config import AttentionConfig, AttentionRoom
from playground.attention.config import run_name as attention_run_name
from playground.attention.experiments import EXPERIMENTS as attention_experiments  # noqa: N811
from playground.attention.page import PAGE as ATTENTION_PAGE
from playground.attention.runs import SLICE as ATTENTION_SLICE
from playground.attention.runs import figure as attention_figure
from playground.attention.take_home import PAIRS_ENTRY
from playground.attention.take_home import files as attention_code
from playground.device import Machine
from playground.endpoints import Endpoint
from playground.exports import Exports
from playground.flags import Options
from playground.gate.boot import ICON, TITLE, head
from playground.gate.login import Login
from playground.locales import say
from playground.middleware import Gate, Limits
from playground.refused import Refused
from playground.routes import routes
from playground.runs.inference import Inference
from playground.runs.scheduler import Scheduler
from playground.runs.store import Store
from playground.sequence.actions import BASELINE_ENTRY, GENERATE_ENTRY, SequenceActions
from playground.sequence.config import SequenceConfig, run_name
from playground.sequence.experiments import EXPERIMENTS as sequence_experiments  # noqa: N811
from playground.sequence.runs import figure as sequence_figure
from playground.sequence.runs import slice_with as sequence_slice
from playground.serving import ask_directly, reachable_at
from playground.sharing import Share
from playground.tokens.actions import ASK_ENTRY, TokensActions
from playground.tokens.config import TokensConfig
from playground.tokens.experiments import EXPERIMENTS as tokens_experiments  # noqa: N811
from playground.tokens.page import PAGE as TOKENS_PAGE
from playground.widgets import assets

if TYPE_CHECKING:
    import gradio as gr

# Every open page holds none of these; every running call of the API holds one.
_THREADS = 128
_CALLS_WAITING = 256
# The room that opens when an address names none.
FIRST_ROOM = "sequence"


class House:
    """Everything of one server. Raises `Refused` if it cannot be opened."""

    def __init__(self, options: Options):
        if options.mcp and importlib.util.find_spec("mcp") is None:
            raise Refused("shell.mcp_missing")
        if not options.mcp:
            gradio_start.without_tools()
        self.options = options
        datasets.configure(options.data_dir)
        machine = Machine(options.device)
        texts = options.runs_dir / "texts"
        self.store = Store(options.runs_dir)
        self._put_shipped()
        self.scheduler = Scheduler(
            self.store,
            {"sequence": sequence_slice(texts), "attention": ATTENTION_SLICE},
            texts=texts,
            slots=options.workers or None,
            device=options.device,
            keep_days=options.keep_days or None,
            keep_gb=options.keep_gb or None,
            on_ready=machine.learn,
        )
        self.inference = Inference([GENERATE_ENTRY, ATTENTION_ENTRY])
        # Apart from ours: what reads the models of others takes longer, and may fail otherwise.
        self.borrowing = Inference([BORROWED_ENTRY, PAIRS_ENTRY], warm="playground.attention")
        self.counting = Inference([ASK_ENTRY, BASELINE_ENTRY], warm="playground.tokens.workbench")
        sequence = SequenceActions(self.scheduler, self.inference, self.counting, texts)
        tokens = TokensActions(self.counting, texts, sequence.weights_file)
        attention = AttentionActions(self.scheduler, self.inference, self.borrowing)
        rooms = {
            "tokens": Room("tokens", TokensConfig, experiments=tokens_experiments, ask=tokens.ask),
            "sequence": Room(
                "sequence", SequenceConfig, self._try_weights, sequence_experiments, run_name
            ),
            "attention": Room(
                "attention",
                AttentionConfig,
                self._try_translator,
                attention_experiments,
                attention_run_name,
                page_class=AttentionRoom,
            ),
        }
        runs = RunActions(self.scheduler, rooms, machine.describe)
        told = (runs, sequence, tokens, attention)
        self.endpoints = {one.name: one for room in told for one in room.endpoints()}
        figures = {"sequence": sequence_figure, "attention": attention_figure}
        pairs = partial(self.borrowing.call, PAIRS_ENTRY)
        code = {"attention": partial(attention_code, write_pairs=pairs)}
        streams = {
            "generate": sequence.stream,
            "head_costs": attention.stream_head_costs,
            "altered_quality": attention.stream_altered_quality,
        }
        self.routes = routes(
            self.endpoints,
            streams,
            self.scheduler.feed,
            Exports(self.scheduler, rooms, figures, texts, code),
        )
        self._share: Share | None = None
        self._page: gr.Blocks | None = None

    def _put_shipped(self) -> None:
        """A finished run to look at for each of the shipped weights, by the same name."""
        for room in ("sequence", "attention"):
            for name in weights.shipped(room):
                told = weights.shipped_training(room, name)
                self.store.put_shipped(name, told["run"], told["columns"], told["samples"])

    def open(self, port: int) -> None:
        """Serve the page and say where."""
        self._page = page(tuple(self.endpoints.values()))
        # Gradio's own words, with signs that not every terminal can show, are said below.
        with contextlib.redirect_stdout(io.StringIO()):
            launch(self._page, self.options, port, self.routes)
        address = reachable_at(self.options.host, port)
        self._tell("shell.open_at", address=address)
        if self.options.mcp:
            self._tell("shell.mcp_at", address=f"{address}gradio_api/mcp/")
        if self.options.open_to_network and not self.options.auth:
            self._tell("shell.open_to_network")
        if self.options.share:
            self._tell("shell.sharing")
            self._share = Share(port, self._page.share_token, self._shared)
        if self.options.browser:
            # In a thread: on some systems this waits for the browser, on some there is none.
            threading.Thread(target=_open_browser, args=(address,), daemon=True).start()

    def wake(self) -> None:
        """Start what trains and generates, now that the page answers."""
        self.scheduler.start_workers()
        self.inference.start()
        self.counting.start()

    def close(self) -> None:
        """Save what is running and end what was started."""
        # Each waits for its processes for a while: together, so that Ctrl-C ends at once.
        asked = (self.inference, self.counting, self.borrowing)
        answering = [threading.Thread(target=one.close) for one in asked]
        for one in answering:
            one.start()
        self.scheduler.close()
        for one in answering:
            one.join()
        if self._share is not None:
            self._share.close()
        self.store.close()

    def _try_weights(self, content: bytes, *_: Any) -> None:
        """Refuses weights that do not fit their config: one token is asked of them.

        In the inference process, since this one has no torch and must not fall.
        """
        self._try(content, GENERATE_ENTRY, {"length": 1})

    def _try_translator(self, content: bytes, *_: Any) -> None:
        """The same for a model that translates."""
        self._try(content, ATTENTION_ENTRY, {"question": "tried"})

    def _try(self, content: bytes, entry: str, asked: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory(dir=self.options.runs_dir) as folder:
            file = Path(folder) / "tried.safetensors"
            file.write_bytes(content)
            self.inference.call(entry, {"weights": str(file), **asked})

    def _shared(self, address: str | None) -> None:
        if address is None:
            self._tell("shell.not_shared")
        else:
            self._tell("shell.shared_at", address=address)

    def _tell(self, key: str, **values: Any) -> None:
        print(say(key, self.options.language, **values), flush=True)


def page(endpoints: tuple[Endpoint, ...]) -> "gr.Blocks":
    """The page with every room, and the API beside it."""
    import gradio as gr

    from playground.attention import tab as attention_tab
    from playground.sequence import tab as sequence_tab
    from playground.tokens import tab as tokens_tab
    from playground.widgets.published import Page, publish
    from playground.widgets.region import Region

    for part in (TOKENS_PAGE, ATTENTION_PAGE):
        assets.include(part)
    rooms = {
        "tokens": tokens_tab.build,
        FIRST_ROOM: sequence_tab.build,
        "attention": attention_tab.build,
    }
    with Page(title=TITLE, analytics_enabled=False, fill_width=True) as demo:
        Region("header", {"rooms": [{"name": name} for name in rooms], "first": FIRST_ROOM})
        # The header names the rooms, in the visitor's language; Gradio's own row is hidden.
        with gr.Tabs(selected=FIRST_ROOM):
            for name, build in rooms.items():
                with gr.Tab(name, id=name):
                    build()
        publish(demo, endpoints)
    demo.queue(max_size=_CALLS_WAITING)
    # Gradio looks for waiting calls a thousand times a second, a tenth of a core for nothing; on
    # Windows it is content with twenty.
    vars(demo._queue).update(sleep_when_free=0.02, progress_update_sleep_when_free=0.1)  # noqa: SLF001
    return demo


def launch(demo: "gr.Blocks", options: Options, port: int, our_routes: list[Any]) -> None:
    """Serve a page behind our gate; returns when it answers."""
    from playground.widgets.theme import theme

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


def _open_browser(address: str) -> None:
    # Without a screen there is none; the address has been printed.
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)
