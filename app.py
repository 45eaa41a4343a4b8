"""Neural Playground: `python app.py` opens the page, `python app.py --help` lists the flags."""

import signal
import sys

# Before the imports: until there is something to save, Ctrl-C ends this at once and silently.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import gc  # noqa: E402
import io  # noqa: E402

from playground import flags, serving  # noqa: E402
from playground.locales import say  # noqa: E402
from playground.refused import Refused  # noqa: E402

HEAD_START_SECONDS = 2.5


def main() -> int:
    """Serve until stopped; returns the exit status, 2 for a refusal said in one sentence."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or log of an old character set must not end the server.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = flags.parse()
    stop = serving.Stop()
    # Imports make many objects that stay; looking for garbage among them takes a tenth of the time.
    gc.disable()
    try:
        port = serving.free_port(options.host, options.port)
        if options.port not in (0, port):
            told("shell.port_taken", options, wanted=options.port, port=port)
        # Here, not above: what comes with it takes seconds, and a wrong flag should not.
        from playground.shell import House

        house = House(options)
    except Refused as refusal:
        print(f"app.py: {refusal.say(options.language)}", file=sys.stderr)
        return 2
    house.open(port)
    gc.enable()
    gc.freeze()
    stop.be_gentle()
    try:
        # Processes that import torch take every core: the page that opens now goes first. A run
        # started meanwhile does not wait, it wakes its worker itself.
        if not stop.wait(HEAD_START_SECONDS):
            house.wake()
            stop.wait()
        told("shell.stopping", options)
    finally:
        house.close()
    return 0


def told(key: str, options: flags.Options, **values: object) -> None:
    print(say(key, options.language, **values), flush=True)


if __name__ == "__main__":
    serving.end_process(main())
