"""What surrounds every page: title, navigation, style."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]
LOGO = Path(__file__).parent / "logo.svg"


def draw() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config("GAN playground", page_icon=str(LOGO), layout="wide", initial_sidebar_state="auto")
    st.logo(str(LOGO), size="large")
    pages = [
        st.Page(ROOT / "pages" / "train.py", title="Train", icon=":material/model_training:", default=True),
        st.Page(ROOT / "pages" / "lab.py", title="Lab", icon=":material/science:", url_path="lab"),
        st.Page(ROOT / "pages" / "latent.py", title="Latent", icon=":material/linear_scale:", url_path="latent"),
    ]
    st.navigation(pages, position="top").run()
