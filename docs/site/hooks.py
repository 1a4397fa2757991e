"""What mkdocs does with our pages: takes in README, shows the files that pages link to, writes formulas as MathML."""

import os
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from pymdownx.superfences import SuperFencesException

HERE = Path(__file__).parent
DOCS, ROOT = HERE.parent, HERE.parent.parent
sys.path.insert(0, str(HERE))

from formulas import mathml  # noqa: E402

TAKEN_IN = {
    "README.md": "index.md", "README.zh.md": "zh.md", "DECISIONS.md": "decisions.md", "CHANGELOG.md": "changes.md",
}  # fmt: skip
"""Pages that lie outside docs/, and what they are called on the site."""
LINK = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]*)?(?=\))")
LANGUAGES = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
CHINESE = "zh.md"


def on_config(config: Any) -> Any:
    """Let a fence ```math hold a formula."""
    fences = [{"name": "math", "class": "math", "format": formula}]
    config.mdx_configs["pymdownx.superfences"] = {"custom_fences": fences}
    return config


def formula(source: str, *_: Any, **__: Any) -> str:
    """Return a fence's formula as MathML, one line after another."""
    try:
        return "".join(f'<div class="formula" tabindex="0">{mathml(line)}</div>' for line in source.split("\\\\\n"))
    except Exception as wrong:  # superfences would leave the formula as it is typed
        raise SuperFencesException(str(wrong)) from wrong


def on_files(files: Files, config: Any) -> Files:
    """Add the pages from outside docs/, and a page for every file that some page links to."""
    shown: dict[str, str] = {}
    for file in [*files.documentation_pages()]:
        if file.src_uri.startswith("site/"):
            files.remove(file)
            continue
        note_links((DOCS / file.src_uri).read_text(encoding="utf-8"), DOCS, shown)
    for name, page in TAKEN_IN.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        note_links(text, ROOT, shown)
        files.append(File.generated(config, page, content=text))
    waiting = [*shown]
    while waiting:
        path = waiting.pop()
        text = source_page(path)
        if (ROOT / path).is_dir():
            before = set(shown)
            note_links(text, ROOT, shown)
            waiting += [new for new in shown if new not in before]
        files.append(File.generated(config, shown[path], content=text))
    return files


def note_links(text: str, folder: Path, shown: dict[str, str]) -> None:
    """Remember which files outside the site's pages a text links to."""
    for target, _ in LINK.findall(text):
        path = from_root(target, folder)
        if path is not None and not is_page(path):
            shown[path] = f"source/{path}.md"


def from_root(target: str, folder: Path) -> str | None:
    """Return a link's target as a path from the project's folder; None where it leads elsewhere."""
    if "://" in target or target.startswith("mailto:"):
        return None
    path = Path(os.path.normpath(folder / target))
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) and path.exists() else None


def is_page(path: str) -> bool:
    """Return whether a file is a page or picture of the site itself."""
    return path in TAKEN_IN or (path.startswith("docs/") and path.endswith((".md", ".png")))


def source_page(path: str) -> str:
    """Return the page that shows a file, or lists a folder."""
    file = ROOT / path
    head = "---\nsearch: {exclude: true}\nhide: [toc]\n---\n\n"
    if file.is_dir():
        inside = sorted(one for one in file.iterdir() if one.suffix in LANGUAGES and not one.name.startswith("__"))
        return f"{head}# {path}/\n\n" + "".join(f"- [{one.name}]({path}/{one.name})\n" for one in inside)
    fence = "`" * 5
    language = LANGUAGES.get(file.suffix, "text")
    return f"{head}# {path}\n\n{fence}{language}\n{file.read_text(encoding='utf-8').rstrip()}\n{fence}\n"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links, which are written for whoever reads the files, into links of the site."""
    name = page.file.src_uri
    outside = name in TAKEN_IN.values() or name.startswith("source/")
    folder = ROOT if outside else DOCS

    def turned(found: re.Match[str]) -> str:
        path = from_root(found[1], folder)
        if path is None:
            return found[0]
        here = TAKEN_IN.get(path, path.removeprefix("docs/") if is_page(path) else f"source/{path}.md")
        return os.path.relpath(here, os.path.dirname(name) or ".") + (found[2] or "")

    return LINK.sub(turned, markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Say in which language a page is."""
    return output.replace('<html lang="en"', '<html lang="zh-CN"', 1) if page.file.src_uri == CHINESE else output


def on_post_build(config: Any) -> None:
    """Let the search find its index also where the site is opened from the disk."""
    index = Path(config.site_dir, "search", "search_index.json")
    index.with_suffix(".js").write_text("var __index = " + index.read_text(encoding="utf-8"), encoding="utf-8")
