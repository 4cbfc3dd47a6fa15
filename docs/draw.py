"""Draw docs/architecture.svg, the rooms of the program and their imports, from the source: `python docs/draw.py`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = Path(__file__).with_name("architecture.svg")

WIDTH, LEFT, RIGHT, TOP = 1060, 20, 730, 64
ROW, BOX = 54, 42
STYLE = """
svg { color-scheme: light dark }
text { font: 13px system-ui, sans-serif; fill: #1f2430 }
.name { font: 600 14px ui-monospace, monospace }
.faint { fill: #5d6677 }
.head { font-weight: 600; font-size: 14px }
rect { fill: #eef1f6; stroke: #c3cad6 }
rect.page { fill: #e8f2ff; stroke: #a9c8ee }
path { fill: none; stroke: #5b6b8c; stroke-width: 1.4 }
path.implied { stroke: #a5aebd; stroke-width: .8 }
.tip { fill: #5b6b8c; stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ef }
  .faint { fill: #9aa4b5 }
  rect { fill: #232936; stroke: #434c5e }
  rect.page { fill: #1c2c42; stroke: #3b5a82 }
  path { stroke: #a3b3d3 }
  path.implied { stroke: #56617a }
  .tip { fill: #a3b3d3 }
}
"""


@dataclass
class Room:
    """A folder of modules. `scripts` and `lines` count both halves, Python and JavaScript."""

    name: str
    says: str = ""
    scripts: int = 0
    lines: int = 0
    uses: set[str] = field(default_factory=set)


def room_of(module: str, rooms: dict[str, Room]) -> str | None:
    """The room that a module, by its full name, is in: "gan_core.runs.folder" -> "gan_core/runs"."""
    parts = module.split(".")
    for name in ("/".join(parts[:2]), parts[0]):
        if name in rooms:
            return name
    return None


def imports(file: Path) -> set[str]:
    """The full names of all that a file imports, anywhere in it."""
    here, found = file.relative_to(ROOT).with_suffix("").parts[:-1], set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*here[: len(here) - node.level + 1], *filter(None, [node.module])])
            found |= {f"{base if node.level else node.module}.{alias.name}" for alias in node.names}
    return found


def read() -> list[Room]:
    """Every room, each after those that it imports from; where several could be next, by name."""
    folders = {f.parent for package in ("gan_core", "ui") for f in (ROOT / package).glob("*/__init__.py")}
    rooms = {folder.relative_to(ROOT).as_posix(): Room(folder.relative_to(ROOT).as_posix()) for folder in folders}
    rooms["pages"] = Room("pages", "The scripts of the pages, three lines each.")
    for name, room in rooms.items():
        files = [f for end in ("py", "js") for f in sorted((ROOT / name).rglob(f"*.{end}"))]
        room.scripts, room.lines = len(files), sum(len(f.read_text().splitlines()) for f in files)
        for file in files:
            if file.suffix == ".py":
                room.uses |= {used for module in imports(file) if (used := room_of(module, rooms))} - {name}
        start = ROOT / name / "__init__.py"
        if start.exists():
            room.says = (ast.get_docstring(ast.parse(start.read_text())) or "").split("\n")[0]
    road: list[Room] = []
    while len(road) < len(rooms):
        done = {room.name for room in road}
        # a circle would leave nothing to choose from
        road.append(rooms[min(name for name, room in rooms.items() if name not in done and room.uses <= done)])
    return road


def needed(room: Room, rooms: dict[str, Room]) -> set[str]:
    """The rooms that it uses and that no other room it uses uses as well: the others are implied."""
    implied: set[str] = set()
    for used in room.uses:
        implied |= reach(used, rooms)
    return room.uses - implied


def reach(name: str, rooms: dict[str, Room]) -> set[str]:
    """All rooms below one."""
    return {low for used in rooms[name].uses for low in {used} | reach(used, rooms)}


def short(says: str, most: int = 102) -> str:
    """The first part of a sentence that fits into a box."""
    says = says.replace("`", "").rstrip(".")
    return says if len(says) <= most else says[: most - 1].rsplit(" ", 1)[0].rstrip(",:;") + " …"


def draw() -> str:
    """The picture, as SVG."""
    road = read()
    rooms = {room.name: room for room in road}
    row = {room.name: TOP + i * ROW for i, room in enumerate(road)}
    enters = {name: [room.name for room in road if name in room.uses] for name in rooms}
    parts = [
        f'<text class="head" x="{LEFT}" y="24">The road: a room imports only from rooms above it</text>',
        f'<text class="faint" x="{LEFT}" y="44">Thin lines: imports of rooms that are also reached by way of another. '
        "Lines of Python and JavaScript together.</text>",
    ]
    for room in road:
        needs = needed(room, rooms)
        for i, used in enumerate(sorted(room.uses, key=row.__getitem__)):
            start = row[room.name] + 6 + (BOX - 12) * (i + 0.5) / len(room.uses)
            others = enters[used]
            end = row[used] + 6 + (BOX - 12) * (others.index(room.name) + 0.5) / len(others)
            bend = RIGHT + 24 + 17 * (row[room.name] - row[used]) / ROW
            kind = "" if used in needs else ' class="implied"'
            curve = f"M{RIGHT} {start:.1f}C{bend:.0f} {start:.1f} {bend:.0f} {end:.1f} {RIGHT + 5} {end:.1f}"
            parts.append(f'<path{kind} d="{curve}"/>')
            if used in needs:
                parts.append(f'<path class="tip" d="M{RIGHT} {end:.1f}l8 -4v8z"/>')
    for room in road:
        y, page = row[room.name], "" if room.name.startswith("gan_core") else ' class="page"'
        # rounded, or every change of the program would change the picture
        count = f"{room.scripts} files · {round(room.lines, -2) or room.lines:,} lines"
        parts += [
            f'<rect{page} x="{LEFT}" y="{y}" width="{RIGHT - LEFT}" height="{BOX}" rx="7"/>',
            f'<text class="name" x="{LEFT + 12}" y="{y + 18}">{room.name}</text>',
            f'<text class="faint" x="{RIGHT - 12}" y="{y + 18}" text-anchor="end">{count}</text>',
            f'<text class="faint" x="{LEFT + 12}" y="{y + 35}">{escape(short(room.says))}</text>',
        ]
    height = TOP + len(road) * ROW
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(draw())
