"""A playground for generative adversarial networks. Start it with `streamlit run app.py`.

Streamlit reads this file twice, in two roles: as the page script, under the name __main__, once per rerun; and as a
module of the server, once, to find `app`, which adds the routes that the moving parts of the pages talk to.
"""

import streamlit as st

if __name__ == "__main__":
    from ui.shared import frame

    frame.draw()
else:
    from starlette.middleware import Middleware

    from ui.server import ending

    ending.listen()  # before anything that takes its time
    from ui.server import hosts, lifespan, opening, routes
    from ui.shared import browser

    base = browser.base_path()
    app = st.App(
        __file__,
        lifespan=lifespan.lifespan,
        routes=[*routes.api(base), *opening.routes(base)],
        middleware=[Middleware(hosts.OwnHosts)],
    )
