"""The table of measures: what was put in comes out by name, also after a torn end and while it is written."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.runs.tables import HEADER, Table, TableError


def columns(table: Table, rows: list[tuple]) -> dict[str, list]:
    """Rows in the order of a table's columns, column by column, the last one first: the order must not matter."""
    return {name: [row[i] for row in rows] for i, name in reversed(list(enumerate(table.names)))}


@given(
    rows=st.lists(st.tuples(st.integers(0, 10**12), st.floats(width=32), st.floats()), max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=3),
    torn=st.binary(max_size=19),
)
def test_a_table_gives_back_what_was_put_in_also_after_a_torn_end(rows, cuts, torn, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "t"
    table = Table(path, {"step": "<i8", "a": "<f4", "b": "<f8"})
    rows = sorted(rows, key=lambda r: r[0])
    edges = sorted({0, len(rows), *(min(c, len(rows)) for c in cuts)})
    for start, end in zip(edges, edges[1:], strict=False):
        table.append(columns(table, rows[start:end]))
        with open(path, "ab") as file:
            file.write(torn)  # a kill in the middle of a record
        assert len(Table(path)) == end
    found = Table(path).read()
    expected = np.array(rows, table.dtype)
    assert found.tobytes() == expected.tobytes()
    assert Table(path).read(3).tobytes() == expected[3:].tobytes()
    if rows:
        last = rows[len(rows) // 2][0]
        table.keep_through(last)
        assert Table(path).read().tobytes() == expected[expected["step"] <= last].tobytes()


def test_a_table_is_read_while_it_is_written(tmp_path):
    table = Table(tmp_path / "t", {"step": "<i8", "twice": "<f8"})
    stop, wrong = threading.Event(), []

    def read() -> None:
        reader = Table(tmp_path / "t")
        while not stop.is_set():
            rows = reader.read()
            if rows["step"].tolist() != list(range(len(rows))) or not np.array_equal(rows["twice"], 2.0 * rows["step"]):
                wrong.append(rows)

    thread = threading.Thread(target=read)
    thread.start()
    for start in range(0, 3000, 10):
        table.append({"twice": 2.0 * np.arange(start, start + 10), "step": range(start, start + 10)})
    stop.set()
    thread.join()
    assert not wrong and len(table) == 3000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"{}",
        b"{}".ljust(HEADER),
        b'{"columns": [["a", "O"]]}'.ljust(HEADER),
        b'{"columns": []}'.ljust(HEADER),
        os.urandom(2000),
    ],
)
def test_what_is_no_table_is_refused(content, tmp_path):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TableError):
        Table(tmp_path / "t").read()


@pytest.mark.parametrize("columns", [{"step": [1]}, {"step": [1], "b": [2.0]}, {"step": [1], "a": [2.0], "b": [3.0]}])
def test_a_row_with_other_columns_is_refused_and_nothing_is_written(columns, tmp_path):
    table = Table(tmp_path / "t", {"step": "<i8", "a": "<f4"})
    with pytest.raises(TableError, match="step, a"):
        table.append(columns)
    with pytest.raises(ValueError, match="2 values"):
        table.append({"step": [1], "a": [2.0, 3.0]})
    assert len(table) == 0
