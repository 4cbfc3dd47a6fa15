"""The moving parts of the pages.

One component, mounted once for each view, that talks to our routes without any rerun.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from gan_core.config import FIELDS, TrainConfig
from gan_core.config.games import GAMES

from . import address, browser, desk
from .desk import Desk

# The inline part travels with every message, so it only fetches the modules that do the work.
_LOADER = """
export default function (component) {
  const root = component.parentElement
  const load = (address) => import(new URL(address, location.origin).href)
  const parts = Promise.all([load(component.data.mount), load(component.data.view)])
  root.latest = component
  parts.then(([page, view]) => { if (root.latest === component) page.mount(root, component, view.default) })
  return () => {
    root.latest = null
    parts.then(([page]) => { if (!root.latest) page.unmount(root) })
  }
}
"""

_live = component("gan_live", js=_LOADER, isolate_styles=False)


def games(config: TrainConfig) -> dict[str, Any]:
    """What the numbers of the objective mean, and those of every other: a run may take one on before the page knows."""
    told = {name: game.told() for name, game in GAMES.items()}
    return {"game": told[config.objective], "games": told, "penalty": config.penalty != "none"}


def look(config: TrainConfig) -> str:
    """A word for all that the pictures before the first step depend on: what is only about later steps is left out."""
    later = {"weight_clip", "penalty", "penalty_weight", "penalty_every"}
    first = {f: v for f, v in config.to_dict().items() if FIELDS[f].group != "Optimisers" and f not in later}
    return hashlib.sha256(json.dumps(first).encode()).hexdigest()[:16]


def show(view: str, key: str, of: Desk | None = None, **more: Any) -> Any:
    """Mount the live view "room/name": the default export of ui/room/name.js.

    Args:
        view: its name.
        key: Streamlit's.
        of: the desk whose run it shows, or whose settings where there is no run yet; the visitor's where not given.
        more: what else the view is told, and callbacks (on_...) for what it tells.
    """
    handlers = {name: more.pop(name) for name in list(more) if name.startswith("on_")}
    of = of or desk.here()
    now = desk.now(of)
    config = now.present if now else of.settings.config
    shown = now.run.config if now else of.settings.config
    data = {
        "mount": browser.address("shared/mount.js"),
        "view": browser.address(f"{view}.js"),
        "base": browser.base_path(),
        "plotly": browser.plotly_address(),
        "visit": st.session_state.setdefault("visit", secrets.token_hex(8)),
        "address": address.write(desk.here()),
        "run": now.run.id if now else None,
        "state": now.state if now else "ready",
        "image": config.is_image,
        **games(config),
        "average": config.ema_half_life > 0,
        "config": json.dumps(shown.to_dict(), separators=(",", ":")),
        "look": look(shown),
        **more,
    }
    return _live(key=key, data=data, **handlers)
