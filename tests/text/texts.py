"""Texts that are hard to cut: any Unicode, and what people write with it."""

from hypothesis import strategies as st

HARD = (
    "<unk>", "##", "##a", "a##b", "👨\u200d👩\u200d👧\u200d👦", "👋🏽", "🇩🇪🇫🇷", "1️⃣", "❤️\u200d🔥",
    "नमस्ते दुनिया", "مَرْحَبًا بِكُمْ", "می\u200cخواهم", "שָׁלוֹם", "สวัสดี",
    "e\u0301t\u0301", "學而時習之", "\u0301", "import re\n\tx = [1, 2]",
    "\0", "\0\0a\0", "\u200d", "\u2028", "\u3000", "  \n\n ", "_", "don't",
    "a" * 130, "ab" * 70, "\U0010ffff", "\uffff",
)  # fmt: skip
ANY = st.lists(st.text() | st.sampled_from(HARD) | st.text("ab ", max_size=40)).map("".join)
MIXED = "Héllo <unk> 世界! مَرْحَبًا 👨\u200d👩\u200d👧 def f(x):\n\treturn x  # नमस्ते\n\0 1,000 don't\n"
