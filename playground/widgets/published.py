"""Our endpoints as Gradio's API offers them: named, documented, refused in one sentence."""

import inspect
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

import gradio as gr

from playground.endpoints import Endpoint, described
from playground.locales import say
from playground.refused import Refused

LOG = logging.getLogger("playground")


class Page(gr.Blocks):
    """Blocks that fill in an API caller's left-out arguments and name one that must be given.

    Gradio does so for its own client only; a plain HTTP caller would get an empty error.
    """

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        expected = [
            parameter
            for parameter in inspect.signature(block_fn.fn).parameters.values()
            if parameter.annotation is not gr.Request
        ]
        for parameter in expected[len(inputs) :]:
            if parameter.default is inspect.Parameter.empty:
                missing = say("endpoints.missing_argument", name=parameter.name)
                raise gr.Error(missing, print_exception=False)
            inputs.append(parameter.default)
        super().validate_inputs(block_fn, inputs)


def publish(page: Page, endpoints: Iterable[Endpoint]) -> None:
    """Offer each endpoint under its own name; to be called within the page's `with`."""
    for endpoint in endpoints:
        # What is slow has its own limits behind the endpoint: workers, the inference process.
        made = gr.api(
            published(endpoint),
            api_name=endpoint.name,
            # In whole: by itself Gradio keeps what a docstring says of arguments for MCP only.
            api_description=endpoint.plain.__doc__,
            concurrency_limit=None,
        )
        # The API page names an argument by its label, which Gradio sets to "1st", "2nd" ...
        for one, argument in zip(
            page.fns[made["id"]].inputs, endpoint.settings.values(), strict=True
        ):
            vars(one)["label"] = described(argument)


def published(endpoint: Endpoint) -> Callable[..., Any]:
    """The endpoint as Gradio calls it: with the request, so that errors come in its language."""
    plain = endpoint.plain
    signature = inspect.signature(plain)

    def answer(request: gr.Request, *arguments: Any) -> Any:
        try:
            return plain(*arguments)
        except Refused as refusal:
            sentence = refusal.say(language(request))
        except Exception:
            LOG.exception("the endpoint %s failed", endpoint.name)
            sentence = say("shell.broken", language(request))
        raise gr.Error(sentence, print_exception=False)

    caller = inspect.Parameter(
        "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request
    )
    answer.__name__ = answer.__qualname__ = endpoint.name
    answer.__doc__ = plain.__doc__
    answer.__annotations__ = {"request": gr.Request} | plain.__annotations__
    own = [caller, *signature.parameters.values()]
    setattr(answer, "__signature__", signature.replace(parameters=own))  # noqa: B010
    return answer


def language(request: gr.Request | None) -> str:
    """The caller's: `?lang=` of the page, else what the browser prefers, else English."""
    if request is None or request.request is None:
        return "en"
    asked = re.fullmatch(r"\w{2}(-\w+)?", request.query_params.get("lang", ""))
    return asked[0] if asked else request.headers.get("accept-language", "en")
