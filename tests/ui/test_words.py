"""The catalogue of sentences and the browser half agree: each key named is there, and what it wants is filled in."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gan_core.advice import dozen, trial
from gan_core.config.presets import PRESETS
from gan_core.look.plane import DOTS
from gan_core.metrics import report_images, report_points
from gan_core.metrics.quick import IMAGES, POINTS, REALS
from ui import words

UI = Path(__file__).resolve().parents[2] / "ui"
FILES = sorted(file for file in UI.rglob("*.js") if file.name != "say.js")
NAMES = {"Escape", "Flatten", "Linear", "Dropout", "Unflatten", "View", "Tanh", "Sigmoid", "Text", "Content-Type"}
"""Words that no reader reads: keys of a keyboard, layers of PyTorch."""


@dataclass
class Said:
    """One call of say or parts: which keys it may name, those that begin with a prefix, and what it fills in."""

    where: str
    keys: list[str]
    prefixes: list[str]
    filled: set[str]


def skipped(source: str, at: int) -> int:
    """Where a string, template or comment that begins at `at` ends; `at` itself where none does."""
    opening = source[at]
    if source.startswith("//", at):
        return source.index("\n", at)
    if source.startswith("/*", at):
        return source.index("*/", at) + 2
    if opening not in "'\"`":
        return at
    end = at + 1
    while source[end] != opening:
        if source[end] == "\\":
            end += 1
        elif opening == "`" and source.startswith("${", end):
            end = closing(source, end + 1)
        end += 1
    return end + 1


def closing(source: str, at: int) -> int:
    """Where the bracket that opens at `at` closes."""
    depth, end = 0, at
    while True:
        if source[end] in "([{":
            depth += 1
        elif source[end] in ")]}":
            depth -= 1
            if depth == 0:
                return end
        after = skipped(source, end)
        end = after if after > end else end + 1


def split(source: str) -> list[str]:
    """What commas divide on the outermost level."""
    found, begin, at = [], 0, 0
    while at < len(source):
        if source[at] in "([{":
            at = closing(source, at)
        elif source[at] == ",":
            found.append(source[begin:at].strip())
            begin = at + 1
        after = skipped(source, at)
        at = after if after > at else at + 1
    return [part for part in [*found, source[begin:].strip()] if part]


def literals(source: str) -> Iterator[str]:
    """All strings and templates of a source, with their quotes; those within a template come with it."""
    at = 0
    while at < len(source):
        after = skipped(source, at)
        if after > at and source[at] in "'\"`":
            yield source[at:after]
        at = after if after > at else at + 1


def code_of(file: Path) -> str:
    """The source without its comments, as long as before."""
    source, found, at = file.read_text(), [], 0
    while at < len(source):
        after = skipped(source, at)
        comment = after > at and source[at] == "/"
        after = max(after, at + 1)
        found.append(" " * (after - at) if comment else source[at:after])
        at = after
    return "".join(found)


def calls(file: Path) -> Iterator[Said]:
    code = code_of(file)
    for call in re.finditer(r"(?:(?<![\w.])|(?<=\.\.\.))(?:say|parts)\(", code):
        end = closing(code, call.end() - 1)
        key, *values = split(code[call.end() : end])
        where = f"{file.relative_to(UI)}: {code[call.start() : end + 1]}"
        named = [one[1:-1] for one in literals(key)]
        assert named, f"{where}: the key has to be written out"
        given = split(values[0][1:-1]) if values else []
        assert not values or values[0][0] == "{", f"{where}: what is filled in has to be written out"
        filled = {re.match(r"\w+", one)[0] for one in given}
        keys = [one for one in named if "${" not in one and "." in one]
        prefixes = [one.partition("${")[0] for one in named if "${" in one]
        yield Said(where, keys, prefixes, filled)


def wanted(key: str) -> set[str]:
    entry = words.CATALOGUE[key]
    return set(re.findall(r"\{(\w+)\}", " ".join([entry] if isinstance(entry, str) else entry)))


SAID = [said for file in FILES for said in calls(file)]


def named(said: Said) -> list[str]:
    return [*said.keys, *(key for key in words.CATALOGUE for prefix in said.prefixes if key.startswith(prefix))]


def test_each_key_that_is_named_is_in_the_catalogue():
    missing = {key: said.where for said in SAID for key in said.keys if key not in words.CATALOGUE}
    assert not missing
    assert all(named(said) for said in SAID), "a prefix names at least one"


def test_each_key_of_the_catalogue_is_named():
    assert set(words.CATALOGUE) - {key for said in SAID for key in named(said)} == set()


@pytest.mark.parametrize("said", SAID, ids=[said.where[:60] for said in SAID])
def test_what_a_sentence_wants_filled_in_is_filled_in(said: Said):
    keys = [key for key in named(said) if key in words.CATALOGUE]
    assert set().union(*map(wanted, keys)) == said.filled, said.where
    for key in keys:
        plural = isinstance(words.CATALOGUE[key], tuple)
        assert not plural or "n" in said.filled, f"{said.where}: one or more is decided by n"


def test_no_key_stands_in_two_rooms():
    assert sum(map(len, words.ROOMS.values())) == len(words.CATALOGUE)


def sentence(literal: str) -> bool:
    """Whether a string of a source is something that a person reads."""
    said = re.sub(r"\$\{.*?\}", " ", literal[1:-1])
    three = re.search(r"[A-Za-z’]{2,} [a-z’]{2,} [a-z’]{2,}", said)
    word = re.fullmatch(r"[A-Z][a-z]+( [a-z]+)*[.…:]?", said.strip()) and said.strip() not in NAMES
    return bool(three or word)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_sentence_is_written_in_the_browser_half(file: Path):
    code = re.sub(r"(Error|from|import)\(?\s*('[^']*')", "", code_of(file))
    assert [one for one in literals(code) if sentence(one)] == []


def test_the_checks_see_what_they_look_for(tmp_path):
    source = "say('a.b', { n: f(1, [2]), step })\n// say('x.y')\nconst q = say(ok ? 'a.one' : `a.${state}.more`)"
    file = UI / "shared" / "made_up.js"
    found = [*calls(type("File", (), {"read_text": lambda self: source, "relative_to": file.relative_to})())]
    assert [(said.keys, said.prefixes, said.filled) for said in found] == [
        (["a.b"], [], {"n", "step"}),
        (["a.one"], ["a."], set()),
    ]
    assert sentence("'The worker died.'") and sentence("'Play'") and sentence("`epoch ${n} of them all so far`")
    assert not sentence("'gan latent-picture'") and not sentence("'ArrowLeft'") and not sentence("'600 13px'")


def test_the_sentences_say_how_many_samples_are_measured():
    """Two counts of modes stand on one screen: each says of how many samples, and the numbers are the program's own."""
    said = words.CATALOGUE
    for key in ("modes.help", "modes.found", "quality.help", "quality.share", "divergence.help"):
        assert f"{POINTS:,}" in said[f"closeness.{key}"], key
    assert f"{POINTS:,} samples" in said["words.measured.points"] and f"{IMAGES} sa" in said["words.measured.images"]
    assert f"{DOTS:,} dots" in said["closeness.modes.help"]
    assert said["closeness.samples.points"].startswith(f"{min(POINTS, REALS):,} ")
    assert said["closeness.samples.images"].startswith(f"{IMAGES} ")
    assert f"{POINTS:,} samples of" in inspect.getsource(trial) and "2,500" not in inspect.getsource(dozen)


def test_a_measure_has_one_name():
    """KL over counts of modes is not the reverse KL of textbooks; what is called variety is not also diversity."""
    shown = [*words.CATALOGUE.values(), *(preset.note for preset in PRESETS.values())]
    shown += [inspect.getsource(module) for module in (report_points, report_images)]
    for text in map(str, shown):
        assert not re.search(r"everse KL|Diversity|diversity of", text), text


# --------------------------------------------------------------------------- the manner of words

ROOT = UI.parent
SOURCES = sorted(
    file
    for place in ("gan_core", "ui", "pages", "app.py")
    for file in (ROOT / place, *(ROOT / place).rglob("*.py"))
    if file.suffix == ".py"
)
HOUSE_WORDS = {
    r"\breals\b": "real samples",
    r"\bjudge[sd]?\b": "rates, scores",
    r"\bverdicts?\b": "rating, score, answer",
    r"\bcoin\b(?! toss)": "a coin toss",
    r"\bby heart\b": "memorise",
    r"\bparted by\b": "separated by",
    r"\bin play\b": "active",
    r"\bfirst memory\b": "momentum",
    r"\bhardly (a|an|any)\b": "almost none",
    r"\bsees? through\b": "recognises",
    r"\bonly 1 \w+s\b": "only one",
    r"\bare pulled\b|\bis pulled\b": "the loss pushes",
    r"\bdrawn at random\b": "random starting weights",
    r"\bhas not\b[.;]?$|\bhave not\b[.;]?$": "a whole verb",
    r"\bgone on with\b": "continued",
    r"\btwo times\b": "two layers of, twice",
    r"\bK = \d": "k: a symbol keeps its case",
    r"\breverse KL\b": "evenness over modes, or KL(G, data)",
    r"\b\d+ (times|%) as far apart as\b": "as spread out as",
    r"^(Who|How much \w+) has\b": "Which network must, how much must",
}
"""What `reference/words.md` tells to replace, as far as a pattern can see it, and by what."""


def written(file: Path) -> Iterator[str]:
    """All sentences that a Python source holds: strings of three words or more, no docstring."""
    tree = ast.parse(file.read_text())
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in parts | alone:
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        if re.search(r"[A-Za-z’']+ [a-z’'{}]+ [a-z’'{}]+", text):
            yield text


def odd(text: str) -> list[str]:
    """The house words in a sentence, and what to say instead; what is filled in has names of its own."""
    text = re.sub(r"\{\w*\}", "{}", text)
    return [f"{text!r}: {better}" for house, better in HOUSE_WORDS.items() if re.search(house, text, re.IGNORECASE)]


def test_no_sentence_has_a_house_word():
    texts = [text for file in SOURCES for text in written(file)]
    texts += [part for entry in words.CATALOGUE.values() for part in ([entry] if isinstance(entry, str) else entry)]
    assert len(texts) > 1200, "they are found"
    assert [one for text in texts for one in odd(text)] == []
    for said in ("Every verdict is pulled.", "D finds the reals 0.48 real", "below it D does worse than a coin"):
        assert odd(said), said


def test_a_sentence_uses_one_sign_for_one_thing():
    """A product of sizes is x with a sign of its own; a range is no hyphen between words; no blank stands twice."""
    for key, entry in words.CATALOGUE.items():
        for text in [entry] if isinstance(entry, str) else entry:
            assert not re.search(r"\d x \d", text), key
            assert "  " not in text and text.strip("\n") == text, key
            assert not re.search(r" [.,;:](\s|$)", text), key
