"""The Lab's large pictures in a real browser, with a server of our own: what is drawn, switched, asked for and said."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from pathlib import Path

import numpy as np
import pytest
import serving

from ui import words

STATIC = Path(__file__).parents[2] / "ui"
CELLS = 12
COLOURS = (
    "real:#108030,fake:#8040c0,discriminator:#2060d0,generator:#d07010,gradients:#d02080,unsure:#808080,"
    "text:#222222,background:#ffffff,line:#cccccc"
)
PROBABILITY = {
    "name": "non-saturating",
    "probability": True,
    "level": 0.5,
    "value": "V(G, D)",
    "draw": -1.386294,
    "most": 0.0,
}


def packed(values) -> tuple[str, list[float]]:
    """A map as a frame holds it."""
    values = np.asarray(values, float).reshape(-1)
    low, high = float(values.min()), float(values.max())
    levels = np.round((values - low) / ((high - low) or 1) * 65535).astype("<u2")
    return base64.b64encode(levels.tobytes()).decode(), [low, high if high > low else low + 1]


def frame(step: int = 0, **more) -> dict:
    """A frame of the plane [-1, 1]^2 whose D rises from 0 on the left to 1 on the right."""
    ramp = np.tile((np.arange(CELLS) + 0.5) / CELLS, (CELLS, 1))
    d, d_range = packed(ramp)
    best, best_range = packed(1 - ramp)
    lattice = [[x, y] for y in (-0.5, 0.0, 0.5) for x in (-0.5, 0.0, 0.5)]
    return {
        "dim": 2,
        "x": [0.01 * step, 0.0, 0.5, 0.5],
        "d": d,
        "range": d_range,
        "best": best,
        "best_range": best_range,
        "hits": None,
        "s_real": [0.5],
        "s_fake": [0.5],
        "gradient": [3.0, 0.0, 0.0, 4.0],
        "manifold": {"x": np.ravel(lattice).tolist(), "rows": 3, "columns": 3},
        **more,
    }


SCENE = {"dim": 2, "extent": [-1, 1, -1, 1], "map": CELLS, "real": [0.2, 0.3], "modes": None, "sigma": None}


class Site(http.server.ThreadingHTTPServer):
    """Our static files, and a run whose newest step rises with every question.

    `behind`: how many more questions come before a frame that was asked for is sent.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []
        self.step, self.behind, self.kept = 0, 0, [0, 10, 20]
        self.asked_again = threading.Condition()


class Answer(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=str(STATIC))

    def log_message(self, *args):
        pass

    def do_GET(self):  # noqa: N802, the name that the base class calls
        site, path = self.server, self.path.partition("?")[0]
        if "/api/runs/" not in path:
            if path == "/shared/catalogue.js":
                return self._say(words.module().encode(), "text/javascript")
            if path == "/":
                return self._say(b"<!doctype html><title>views</title><body></body>", "text/html")
            return super().do_GET()
        site.asked.append(path)
        if path.endswith("/live"):
            with site.asked_again:
                site.step += 1
                site.asked_again.notify_all()
            status = {"state": "training", "active": True, "frame": 100 + site.step, "is_image": False, "latent_dim": 2}
            kept = site.kept if "/a/" in path else [0, 9, 18, 27]
            return self._json(
                {
                    "sequence": str(site.step),
                    "status": status,
                    "frames": kept,
                    "layout": None,
                    "evaluations": {},
                    "findings": [],
                }
            )
        if path.endswith("/real"):
            return self._json(SCENE)
        with site.asked_again:
            enough = site.step + site.behind
            assert site.asked_again.wait_for(lambda: site.step >= enough, serving.PATIENCE)
        return self._json(frame(int(path.rpartition("/")[2])))

    def _json(self, body):
        self._say(json.dumps(body).encode(), "application/json")

    def _say(self, content: bytes, kind: str):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def site():
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def page(site, browser):
    errors = []
    site.asked.clear()
    site.behind, site.step = 0, 0
    one = browser.new_page(viewport={"width": 1200, "height": 900})
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(f"http://127.0.0.1:{site.server_port}/")
    one.evaluate(
        """(colours) => {
            window.COLOURS = Object.fromEntries(colours.split(',').map((pair) => pair.split(':')))
            const st = { 'st-text-color': '#222222', 'st-background-color': '#ffffff', 'st-border-color': '#cccccc' }
            const theme = { ...COLOURS, ...st }
            document.body.style.cssText = Object.entries(theme).map(([name, c]) => `--${name}: ${c}`).join(';')
            /** A view with a source that says what a test wants it to say. */
            window.put = async (name, source, data = {}) => {
              const { default: View } = await import(`/${name}.js`), root = document.createElement('div'), sent = []
              root.style.width = '700px'
              document.body.append(root)
              const component = { data, setTriggerValue: (key, value) => sent.push([key, value]) }
              const view = Object.assign(new View({ root, component, source }), { sent })
              view.mounted()
              view.draw()
              return view
            }
            window.fixed = (frame, real, game) => {
              const config = { latent_dim: 2 }
              return { isRun: false, preview: {}, fake: frame, real, game, gameOf: () => game, config }
            }
        }""",
        COLOURS,
    )
    yield one
    one.close()
    assert not errors


def test_the_words_below_the_plane_switch_its_layers(page):
    """At once in the picture, and in a report to the page, numbered; what the page says later counts again."""
    found = page.evaluate(
        """async ([frame, scene, game]) => {
            const view = await put('lab/field', fixed(frame, scene, game), { layers: 'real,fakes,d' })
            const press = (name) => view.node.querySelector(`.layer[data-layer=${name}]`).click()
            const at = () => view.canvas.toDataURL()
            const on = () => [...view.node.querySelectorAll('.layer.on')].map((b) => b.dataset.layer)
            // a picture that is still, and another one than those before; the last one where none comes
            const next = async (seen) => {
              let now
              for (let tries = 0; tries < 200; tries++) {
                now = at()
                await new Promise((d) => setTimeout(d, 50))
                if (now === at() && !seen.includes(now)) break
              }
              return now
            }
            const seen = [at()], ons = [on()]
            for (const name of ['manifold', 'pull', 'best', 'nothing', 'fakes']) {
              press(name)
              seen.push(await next(seen))
              ons.push(on())
            }
            view.component.data = { layers: 'real', seen: 0 }
            view.mounted()
            const held = on()
            view.component.data = { layers: 'real', seen: view.sent.length }
            view.mounted()
            return { different: new Set(seen).size, ons, sent: view.sent, held, heard: on() }
        }""",
        [frame(), SCENE, PROBABILITY],
    )
    assert found["different"] == 6
    assert [set(one) - {"d"} for one in found["ons"][:3]] == [
        {"real", "fakes"},
        {"real", "fakes", "manifold"},
        {"real", "fakes", "manifold", "pull"},
    ]
    grounds = [set(one) - {"real", "fakes", "manifold", "pull"} for one in found["ons"]]
    assert grounds == [{"d"}] * 3 + [{"best"}] + [{"nothing"}] * 2, "the ground is one of them"
    assert [value["n"] for _, value in found["sent"]] == [1, 2, 3, 4, 5]
    assert (
        found["sent"][1][1]["layers"] == "real,fakes,manifold,pull,d"
        and found["sent"][-1][1]["layers"] == "real,manifold,pull"
    )
    assert set(found["held"]) == {"real", "manifold", "pull", "nothing"}, "the page has not heard of it yet"
    assert set(found["heard"]) == {"real", "nothing"}


def test_a_layer_that_is_not_there_says_why_and_cannot_be_pressed(page):
    found = page.evaluate(
        """async ([frame, scene, game]) => {
            const source = { ...fixed(frame, scene, game), config: { latent_dim: 16 } }
            const view = await put('lab/field', source, { layers: 'real,fakes,best,manifold' })
            const words = {}
            for (const name of ['manifold', 'best', 'pull']) {
              const button = view.node.querySelector(`.layer[data-layer=${name}]`)
              button.dispatchEvent(new MouseEvent('mouseenter'))
              words[name] = document.querySelector('.gan-bubble')?.textContent
              button.dispatchEvent(new MouseEvent('mouseleave'))
              button.click()
            }
            const dim = [...view.node.querySelectorAll('.layer[aria-disabled=true]')].map((b) => b.dataset.layer)
            return { words, sent: view.sent, left: document.querySelector('.gan-bubble'), dim }
        }""",
        [
            {k: v for k, v in frame(manifold=None, best=None, best_range=None).items() if k != "gradient"},
            SCENE,
            PROBABILITY,
        ],
    )
    assert (
        "16 dimensions" in found["words"]["manifold"]
        and "no formula" in found["words"]["best"]
        and "older version" in found["words"]["pull"]
    )
    assert (
        set(found["dim"]) >= {"manifold", "best", "difference", "pull"}
        and found["sent"] == []
        and found["left"] is None
    )


def test_the_readout_is_what_the_maps_say(page):
    found = page.evaluate(
        """async ([frame, scene, game]) => {
            const view = await put('lab/field', fixed(frame, scene, game), { layers: 'd' })
            const box = view.box.getBoundingClientRect(), read = (x, y) => {
              const place = { clientX: box.left + x * box.width, clientY: box.top + y * box.height }
              view.box.dispatchEvent(new PointerEvent('pointermove', place))
              return view.readout.node.innerText.split(/\\s*\\n\\s*/)
            }
            return [read(0.5, 0.5), read(0.81, 0.33)]
        }""",
        [frame(), SCENE, PROBABILITY],
    )
    middle, right = (" ".join(one) for one in found)
    assert "0.50" in middle
    assert "0.62" in right and "0.34" in right, "the place"
    assert "0.81" in right and "0.19" in right, "D, and the best D"


def test_the_manifold_is_darker_where_g_is_dense_and_adds_up_where_it_folds(page):
    found = page.evaluate(
        """async () => {
            const { manifold } = await import('/lab/manifold.js'), { placeOf } = await import('/shared/plane.js')
            const size = 400
            const ink = (points, at) => {
              const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
              const c = canvas.getContext('2d')
              manifold(c, placeOf([0, 1, 0, 1], size, size), points, { rows: 2, columns: points.length / 4 }, COLOURS)
              return at.map(([x, y]) => c.getImageData(x * size, (1 - y) * size, 1, 1).data[3])
            }
            // cells [0, 0.25] and [0.25, 0.35], then one that is folded back over the second
            const row = (xs, y) => xs.flatMap((x) => [x, y]), lattice = (xs) => [...row(xs, 0.1), ...row(xs, 0.3)]
            const wide = ink(lattice([0.05, 0.3, 0.4]), [[0.15, 0.2], [0.35, 0.2], [0.6, 0.6]])
            const folded = ink(lattice([0.05, 0.3, 0.4, 0.3]), [[0.15, 0.2], [0.35, 0.2]])
            return { wide, folded }
        }"""
    )
    sparse, dense, nothing = found["wide"]
    assert 0 < sparse < dense and nothing == 0
    assert found["folded"][1] > 1.2 * dense


def test_of_the_pictures_wished_for_meanwhile_only_the_newest_is_loaded(page, site):
    """Questions come as often as the view that wants them most often says; frames do not pile up behind a slow one."""
    site.behind = 4
    found = page.evaluate(
        """async (game) => {
            const { sourceFor } = await import('/shared/store.js')
            const data = { run: 'a', base: '', view: 'field', game, often: 40 }
            const source = sourceFor(data)
            const usual = (source.subscribe(() => {}, () => ({})), source.often)
            const view = await put('lab/field', source, data)
            const leave = source.subscribe(() => view.draw(), () => data), often = source.often
            while (view.pictures < 5) await new Promise((d) => setTimeout(d, 20))
            source.end()
            source.views.clear()
            return { usual, often, polls: source.polls, pictures: view.pictures }
        }""",
        PROBABILITY,
    )
    frames = [int(path.rpartition("/")[2]) for path in site.asked if "/frames/" in path]
    assert found["usual"] == 400 and found["often"] == 40
    # the first answer does not wait for its picture, so the second one's is asked for beside it
    assert found["polls"] > 2 * (len(frames) - 1), "questions do not wait for pictures"
    assert frames == sorted(frames) and len(set(frames)) == len(frames) and max(np.diff(frames)) > 1, (
        "those that were passed by are not asked for"
    )
    assert 5 <= found["pictures"] <= len(frames)


def test_the_other_side_of_a_race_looks_at_what_it_had_by_then(page):
    found = page.evaluate(
        """async () => {
            const { sourceFor } = await import('/shared/store.js')
            const make = (run, pair) => {
              const data = { run, base: '', pair, often: 50 }, one = sourceFor(data)
              one.subscribe(() => {}, () => data)
              return one
            }
            const a = make('a', 'b'), b = make('b', 'a')
            while (!a.status || !b.status) await new Promise((d) => setTimeout(d, 20))
            const seen = []
            for (const step of [10, 20, 0, null]) { a.look(step); seen.push([a.cursor, b.cursor]) }
            b.look(18)
            seen.push([a.cursor, b.cursor])
            for (const one of [a, b]) { one.end(); one.views.clear() }
            return seen
        }"""
    )
    assert found == [[10, 9], [20, 18], [0, 0], [None, None], [10, 18]]


def test_the_figure_says_what_d_could_still_gain(page):
    grid = np.linspace(-3, 3, 61)
    bell = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi)
    line = {
        "dim": 1,
        "grid": grid.tolist(),
        "d": (0 * grid + 0.5).tolist(),
        "best": (0 * grid + 0.5).tolist(),
        "data_density": bell.tolist(),
    }
    line |= {
        "g_density": bell.tolist(),
        "z": [-1.0, 0.0, 1.0],
        "x": [-1.0, 0.0, 1.0],
        "real": [0.0],
        "method": "kernel",
        "bandwidth": 0.03,
    }
    line |= {"value": -1.3, "value_best": -1.1, "jsd": 0.14, "kl_data_g": None, "kl_g_data": 0.25}
    said, hovered, old = page.evaluate(
        """async ([frame, game]) => {
            const view = await put('lab/figure', fixed(frame, { dim: 1 }, game))
            const said = view.node.querySelector('.gauge').innerText + view.node.querySelector('.far').innerText
            view.pointer = view.layout.px(0)
            view.paint()
            const hovered = view.legend.textContent
            const { value, value_best, best, method, jsd, kl_data_g, kl_g_data, ...before } = frame
            const old = await put('lab/figure', fixed(before, { dim: 1 }, game))
            const older = old.node.querySelector('.gauge').innerText + old.node.querySelector('.far').innerText
            return [said, hovered, older]
        }""",
        [line, PROBABILITY],
    )
    for part in ("V(G, D) −1.300", "would reach −1.100", "to gain 0.200", "−1.386", "0.140", "∞", "0.250"):
        assert part in said
    assert "data 0.40" in hovered and "generator 0.40" in hovered and "best D 0.50" in hovered
    assert "∞" not in old and old.count("–") >= 5, "a frame of an older version says nothing that it does not know"


def test_cards_of_findings_keep_their_order_and_their_elements(page):
    """The worst comes first, whenever it came; no card is taken out and put back, so clicks do not go astray."""
    found = page.evaluate(
        """async () => {
            const finding = (kind, more) => ({ kind, title: kind, evidence: '', meaning: '', remedy: { k: 2 }, since: 1,
              since_words: '', remedy_words: '', at_once: true, lost: false, back: null, ...more })
            const source = { isRun: true, isImage: true, findings: [], evaluations: null, curves: null, cursor: null,
              status: { step: 9, active: true }, game: {} }
            const view = await put('shared/findings', source, { run: 'a' })
            const moves = []
            new MutationObserver((all) => moves.push(...all.flatMap((m) => [...m.removedNodes]))).observe(view.found, {
              childList: true })
            const seen = []
            const show = async (...kinds) => {
              source.findings = kinds.map((kind) => finding(kind, kind === 'dead' ? { lost: true, back: 300 } : {}))
              view.draw()
              await null
              seen.push([...view.found.children].map((card) => card.dataset.kind))
            }
            await show('collapse', 'circles')
            const [collapse, circles] = view.found.children
            circles.focus()
            await show('dead', 'collapse', 'wins', 'circles')
            const kept = document.activeElement === circles && collapse.isConnected && !moves.length
            const buttons = [...view.found.children].slice(0, 2).map((card) =>
              [...card.querySelectorAll('button')].filter((b) => !b.hidden).map((b) => b.textContent))
            view.found.children[0].querySelector('button').click()
            await show('wins', 'circles')
            return { seen, kept, buttons, sent: view.sent, run: circles.dataset.run }
        }"""
    )
    assert found["seen"] == [
        ["collapse", "circles"],
        ["dead", "collapse", "wins", "circles"],
        ["wins", "circles"],
    ]
    assert found["kept"] and found["run"] == "a"
    # what no change at once can mend offers none
    assert found["buttons"] == [["Go back to step 300", "Restart with this"], ["Apply now", "Restart with this"]]
    assert found["sent"] == [["remedy", {"kind": "dead", "back": True}]]
