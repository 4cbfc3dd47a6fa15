"""Hostile names and values in addresses, in the form and as names of uploaded files: a sentence each."""

from __future__ import annotations

import json

import pytest
from unusable_names import LETTER, NOBODY
from visiting import TRAIN

from gan_core.config import FIELDS, TrainConfig
from ui.lab import uploads
from ui.shared.settings import Settings, problem

LAB = "pages/lab.py"


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
def test_the_form_says_what_is_wrong_and_keeps_what_was_right(text):
    for place, first in (("folder", "starter"), ("points", "plane")):
        settings = Settings(first=first)
        settings.choose_preset(first)
        for use in (settings.choose_data, lambda name, s=settings: s.set("data", name)):
            use(f"{place}:{text}")
            assert settings.error is not None and settings.error.field == "data"
            told = problem(settings.error)
            assert told.isprintable() and len(told) < 500 and settings.config.data in ("digits", "ring")


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
def test_an_address_may_say_anything(text):
    for value in (text, f"folder:{text}", f"points:{text}", f"drawn:{text}"):
        found = Settings.from_query({name: value for name in [*FIELDS, "preset"]})
        assert TrainConfig.from_dict(found.values) == found.config and found.notes
        assert all(note.isprintable() and len(note) < 1500 for note in found.notes)


@pytest.mark.parametrize("path", [TRAIN, LAB])
def test_a_page_opens_with_any_address(open_page, path):
    """What cannot be is said on the page; a page that fails fails in `open_page`."""
    open_page(path, run=NOBODY["NUL"], race=NOBODY["long path"], data=f"points:{NOBODY['delete']}")
    open_page(path, run=NOBODY["long path"], data=f"folder:{NOBODY['long name']}", preset=NOBODY["escape"])


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".csv", f"{LETTER}.csv", "a\nb\x1b.csv", "../../x.csv", "日" * 200 + ".csv"]
)
def test_an_uploaded_file_keeps_its_ending_and_its_name_can_be_shown(name, monkeypatch, tmp_path):
    class Asks:
        def ask(self, question, timeout):
            assert question["path"].endswith(".csv")
            raise uploads.fleet.AskError(f"The file {question['path']} has no rows.")

    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(uploads.fleet, "shared", Asks)
    with pytest.raises(uploads.Refused) as told:
        uploads.take(name, json.dumps(name).encode())
    assert ".csv" in str(told.value) and str(told.value).isprintable() and len(str(told.value)) < 200
