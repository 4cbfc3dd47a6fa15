"""Terms of the field in Markdown: what they do, their formulas, and their papers."""

from __future__ import annotations

import re

from gan_core.config.glossary import Term

from .sentences import plain


def explain(term: Term) -> str:
    """A term in Markdown: what it does and when it helps, its formula a line each, its papers as links."""
    formula = [f"${unbroken(part)}$" for line in term.formula.splitlines() for part in line.split(r", \quad ")]
    lines = [plain(f"{term.does} {term.helps}".strip()), *formula, papers(term.paper)]
    return "  \n".join(line for line in lines if line)


def unbroken(formula: str) -> str:
    """LaTeX in which what stands in parentheses is one piece.

    A formula wider than the sidebar is broken between pieces only.
    """
    depth, found = 0, ""
    for c in formula:
        if c == "(" and depth == 0:
            # an operator keeps its distance from a piece, but not from a parenthesis
            found += r"\!{(" if re.search(r"\\(log|max|min)$", found) else "{("
        elif c == ")" and depth == 1:
            found += ")}"
        else:
            found += c
        depth += (c == "(") - (c == ")")
    return found


def papers(text: str) -> str:
    """All papers named, as "Mao et al. 2017, arXiv:1611.04076; ...", as links in Markdown."""
    found = []
    for part in filter(None, text.split("; ")):
        name, _, number = part.partition(", arXiv:")
        number, comma, where = number.partition(", ")
        found.append(f"[{plain(name)}](https://arxiv.org/abs/{number}){comma}{plain(where)}" if number else plain(name))
    return "; ".join(found)
