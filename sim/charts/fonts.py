"""Fonts of charts: DejaVu Sans, which comes with Matplotlib, and for Chinese what is installed."""

from contextlib import suppress
from functools import lru_cache

from matplotlib import font_manager, ft2font

CJK_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP",
    "Arial Unicode MS", "Droid Sans Fallback",
)  # fmt: skip
"""Fonts with Chinese characters, best first. Debian's Noto CJK may be listed under its Japanese name only."""


@lru_cache
def chinese_font() -> str | None:
    """Return a font with Chinese characters, if one is installed."""
    return best_known() or (best_known() if found_new_fonts() else None)


def best_known() -> str | None:
    """Return the best of our fonts with Chinese characters that Matplotlib knows."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in known), None)


def found_new_fonts() -> bool:
    """Tell Matplotlib of fonts installed since it made its list, which it keeps in a file; return whether there are."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    new = sorted(set(font_manager.findSystemFonts()) - known)
    for path in new:
        # A file that Matplotlib cannot read is no font for it.
        with suppress(OSError, RuntimeError):
            font_manager.fontManager.addfont(path)
    return bool(new)


@lru_cache
def families() -> tuple[str, ...]:
    """Return the fonts in which a character is looked for."""
    other = chinese_font()
    return ("DejaVu Sans", other) if other else ("DejaVu Sans",)


@lru_cache(maxsize=4096)
def drawable(character: str) -> bool:
    """Whether one of our fonts has a character."""
    return any(font_manager.get_font(path).get_char_index(ord(character)) for path in font_files())


@lru_cache(maxsize=4096)
def advance(character: str) -> float:
    """Return how broad a character is, in units of the size of the text."""
    for path in font_files():
        font = font_manager.get_font(path)
        if font.get_char_index(ord(character)):
            glyph = font.load_char(ord(character), flags=ft2font.LoadFlags.NO_SCALE)
            return float(glyph.horiAdvance / font.units_per_EM)
    return 1.0


@lru_cache
def font_files() -> tuple[str, ...]:
    """Return the files of our fonts."""
    return tuple(font_manager.findfont(family) for family in families())
