"""The experiments of the lesson: what can be predicted, and what counting answers at once.

Words are in the locales. Every number in an answer is counted when it is asked for, so it is that
of the text and the settings that the page then shows.
"""

from playground import weights
from playground.experiments import Ask, Experiment, Verdict
from playground.refused import Refused
from playground.tokens.parallel import parallel

_STORY = {"corpus": "story-en"}
_SUBWORDS = {**_STORY, "scheme": "bpe", "vocabulary_size": 1000}
_CHARACTERS = {**_STORY, "scheme": "char", "vocabulary_size": 5000}
_WORDS = {**_STORY, "scheme": "word", "vocabulary_size": 20_000}
_CUT = {"steps": 5, "batch_size": 2, "sampling": "sequential"}
_BATCH = {"batch_size": 8}
_SHIPPED = "lstm-story-en"


def _sentence(language: str) -> str:
    return next(one["text"] for one in parallel() if one["language"] == language)


def _shown(figure: float) -> str:
    return f"{figure:.2f}" if figure < 100 else f"{figure:,.0f}"


def _first_merge(ask: Ask) -> Verdict:
    told = ask("merge_candidates", {**_STORY, "limit": 4})
    pairs = [(one["left"] + one["right"], one["count"]) for one in told["candidates"]]
    names = {"th": "th", "he": "he", " t": "space_t", "in": "in"}
    values = {"times": f"{pairs[0][1]:,}", "second_times": f"{pairs[1][1]:,}"}
    values |= {"first": _quoted(pairs[0][0]), "second": _quoted(pairs[1][0])}
    return Verdict(names.get(pairs[0][0], "other"), values)


def _quoted(token: str) -> str:
    """A token within a sentence, its spaces made visible."""
    return token.replace(" ", "␣")


def _twice_the_vocabulary(ask: Ask) -> Verdict:
    sizes = (_SUBWORDS["vocabulary_size"], 2 * _SUBWORDS["vocabulary_size"])
    small, large = (
        ask("token_strip", {**_SUBWORDS, "vocabulary_size": size})["stats"] for size in sizes
    )
    ratio = large["characters_per_token"] / small["characters_per_token"]
    values = {
        "first": _shown(small["characters_per_token"]),
        "second": _shown(large["characters_per_token"]),
        "percent": f"{100 * (ratio - 1):.0f}",
        "tokens": f"{large['tokens']:,}",
    }
    return Verdict("twice" if ratio > 1.6 else "some" if ratio > 1.02 else "none", values)


def _language(ask: Ask, language: str) -> tuple[dict, dict]:
    rows = {one["language"]: one for one in ask("fertility", _SUBWORDS)["rows"]}
    return rows["en"], rows[language]


def _german(ask: Ask) -> Verdict:
    english, german = _language(ask, "de")
    ratio = german["tokens"] / english["tokens"]
    values = {
        "english": english["tokens"],
        "german": german["tokens"],
        "ratio": _shown(ratio),
        "unknown": german["unknown"],
        "per_word": _shown(german["tokens_per_word"]),
    }
    return Verdict("same" if ratio < 1.2 else "some" if ratio < 1.8 else "twice", values)


def _chinese(ask: Ask) -> Verdict:
    english, chinese = _language(ask, "zh")
    known = chinese["tokens"] - chinese["unknown"]
    values = {
        "english": english["tokens"],
        "tokens": chinese["tokens"],
        "unknown": chinese["unknown"],
        "characters": chinese["characters"],
    }
    share = known / chinese["tokens"]
    return Verdict("most" if share > 0.5 else "some" if share > 0.1 else "none", values)


def _more_categories(ask: Ask) -> Verdict:
    few, many = (
        ask("onehot_distances", {"categories": [str(one) for one in range(count)]})
        for count in (3, 12)
    )
    before, after = few["onehot_distances"][0][1], many["onehot_distances"][0][1]
    values = {
        "before": _shown(before),
        "after": _shown(after),
        "code_before": few["code_distances"][0][-1],
        "code_after": many["code_distances"][0][-1],
    }
    if abs(before - after) < 1e-6:
        return Verdict("same", values)
    return Verdict("grows" if after > before else "shrinks", values)


def _pairs_of_words(ask: Ask) -> Verdict:
    words, pairs = (ask("frequencies", {**_WORDS, "n": n}) for n in (1, 2))
    if not (words["fit"] and pairs["fit"]):
        raise Refused("tokens.experiment.undecided")
    first, second = words["fit"]["slope"], pairs["fit"]["slope"]
    values = {
        "first": f"{first:.2f}",
        "second": f"{second:.2f}",
        "kinds": f"{pairs['kinds']:,}",
        "once": f"{pairs['once']:,}",
    }
    if abs(first - second) < 0.05:
        return Verdict("same", values)
    return Verdict("flatter" if second > first else "steeper", values)


def _higher_order(ask: Ask) -> Verdict:
    curve = ask("ngram_curve", {**_CHARACTERS, "alpha": 1.0})
    laplace, kneser_ney = (curve[name]["validation"] for name in ("laplace", "kneser_ney"))
    best = min(range(len(laplace)), key=lambda at: laplace[at])
    values = {
        "best": best + 1,
        "lowest": _shown(laplace[best]),
        "laplace": _shown(laplace[-1]),
        "kneser_ney": _shown(kneser_ney[-1]),
        "uniform": curve["uniform"],
    }
    if laplace[-1] <= 1.02 * laplace[best]:
        return Verdict("both_fall", values)
    falls = kneser_ney[-1] <= 1.02 * min(kneser_ney)
    return Verdict("one_falls" if falls else "both_rise", values)


def _against_the_network(ask: Ask) -> Verdict:
    card = weights.shipped("sequence")[_SHIPPED]
    share = card["config"]["validation_share"]
    told = ask("ngram_curve", {**_CHARACTERS, "validation_share": share})
    perplexities = told["kneser_ney"]["validation"]
    best = min(range(len(perplexities)), key=lambda at: perplexities[at])
    counted, network = perplexities[best], card["validation_perplexity"]
    values = {
        "counted": _shown(counted),
        "network": _shown(network),
        "order": best + 1,
        "parameters": f"{card['parameters']:,}",
    }
    if abs(counted - network) < 0.05 * network:
        return Verdict("close", values)
    return Verdict("network" if network < counted else "counted", values)


def _goes_on(ask: Ask) -> Verdict:
    told = ask("minibatches", {**_WORDS, **_CUT})
    first, second = told["starts"][0], told["starts"][1]
    values = {
        "stop": first[0] + told["steps"] - 1,
        "start": second[0],
        "other": f"{first[1]:,}",
    }
    if second[0] == first[0] + told["steps"]:
        return Verdict("first_row", values)
    return Verdict("second_row" if second[0] == first[1] + told["steps"] else "anywhere", values)


def _sorted_by_length(ask: Ask) -> Verdict:
    waste = ask("padding", {**_WORDS, **_BATCH})["compare"]
    left = waste["bucketed"] / waste["given"]
    values = {name: f"{100 * share:.0f}" for name, share in waste.items()}
    return Verdict("little" if left < 0.25 else "half" if left < 0.75 else "most", values)


EXPERIMENTS = (
    Experiment(
        "first_merge",
        ({**_STORY, "picture": "merges"},),
        ("th", "he", "in", "space_t", "other"),
        count=_first_merge,
    ),
    Experiment(
        "twice_the_vocabulary",
        ({**_SUBWORDS, "vocabulary_size": 2 * _SUBWORDS["vocabulary_size"], "picture": "strip"},),
        ("twice", "some", "none"),
        count=_twice_the_vocabulary,
    ),
    Experiment(
        "german",
        ({**_SUBWORDS, "picture": "strip", "text": _sentence("de")},),
        ("same", "some", "twice"),
        count=_german,
    ),
    Experiment(
        "chinese",
        ({**_SUBWORDS, "picture": "strip", "text": _sentence("zh")},),
        ("most", "some", "none"),
        count=_chinese,
    ),
    Experiment(
        "more_categories",
        ({"picture": "onehot"},),
        ("shrinks", "same", "grows"),
        count=_more_categories,
    ),
    Experiment(
        "pairs_of_words",
        ({**_WORDS, "picture": "frequency", "ngram_size": 2},),
        ("steeper", "same", "flatter"),
        count=_pairs_of_words,
    ),
    Experiment(
        "higher_order",
        ({**_CHARACTERS, "picture": "ngrams", "order": 6, "smoothing": "laplace"},),
        ("both_fall", "one_falls", "both_rise"),
        count=_higher_order,
    ),
    Experiment(
        "against_the_network",
        ({**_CHARACTERS, "picture": "ngrams", "order": 6},),
        ("network", "close", "counted"),
        count=_against_the_network,
    ),
    Experiment(
        "goes_on",
        ({**_WORDS, **_CUT, "picture": "minibatches"},),
        ("first_row", "second_row", "anywhere"),
        count=_goes_on,
    ),
    Experiment(
        "sorted_by_length",
        ({**_WORDS, **_BATCH, "picture": "minibatches", "order_by": "bucketed"},),
        ("most", "half", "little"),
        count=_sorted_by_length,
    ),
)
