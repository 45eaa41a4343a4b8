"""The first picture of the Tokens room: coloured strips, their vocabularies, and languages."""

from urllib.parse import quote

import pytest

from tests.browser.tokens_visitor import open_tokens

MIXED = (
    "Zoë\u00a0paid 1,299.50 € 👩\u200d🚀🇨🇳 مرحبا بالعالم नमस्ते\n"
    "def f(a):\n\treturn a  # 两数 e\u0301\n"
)
ALL = "char,word,bpe,wordpiece,unigram"
SPANS = ".pg-strip-block > span"

# What a visitor would have on the clipboard after Ctrl+A and Ctrl+C in a strip.
COPIED = """
(box) => {
  const clipboardData = new DataTransfer();
  box.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
  return clipboardData.getData('text/plain');
}
"""

# Edits one strip 120 times, by a seed, and compares it with a fresh strip of the same text.
EDITS = r"""
() => {
  const { tokens } = playground;
  let seed = 1;
  const random = (below) => { seed = (seed * 48271) % 2147483647; return seed % below; };
  const words = ['tax', ' ', '\n', '🚀', 'e\u0301', 'ab', '  ', 'مر', '漢字', '\t', 'river '];
  const pack = (numbers) => ({
    dtype: 'uint32',
    data: btoa(String.fromCharCode(...new Uint8Array(Uint32Array.from(numbers).buffer))),
  });
  function read(text) {
    const ids = [], gaps = [], lengths = [];
    let gap = 0;
    for (const [piece] of text.matchAll(/[a-z]+|\n+| +|./gsu)) {
      const size = [...piece].length;
      if (/^ +$/.test(piece)) { gap += size; continue; }
      ids.push(piece.codePointAt(0) % (size > 1 ? 30 : 7));
      gaps.push(gap);
      lengths.push(size);
      gap = 0;
    }
    const vocabulary = { tokens: Array(40).fill('x'), counts: [], here: [] };
    const packed = { ids: pack(ids), gaps: pack(gaps), lengths: pack(lengths) };
    return tokens.laid({ scheme: 'word', ...packed, vocabulary, stats: {} }, text);
  }
  function strip(numbers) {
    const box = tokens.stripBox('tokens.strip.box', { scheme: '' });
    document.body.append(box.element);
    box.numbers(numbers);
    return box;
  }
  const edited = strip(false);
  const letters = [];
  const differing = [];
  let turns = 0;
  for (; turns < 120; turns++) {
    const at = random(letters.length + 1);
    const fresh = Array.from({ length: random(turns % 10 ? 5 : 300) }, () => words[random(11)]);
    letters.splice(at, random(turns % 7 ? 3 : 200), ...fresh);
    const numbers = turns % 60 > 29;
    edited.numbers(numbers);
    const laid = read(letters.join(''));
    edited.show(laid);
    const other = strip(numbers);
    other.show(laid);
    const [now, then] = [edited, other].map((box) => [...box.element.children]);
    const same = now.length === then.length && now.every((one, place) => !one.firstChild
      || !then[place].firstChild || one.innerHTML === then[place].innerHTML);
    if (!same || !now[0].firstChild) differing.push(turns);
    other.element.remove();
  }
  edited.element.remove();
  return { turns, differing };
}
"""


def card(page, scheme):
    return page.locator(f".pg-strip-card[data-scheme={scheme}]")


def read(page, text, **settings):
    """Looks at another text, and waits until every card shows it."""
    page.evaluate("(values) => playground.tokens.set(values)", {"text": text} | settings)
    page.wait_for_function(
        "(size) => [...document.querySelectorAll('.pg-strip-card')].every((one) =>"
        " one.dataset.characters === String(size))",
        arg=len(text),
    )


def token(page, scheme, text):
    return card(page, scheme).locator(SPANS).get_by_text(text, exact=True).first


@pytest.fixture(scope="module")
def someone(visit_for_all):
    visitor = open_tokens(visit_for_all, "strip", schemes="word,bpe", text="the%20cat%20the%20hat")
    visitor.page.locator(SPANS).first.wait_for()
    return visitor


def test_every_scheme_tiles_a_mixed_text_and_gives_it_back_when_copied(visit):
    page = open_tokens(visit, "strip", schemes=ALL, text=quote(MIXED), learn_from="text").page
    for scheme in ALL.split(","):
        box = card(page, scheme).locator(".pg-strip-box")
        box.locator(SPANS).first.wait_for()
        box.focus()
        page.keyboard.press("Control+a")
        assert box.evaluate(COPIED) == MIXED, scheme
        assert card(page, scheme).locator("[data-figure=unknown]").inner_text().endswith("0")
    page.keyboard.press("Escape")
    # A part of the text is copied as exactly as the whole.
    box = card(page, "bpe").locator(".pg-strip-box")
    box.evaluate(
        """(one) => {
          const spans = one.querySelectorAll('.pg-strip-block > span');
          getSelection().setBaseAndExtent(spans[2].firstChild, 0, spans[6].firstChild, 0);
        }"""
    )
    assert box.evaluate(COPIED) in MIXED


def test_ids_are_those_of_the_server_and_stand_where_the_tokens_stood(someone):
    page = someone.page
    read(page, "the river ran\nby the hat", scheme=["word", "bpe"])
    asked = {"text": "the river ran\nby the hat", "scheme": "bpe", "vocabulary_size": 1000}
    ids = page.evaluate(
        "async (asked) => [...playground.unpack("
        "(await playground.call('token_strip', asked)).ids)]",
        asked,
    )
    page.get_by_role("radio", name="Ids").click()
    shown = card(page, "bpe").locator(SPANS).all_inner_texts()
    assert [int(one) for one in shown] == ids
    page.get_by_role("radio", name="Text", exact=True).click()
    assert "".join(card(page, "bpe").locator(SPANS).all_inner_texts()).count("⏎") == 1


def test_pointing_at_a_token_lights_twins_the_other_cards_and_its_row(someone):
    page = someone.page
    read(page, "the cat saw the dog and the hat", scheme=["word", "bpe"])
    token(page, "word", "the").hover()
    panel = page.locator(".pg-popover")
    panel.wait_for()
    assert "U+0074 U+0068 U+0065" in panel.inner_text()
    assert card(page, "word").locator(".pg-twin").count() == 2
    assert card(page, "word").locator(".pg-vocabulary-row.pg-looked").inner_text().count("the")
    lit = card(page, "bpe").locator(".pg-same").all_inner_texts()
    assert "".join(lit).strip() == "the"
    page.mouse.move(5, 5)
    panel.wait_for(state="hidden")
    assert not page.locator(".pg-twin, .pg-same, .pg-looked").count()


def test_a_click_holds_arrows_walk_and_escape_lets_go(someone):
    page = someone.page
    read(page, "the cat saw the dog", scheme=["word", "bpe"])
    token(page, "word", "cat").click()
    page.mouse.move(5, 5)
    panel = page.locator(".pg-popover[role=dialog]")
    assert panel.is_visible()
    box = card(page, "word").locator(".pg-strip-box")
    box.focus()
    page.keyboard.press("ArrowRight")
    card(page, "word").locator(f"{SPANS}.pg-looked").get_by_text("saw").wait_for()
    page.keyboard.press("End")
    card(page, "word").locator(f"{SPANS}.pg-looked").get_by_text("dog").wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert not page.locator(".pg-looked").count()


def test_places_are_counted_in_code_points_and_unknown_tokens_keep_their_text(someone):
    page = someone.page
    read(page, "漢🚀x", scheme=["char"])
    figure = card(page, "char").locator("[data-figure=unknown] .pg-figure-value")
    assert figure.inner_text().startswith("2")
    assert figure.locator("small").inner_text() == "67 %"
    assert card(page, "char").locator(".pg-strip-unknown").all_inner_texts() == ["漢", "🚀"]
    token(page, "char", "x").hover()
    facts = page.locator(".pg-popover dl")
    facts.wait_for()
    pairs = dict(
        zip(
            facts.locator("dt").all_inner_texts(),
            facts.locator("dd").all_inner_texts(),
            strict=True,
        )
    )
    assert pairs["characters"] == "2"
    assert pairs["bytes in UTF-8"] == "78"
    page.mouse.move(5, 5)


def test_the_vocabulary_can_be_searched_sorted_and_leads_to_the_text(someone):
    page = someone.page
    page.evaluate("playground.tokens.set({text: '', scheme: ['word']})")
    words = card(page, "word")
    words.locator(".pg-vocabulary-row[role=option]").first.wait_for()
    page.wait_for_function("document.querySelector('.pg-strip-card').dataset.characters > 10000")
    words.get_by_role("searchbox").fill("bridge")
    rows = words.locator(".pg-vocabulary-row[role=option]")
    page.wait_for_function(
        "[...document.querySelectorAll('.pg-vocabulary-list [role=option]')]"
        ".every((one) => one.textContent.toLowerCase().includes('bridge'))"
    )
    rows.first.click()
    looked = words.locator(f"{SPANS}.pg-looked")
    looked.wait_for()
    assert "bridge" in looked.inner_text().lower()
    page.keyboard.press("Escape")
    words.get_by_role("searchbox").fill("")
    words.get_by_role("button", name="count").click()
    counts = [
        int(one.replace(",", "")) for one in words.locator(".pg-vocabulary-count").all_inner_texts()
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 100


def test_a_long_text_keeps_few_elements_and_every_part_of_it_can_be_reached(someone):
    page = someone.page
    page.evaluate("playground.tokens.set({text: '', scheme: ['char']})")
    page.wait_for_function(
        "document.querySelector('.pg-strip-card[data-scheme=char]')?.dataset.characters > 10000"
    )
    box = card(page, "char").locator(".pg-strip-box")
    for place in (0.5, 1.0, 0.0):
        box.evaluate("(one, place) => { one.scrollTop = one.scrollHeight * place; }", place)
        page.wait_for_function(
            """() => {
              const box = document.querySelector('.pg-strip-box').getBoundingClientRect();
              const one = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
              return one.closest('.pg-strip-block')?.children.length;
            }"""
        )
        assert 100 < page.locator(SPANS).count() < 12_000


def test_typing_draws_anew_only_the_block_that_changed(someone):
    page = someone.page
    line = "The county of Harl taxed windows and the county of Venning taxed chimneys.\n"
    read(page, line * 26, scheme=["bpe"])
    page.evaluate("document.querySelector('.pg-strip-block').kept = true")
    text = page.get_by_label("Your text", exact=True)
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.wait_for_function(
        "(size) => document.querySelector('.pg-strip-card').dataset.characters === String(size)",
        arg=len(line) * 26 + 1,
    )
    assert page.evaluate("document.querySelector('.pg-strip-block').kept")
    last = card(page, "bpe").locator(SPANS).last
    assert last.inner_text() == "x"
    assert last.evaluate(
        "(one) => { const box = one.closest('.pg-strip-box').getBoundingClientRect();"
        " return one.getBoundingClientRect().bottom <= box.bottom; }"
    ), "the strip follows the writing hand"


def test_after_any_edits_a_strip_is_what_a_fresh_one_would_be(someone):
    """Both in the two ways to show tokens, with text that is dropped and beyond the first plane."""
    assert someone.page.evaluate(EDITS) == {"turns": 120, "differing": []}


def test_languages_are_compared_and_a_sentence_says_why_chinese_differs(someone):
    page = someone.page
    page.evaluate("playground.tokens.set({text: '', corpus: 'story-zh', scheme: ['char', 'bpe']})")
    rows = page.locator(".pg-languages-table tbody tr")
    page.locator(".pg-languages-table th", has_text="Characters").wait_for()
    assert rows.count() >= 10
    why = page.locator(".pg-languages-why")
    assert "36 characters in Chinese" in why.inner_text()
    rows.filter(has_text="German").hover()
    cut = page.locator(".pg-languages-cut")
    cut.get_by_role("heading", name="German").wait_for()
    cut.locator(".pg-languages-text").nth(1).wait_for()
    sentences = cut.locator(".pg-languages-text").all_inner_texts()
    assert len(sentences) == 2
    assert all(one.startswith("Auf der Klippe") for one in sentences)
    page.get_by_role("radio", name="Characters per token").click()
    shares = page.locator(".pg-languages-table td:nth-child(2) .pg-languages-value")
    assert set(shares.all_inner_texts()) == {"1.00"}
