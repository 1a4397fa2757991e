"""Formulas, written in the part of TeX that the pages need, as MathML: browsers show it without any script."""

import re
from html import escape

TOKEN = re.compile(r"\s*(\\text\{[^}]*\}|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|[^\s])")
GREEK = {
    "lambda": "λ", "rho": "ρ", "Delta": "Δ", "Lambda": "Λ", "ell": "ℓ",
}  # fmt: skip
SIGNS = {
    "cdot": "·", "sum": "∑", "prod": "∏", "leftarrow": "←", "lfloor": "⌊", "rfloor": "⌋",
}  # fmt: skip
FUNCTIONS = ("exp", "ln", "max", "min")
BEFORE_A_SIGN = ("(", ",", "=", "{", "")


class Reader:
    """Reads one formula from left to right."""

    def __init__(self, source: str) -> None:
        self.source, self.tokens = source, TOKEN.findall(source.strip())
        self.at = 0

    def next(self) -> str:
        """Take the next token."""
        self.at += 1
        if self.at > len(self.tokens):
            raise ValueError(f"the formula ends too soon: {self.source}")
        return self.tokens[self.at - 1]

    def row(self, end: str = "") -> str:
        """Read up to an end, with whatever stands above or below."""
        parts: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != end:
            parts.append(self.scripted())
        if end:
            self.next()
        return f"<mrow>{''.join(parts)}</mrow>"

    def scripted(self) -> str:
        """Read one thing and its index and power."""
        big = self.tokens[self.at] in ("\\sum", "\\prod")
        base, marks = self.one(), {}
        while self.at < len(self.tokens) and self.tokens[self.at] in "_^":
            mark = self.next()
            marks[mark] = self.one()
        if not marks:
            return base
        if len(marks) == 2:
            kind = "munderover" if big else "msubsup"
            return f"<{kind}>{base}{marks['_']}{marks['^']}</{kind}>"
        kind = {"_": "munder" if big else "msub", "^": "mover" if big else "msup"}[next(iter(marks))]
        return f"<{kind}>{base}{''.join(marks.values())}</{kind}>"

    def one(self) -> str:
        """Read one thing."""
        token = self.next()
        if token == "{":
            return self.row("}")
        if token[0] == "\\":
            return self.command(token[1:])
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token in "()[]|":
            return f'<mo stretchy="false">{token}</mo>'
        if token == "-":
            before = self.tokens[self.at - 2] if self.at > 1 else ""
            return f'<mo form="{"prefix" if before in BEFORE_A_SIGN else "infix"}">−</mo>'
        return f"<mo>{escape(token)}</mo>"

    def command(self, name: str) -> str:
        """Read what a command asks for."""
        if name == "frac":
            return f"<mfrac>{self.one()}{self.one()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self.one()}</msqrt>"
        if name == "hat":
            return f'<mover accent="true">{self.one()}<mo stretchy="false">^</mo></mover>'
        if name.startswith("text{"):
            return f"<mtext>{escape(name[5:-1]).replace(' ', ' ')}</mtext>"
        if name in FUNCTIONS:
            return f'<mo lspace="0.17em" rspace="0.1em">{name}</mo>'
        if name == "quad":
            return '<mspace width="1em"/>'
        if name in GREEK:
            return f"<mi>{GREEK[name]}</mi>"
        if name in SIGNS:
            return f"<mo>{SIGNS[name]}</mo>"
        raise ValueError(f"\\{name} is not known here: {self.source}")


def mathml(source: str) -> str:
    """Return a formula as MathML; a ValueError where it is not understood."""
    reader = Reader(source)
    inside = reader.row()
    return f'<math display="block" alttext="{escape(" ".join(source.split()), quote=True)}">{inside}</math>'
