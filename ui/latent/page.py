"""The Latent page: which run and checkpoint, the two ends of the walk, and the live views of them."""

from __future__ import annotations

import random

import streamlit as st

from gan_core.runs import Run

from ..shared import session, views

NEWEST = "newest"
COUNT = 61
"""Pictures of a walk: enough that the slider's steps cannot be seen, few enough to be rendered at once."""
KINDS = {"spherical": "Spherical path", "linear": "Linear path"}


def draw() -> None:
    with st.sidebar:
        session.pick_run(only=_has_generator, first=None)
    run = session.run()
    if run is None or not _has_generator(run):
        good = [r for r in session.all_runs() if hasattr(r, "config") and _has_generator(r)]
        run = good[0] if good else None
        if run is not None:
            session.side().run_id = run.id
    if run is None:
        st.markdown("#### No generator has learnt anything yet")
        st.markdown(
            "This page moves through the noise that a generator starts from. Train one first; a minute is enough."
        )
        if st.button("Go to Train", type="primary", key="go_train"):
            st.switch_page("pages/train.py")
        return
    latent = _controls(run)
    with st.container(key="interpolation"):
        views.show("interpolation", key="interpolation_view", run=run, latent=latent)
    with st.container(key="walk"):
        left, right = st.columns([5, 6], gap="medium")
        with left, st.container(key="latent_picture"):
            views.show("latent_picture", key="latent_picture_view", run=run, latent=latent)
        with right, st.container(key="dimensions"):
            views.show("dimensions", key="dimensions_view", run=run, latent=latent)


def _has_generator(run: Run) -> bool:
    return bool(run.checkpoints())


def _controls(run: Run) -> dict:
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
            format_func=KINDS.get,
            on_change=keep,
            args=("kind",),
            help="Linear: straight from A to B, through the middle, where normal noise hardly ever is. Spherical: along the arc, as far from 0 as noise is.",
        )
    return {
        **memory,
        "step": None if memory["step"] == NEWEST else memory["step"],
        "average": memory["average"] and run.config.ema_half_life > 0,
        "count": COUNT,
    }
