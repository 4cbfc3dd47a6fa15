"""The walk between two points of latent space: the widgets that choose its ends, its path, and the generator."""

from __future__ import annotations

import random
from typing import Any

import streamlit as st

from gan_core.runs import Run

NEWEST = "newest"
COUNT = 61
"""Pictures of a walk: enough that the slider's steps cannot be seen, few enough to be rendered at once."""
KINDS = {"spherical": "Spherical path", "linear": "Linear path"}


def choose(run: Run) -> dict[str, Any]:
    """The widgets that choose the walk; returns what the views need to know."""
    memory = st.session_state.setdefault(
        "walk", {"a": 1, "b": 2, "kind": "spherical", "step": NEWEST, "label": 0, "average": False}
    )
    classes = run.config.n_classes
    memory["label"] = min(memory["label"], max(0, classes - 1))
    steps = sorted(run.checkpoints(), reverse=True)
    if memory["step"] not in steps:
        memory["step"] = NEWEST
    for name, value in memory.items():
        st.session_state[f"walk_{name}"] = value

    def keep(name: str) -> None:
        value = st.session_state[f"walk_{name}"]
        memory[name] = 0 if value is None else value

    def shuffle(name: str) -> None:
        memory[name] = random.randrange(10_000)

    with st.sidebar:
        st.selectbox(
            "Checkpoint",
            [NEWEST, *steps],
            key="walk_step",
            on_change=keep,
            args=("step",),
            format_func=lambda s: (
                f"Step {s:,}" if s != NEWEST else "Newest" if run.is_active else f"Newest (step {steps[0]:,})"
            ),
            help="The generator as it was when it was saved. “Newest” follows a run while it trains.",
        )
        if classes:
            names = (run.layout or {}).get("names") or []
            st.selectbox(
                "Class",
                range(classes),
                key="walk_label",
                on_change=keep,
                args=("label",),
                format_func=lambda i: names[i] if i < len(names) else str(i),
                help="This generator was told the class of each sample: the one it is asked for here.",
            )
        if run.config.ema_half_life:
            st.toggle(
                "Average of G",
                key="walk_average",
                on_change=keep,
                args=("average",),
                help="Draw with the moving average of the generator's weights.",
            )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ends"):
        for name in ("a", "b"):
            st.number_input(
                f"Seed of {name.upper()}",
                0,
                2**31 - 1,
                step=1,
                key=f"walk_{name}",
                on_change=keep,
                args=(name,),
                width=150,
                help="The random numbers z come from this seed: the same seed, the same z.",
            )
            st.button(
                f"Shuffle {name.upper()}",
                key=f"shuffle_{name}",
                icon=":material/shuffle:",
                on_click=shuffle,
                args=(name,),
            )
        st.segmented_control(
            "Path",
            list(KINDS),
            key="walk_kind",
            required=True,
            label_visibility="collapsed",
            format_func=lambda kind: KINDS[kind],
            on_change=keep,
            args=("kind",),
            help="Linear: straight from A to B, through the middle, where normal noise almost never lies. "
            "Spherical: along the arc, as far from 0 as noise is.",
        )
    return {
        **memory,
        "step": None if memory["step"] == NEWEST else memory["step"],
        "average": memory["average"] and run.config.ema_half_life > 0,
        "count": COUNT,
    }
