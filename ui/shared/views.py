"""The moving parts of the pages: one component, mounted once for each view, that talks to our routes without any rerun."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from gan_core.config.games import GAMES

from . import address, browser, desk

# The inline part travels with every message, so it only fetches the module that does the work.
_LOADER = """
export default function (component) {
  const root = component.parentElement
  root.latest = component
  root.gone = false
  if (!root.module) root.module = import(new URL(component.data.module, location.origin).href)
  root.module.then((module) => { if (!root.gone && root.latest === component) module.mount(root, component) })
  return () => { root.gone = true; root.module.then((module) => { if (root.gone) module.unmount(root) }) }
}
"""

_live = st.components.v2.component("gan_live", js=_LOADER, isolate_styles=False)


def show(view: str, key: str, run: Any = "current", of: Any = None, **more: Any) -> Any:
    """Mount a live view of the run that is looked at, or of the settings where there is none yet; `of` a desk, the visitor's where not given."""
    handlers = {name: more.pop(name) for name in list(more) if name.startswith("on_")}
    of = of or desk.here()
    if run == "current":
        run = desk.run(of)
    now = run.snapshot() if run else None
    config = now.present if now else of.settings.config
    data = {
        "view": view,
        "base": browser.base_path(),
        "module": browser.address("shared/main.js"),
        "plotly": browser.plotly_address(),
        "address": address.write(desk.here()),
        "run": run.id if run else None,
        "state": now.state if now else "ready",
        "game": GAMES[config.objective].told(),
        "games": None if config.is_image else {name: game.told() for name, game in GAMES.items()},
        "penalty": config.penalty != "none",
        "image": config.is_image,
        "average": config.ema_half_life > 0,
        "config": json.dumps(of.settings.config.to_dict(), separators=(",", ":")),
        **more,
    }
    return _live(key=key, data=data, **handlers)
