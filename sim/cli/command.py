"""Commands whose help, and whose errors of use, are in the language that was asked for."""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import click

from sim.language.words import LANGUAGES, Words, language_now, texts

VARIABLE = "RETENTION_SIM_LANG"
OPTION = "--lang"


def language_asked(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, known before click reads it: its errors need it, too."""
    asked = os.environ.get(VARIABLE, "")
    for place, argument in enumerate(arguments):
        if argument == OPTION and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif argument.startswith(f"{OPTION}="):
            asked = argument.removeprefix(f"{OPTION}=")
    return asked if asked in LANGUAGES else LANGUAGES[0]


# --- what click says --------------------------------------------------------------------------------------------------


@cache
def keys_of_click() -> dict[str, str]:
    """Return the keys of click's own texts, by those texts."""
    return {text: key for key, text in texts("click", LANGUAGES[0]).items()}


def translated(message: str) -> str:
    """Return one of click's texts in the language of errors; click fills its gaps."""
    language = language_now()
    if language == LANGUAGES[0]:
        return message
    key = keys_of_click().get(message)
    return message if key is None else texts("click", language)[key]


def translated_number(singular: str, plural: str, count: int) -> str:
    """Return one of two texts of click, by a number."""
    return translated(singular if count == 1 else plural)


def teach_click() -> None:
    """Let click look its texts up here: it asks gettext, which would want compiled files for every language."""
    import click.core
    import click.decorators
    import click.exceptions
    import click.formatting
    import click.parser
    import click.types

    for module in (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types):
        for name, ours in (("_", translated), ("ngettext", translated_number)):
            if hasattr(module, name):
                setattr(module, name, ours)


# --- help -------------------------------------------------------------------------------------------------------------


class WideHelp(click.HelpFormatter):
    """Breaks lines by the columns that characters take, not by their number; colons are those of the language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        super().write_usage(prog, args, translated("Usage:") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list, which ends as the catalogue has it."""
        self.write(f"{' ' * self.current_indent}{heading}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        from sim.cli.output import wrap

        indent = " " * self.current_indent
        paragraphs = ("\n".join(wrap(paragraph, indent=indent)) for paragraph in text.split("\n\n"))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms and what they mean."""
        from sim.cli.output import WIDTH, pad, width, wrap

        listed, indent = list(rows), " " * self.current_indent
        room = min(max(width(term) for term, _ in listed), col_max) + col_spacing
        for term, meaning in listed:
            lines = wrap(meaning, columns=WIDTH - len(indent) - room)
            head = [indent + pad(term, room) + lines[0]] if width(term) + col_spacing <= room else [indent + term]
            body = lines[1:] if width(term) + col_spacing <= room else lines
            self.write("\n".join(line.rstrip() for line in [*head, *(indent + " " * room + line for line in body)]))
            self.write("\n")


class Context(click.Context):
    """A context whose help is broken by columns where characters are wide."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what sets the help."""
        if language_now() == LANGUAGES[0]:
            return super().make_formatter()
        return WideHelp(width=self.terminal_width, max_width=self.max_content_width)


class Helpful(click.Command):
    """A command whose help can be asked for in more than one language."""

    context_class = Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the command's name: what click names is translated, our own names stay."""
        return [translated(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option for help, which click makes once and we say anew."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = translated("Show this message and exit.")
        return option


class Command(Helpful):
    """A command whose texts stand in the catalogue: its own under its name, an option's under both names."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language that was asked for."""
        words, own = Words("commands", language_now()), str(self.name).replace("-", "_")
        self.help = words(own)
        for option in self.params:
            if isinstance(option, click.Option):
                key = f"{own}_{option.name}"
                option.help = words(key if key in words.texts else f"option_{option.name}")
        super().format_help(ctx, formatter)


def refused(error: click.ClickException) -> str:
    """Return what click has to say against a command line, in lines of the page's width."""
    from sim.cli.output import wrap

    lines: list[str] = []
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = translated("Try '{command} {option}' for help.")
        lines = [error.ctx.get_usage(), hint.format(command=error.ctx.command_path, option="--help"), ""]
    message = error.format_message()
    if isinstance(error, click.MissingParameter) and language_now() != LANGUAGES[0]:
        message = message.removesuffix(".") + "。"  # click itself ends this sentence
    text: Any = translated("Error: {message}").format(message=message)
    return "\n".join([*lines, *(line for part in text.splitlines() for line in wrap(part))])
