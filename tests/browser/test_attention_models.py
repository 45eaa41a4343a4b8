"""The last picture of the Attention room: models of Hugging Face, and what is said without any."""

import pytest

from playground.attention.borrowed_places import installed
from tests.attention.borrowed.stand_ins import MADE, make
from tests.browser.attention_visitor import open_attention
from tests.browser.visitor import PHONE, Visitor
from tests.running_app import running_app

SHOWN = ".pg-models[data-shown]"
LONG = 240_000  # milliseconds: the first question brings transformers into memory
pytestmark = pytest.mark.skipif(
    not installed(), reason="transformers is not installed: requirements-extras.txt"
)


@pytest.fixture(scope="module")
def lender(tmp_path_factory, chromium):
    """An app of its own whose owner has the stand-ins, and someone who looks at them."""
    folder = tmp_path_factory.mktemp("lent")
    for name in MADE:
        make(folder / "models", name)
    settings = {
        "PLAYGROUND_MODELS": str(folder / "models"),
        "PLAYGROUND_CACHE": str(folder / "cache"),
        "HF_HUB_CACHE": str(folder / "hub"),
        "HF_HUB_OFFLINE": "1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        with running_app(folder / "runs", "--workers", "1") as server:
            visitors = []

            def visit(query="", **options):
                visitors.append(Visitor(chromium, server.url, **options))
                return visitors[-1].open(query)

            yield visit
            for visitor in visitors:
                visitor.leave()
            assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture(scope="module")
def someone(lender):
    """Reads with the smallest encoder; the sentence is the example."""
    visitor = open_attention(lender, "models", model_name="bert", text="the%20cat%20sat")
    visitor.page.locator(SHOWN).wait_for(timeout=LONG)
    return visitor


def settle(page, model, text):
    page.wait_for_function(
        "(shown) => document.querySelector('.pg-models').dataset.shown === shown",
        arg=f"{model} {text}", timeout=LONG,
    )  # fmt: skip


def fault(page):
    words = page.locator(".pg-models .pg-fault")
    words.wait_for()
    return words.inner_text()


def figure(page, name):
    return page.locator(f".pg-models [data-figure={name}] .pg-figure-value").inner_text()


def test_models_of_this_machine_are_offered_and_shown_with_a_click(someone):
    page = someone.page
    offered = page.locator(".pg-models-chip").all_inner_texts()
    assert [one for one in offered if one in MADE] == sorted(MADE)
    assert (figure(page, "kind"), figure(page, "heads")) == ("encoder", "2 × 4")
    page.get_by_role("button", name="gpt2", exact=True).click()
    settle(page, "gpt2", "the cat sat")
    assert (figure(page, "kind"), figure(page, "heads")) == ("decoder", "3 × 2")
    assert page.get_by_role("textbox", name="Model", exact=True).input_value() == "gpt2"
    page.wait_for_url("**model_name=gpt2**")


def test_the_weights_drawn_are_those_of_the_model(someone):
    page = someone.page
    page.get_by_role("button", name="bert", exact=True).click()
    settle(page, "bert", "the cat sat")
    table = page.locator(".pg-models .pg-weights")
    table.wait_for()
    heads = table.locator("thead th").all_inner_texts()
    assert heads[1:6] == ["[CLS]", "the", "cat", "sat", "[SEP]"]
    answer = page.evaluate(
        "playground.call('borrowed', {model_name: 'bert', text: 'the cat sat'}).then((answer) =>"
        " [...playground.unpack(answer.maps.encoder.weights)].slice(0, 5))"
    )
    row = table.locator("td[data-query='0']").all_inner_texts()
    assert [float(one) for one in row[:5]] == pytest.approx(answer, abs=0.006)
    assert float(row[5]) == pytest.approx(1.0, abs=0.01)


def test_typing_reads_anew_and_a_second_text_is_read_together(someone):
    page = someone.page
    page.get_by_role("button", name="bert", exact=True).click()
    page.get_by_role("textbox", name="Text", exact=True).fill("it was")
    settle(page, "bert", "it was")
    page.get_by_role("button", name="Add a second text").click()
    page.get_by_role("textbox", name="Second text", exact=True).fill("on the mat")
    tokens = page.locator(".pg-models [data-figure=tokens] .pg-figure-value")
    page.wait_for_function("(one) => one.textContent.startsWith('8 ')", arg=tokens.element_handle())
    page.get_by_role("button", name="bart", exact=True).click()
    settle(page, "bart", "it was")
    assert "The decoder was given: on the mat" in page.locator(".pg-models-notes").inner_text()
    page.get_by_role("button", name="Leave out").click()
    page.locator(".pg-models-notes", has_text="The model wrote:").wait_for()
    assert page.locator(".pg-models").get_by_role("radio", name="cross").count() == 1
    page.get_by_role("textbox", name="Text", exact=True).fill("the cat sat")
    settle(page, "bart", "the cat sat")


def test_a_long_text_is_thinned_and_the_page_says_what_rows_sum_to(someone):
    page = someone.page
    page.get_by_role("button", name="gpt2", exact=True).click()
    text = "the cat sat " * 60
    page.get_by_role("textbox", name="Text", exact=True).fill(text)
    settle(page, "gpt2", text)
    note = page.locator(".pg-models-notes").inner_text()
    assert "128 of" in note
    assert "sums to less than 1" in note
    page.get_by_role("textbox", name="Text", exact=True).fill("the cat sat")
    settle(page, "gpt2", "the cat sat")


def test_refusals_stand_in_place_and_what_was_shown_stays(someone):
    page = someone.page
    name = page.get_by_role("textbox", name="Model", exact=True)
    for written, said in (
        ("../secret", "PLAYGROUND_MODELS"),
        ("a b", "is not the name of a model"),
        ("nobody/nothing", "is not on this machine"),
    ):
        name.fill(written)
        page.get_by_role("button", name="Show", exact=True).click()
        page.locator(".pg-models .pg-fault", has_text=said).wait_for()
        assert page.locator(".pg-models-shown").is_visible()
    # There is no network here, and HF_HUB_OFFLINE says so.
    page.get_by_role("button", name="Download it").click()
    page.locator(".pg-models .pg-fault", has_text="cannot be reached").wait_for()
    page.get_by_role("button", name="bert", exact=True).click()
    page.locator(".pg-models .pg-fault").wait_for(state="hidden")
    settle(page, "bert", "the cat sat")


def test_text_of_a_visitor_is_never_markup(someone):
    page = someone.page
    text = "<img src=x onerror=alert(1)> the"
    page.get_by_role("textbox", name="Text", exact=True).fill(text)
    settle(page, "bert", text)
    page.get_by_role("textbox", name="Model", exact=True).fill("<b>x</b>")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "<b>x</b>" in fault(page)
    assert page.locator(".pg-models :is(b, img)").count() == 0
    page.get_by_role("button", name="bert", exact=True).click()
    page.get_by_role("textbox", name="Text", exact=True).fill("the cat sat")
    settle(page, "bert", "the cat sat")


def test_on_a_phone_in_chinese_nothing_is_wider_than_the_page(lender, someone):
    settings = {"model_name": "bart", "lang": "zh", "text": "the%20cat"}
    visitor = open_attention(lender, "models", options={"viewport": PHONE}, **settings)
    page = visitor.page
    page.locator(SHOWN).wait_for(timeout=LONG)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert figure(page, "kind") == "编码器—解码器"


def test_without_the_extra_the_page_says_how_to_add_it(visit):
    """As on a machine without it: the answer of the server is the one it would give."""
    visitor = visit()
    visitor.page.route("**/playground/call/borrowed_models", lambda route: route.fulfill(
        json={"value": {"installed": False, "models": [], "folder": False,
                        "variable": "PLAYGROUND_MODELS", "most_parameters": 1}}
    ))  # fmt: skip
    visitor.open("?room=attention&picture=models")
    needs = visitor.page.locator(".pg-models-needs")
    needs.wait_for()
    assert "pip install -r requirements-extras.txt" in needs.inner_text()
