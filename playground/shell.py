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
from playground.gan.actions import ASK_ENTRY as GAN_ENTRY
from playground.gan.actions import GanActions
from playground.gan.config import GanConfig, GanRoom
from playground.gan.config import run_name as gan_run_name
from playground.gan.experiments import EXPERIMENTS as gan_experiments  # noqa: N811
from playground.gan.page import PAGE as GAN_PAGE
from playground.gan.runs import figure as gan_figure
from playground.gan.runs import slice_with as gan_slice
from playground.gan.take_home import files as gan_code
from playground.gate.boot import TITLE
from playground.locales import say
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
from playground.serving import reachable_at
from playground.sharing import Share
from playground.tokens.actions import ASK_ENTRY, TokensActions
from playground.tokens.config import TokensConfig
from playground.tokens.experiments import EXPERIMENTS as tokens_experiments  # noqa: N811
from playground.tokens.page import PAGE as TOKENS_PAGE
from playground.widgets import assets

if TYPE_CHECKING:
    import gradio as gr

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
            {
                "sequence": sequence_slice(texts),
                "attention": ATTENTION_SLICE,
                "gan": gan_slice(texts),
            },
            texts=texts,
            slots=options.workers or None,
            device=options.device,
            keep_days=options.keep_days or None,
            keep_gb=options.keep_gb or None,
            on_ready=machine.learn,
        )
        self.inference = Inference([GENERATE_ENTRY, ATTENTION_ENTRY, GAN_ENTRY])
        # Apart from ours: what reads the models of others takes longer, and may fail otherwise.
        self.borrowing = Inference([BORROWED_ENTRY, PAIRS_ENTRY], warm="playground.attention")
        self.counting = Inference([ASK_ENTRY, BASELINE_ENTRY], warm="playground.tokens.workbench")
        sequence = SequenceActions(self.scheduler, self.inference, self.counting, texts)
        tokens = TokensActions(self.counting, texts, sequence.weights_file)
        attention = AttentionActions(self.scheduler, self.inference, self.borrowing)
        gan = GanActions(self.scheduler, self.inference, texts)
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
            "gan": Room(
                "gan",
                GanConfig,
                self._try_pair,
                gan_experiments,
                gan_run_name,
                page_class=GanRoom,
            ),
        }
        runs = RunActions(self.scheduler, rooms, machine.describe)
        told = (runs, sequence, tokens, attention, gan)
        self.endpoints = {one.name: one for room in told for one in room.endpoints()}
        figures = {"sequence": sequence_figure, "attention": attention_figure, "gan": gan_figure}
        pairs = partial(self.borrowing.call, PAIRS_ENTRY)
        code = {
            "attention": partial(attention_code, write_pairs=pairs),
            "gan": partial(gan_code, texts=texts),
        }
        streams = {
            "generate": sequence.stream,
            "head_costs": attention.stream_head_costs,
            "altered_quality": attention.stream_altered_quality,
            "gan_invert": gan.stream_gan_invert,
            "gan_walk": gan.stream_gan_walk,
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
        for room in ("sequence", "attention", "gan"):
            for name in weights.shipped(room):
                told = weights.shipped_training(room, name)
                self.store.put_shipped(name, told["run"], told["columns"], told["samples"])

    def open(self, port: int) -> None:
        """Serve the page and say where."""
        from playground.widgets.launching import launch

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

    def _try_pair(self, content: bytes, *_: Any) -> None:
        """The same for a generator with its discriminator."""
        self._try(content, GAN_ENTRY, {"question": "tried"})

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
    from playground.gan import tab as gan_tab
    from playground.sequence import tab as sequence_tab
    from playground.tokens import tab as tokens_tab
    from playground.widgets.published import Page, publish
    from playground.widgets.region import Region

    for part in (TOKENS_PAGE, ATTENTION_PAGE, GAN_PAGE):
        assets.include(part)
    rooms = {
        "tokens": tokens_tab.build,
        FIRST_ROOM: sequence_tab.build,
        "attention": attention_tab.build,
        "gan": gan_tab.build,
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


def _open_browser(address: str) -> None:
    # Without a screen there is none; the address has been printed.
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)
