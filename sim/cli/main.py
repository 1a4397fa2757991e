"""The command ``retention-sim``: finds the command that is asked for, runs it, and decides how the process ends.

Commands are loaded when they are called, so that ``--help`` is quick. Exit codes: 0 done, 2 wrong input,
130 interrupted, 1 a fault of ours.
"""

import contextlib
import gc
import importlib
import os
import shlex
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from sim.cli.command import OPTION, VARIABLE, Helpful, language_asked, refused, teach_click, translated
from sim.language.words import LANGUAGES, Words, error_text, language_now, language_of_errors, why

DONE, FAULT, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

COMMANDS = (
    "run", "report", "compare", "export", "explore", "hangs-on", "check", "new", "schema", "tune", "verify", "levers",
    "story",
)  # fmt: skip
"""Each stands in the module of its name, as a function of its name, with _ for -; in the order of use."""

WRONG_INPUTS = (
    ("sim.scenario.problems", "ProblemsFound"),
    ("sim.study.api", "NotComparable"),
    ("sim.study.store", "NotAStudy"),
    ("sim.study.tune_figures", "NotSolvable"),
    ("sim.export.workbook", "NotExported"),
    ("sim.report.place", "NotWritten"),
    ("sim.engines.opening", "BookNotReached"),
    ("sim.model.friends", "FriendsWithoutEnd"),
)
"""Exceptions that say what is wrong with the input, and the modules that raise them."""


class Commands(Helpful, click.Group):
    """Loads a command when it is called, and ends the process with the code that the outcome deserves."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"sim.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        words = Words("commands", language_now())
        with formatter.section(translated("Commands")):
            formatter.write_dl([(name, words(f"short_{name.replace('-', '_')}")) for name in COMMANDS])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language that was asked for."""
        words = Words("commands", language_now())
        self.help = words("all")
        for option in self.params:
            if isinstance(option, click.Option):
                option.help = words(f"option_{option.name}")
        super().format_help(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:  # fmt: skip
        """Find the command that is named; say which one a misspelt name most likely means."""
        if args[0] not in COMMANDS:
            from sim.scenario.problems import did_you_mean, excerpt

            near = did_you_mean(args[0], COMMANDS)
            if near:
                raise click.UsageError(error_text("commands.no_command", name=excerpt(args[0]), near=near), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whoever reads its output may go away."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is left in the buffer would break again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(DONE) from None
        return result

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run, say what went wrong, and end the process."""
        given = list(sys.argv[1:] if args is None else args)
        command = shlex.join(["retention-sim", *given]).encode("utf-8", "replace").decode()
        teach_click()
        before = language_of_errors.set(language_asked(given))
        try:
            # The context's object is the command as typed; run keeps it with the study.
            code = super().main(given, "retention-sim", standalone_mode=False, obj=command)
        except BaseException as error:
            code = outcome(error)
        finally:
            language_of_errors.reset(before)
        sys.exit(code or DONE)


def outcome(error: BaseException) -> int:
    """Say what happened on stderr and return the exit code; the only place that decides it."""
    if isinstance(error, click.exceptions.Abort):  # click's word for Ctrl-C
        error = error.__cause__ or error
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAULT
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort):
        return told(INTERRUPTED, *getattr(error, "__notes__", [error_text("commands.interrupted")]))
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return WRONG_INPUT
    if isinstance(error, click.ClickException):
        return told(WRONG_INPUT, refused(error))
    if isinstance(error, known_wrong_inputs()):
        return told(WRONG_INPUT, str(error) if has_places(error) else error_text("commands.error", what=error))
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return told(WRONG_INPUT, error_text("commands.error", what=f"{place}{why(error)}"))
    if isinstance(error, MemoryError):
        return told(WRONG_INPUT, error_text("commands.error", what=error_text("commands.no_memory")))
    if os.environ.get("RETENTION_SIM_DEBUG"):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    return told(FAULT, error_text("commands.fault", what=what), error_text("commands.report_it"))


def told(code: int, *lines: str) -> int:
    """Say something on stderr; return the code."""
    click.echo("\n".join(lines), err=True)
    return code


def known_wrong_inputs() -> tuple[type[BaseException], ...]:
    """Return the exceptions that can have been raised: those whose modules are loaded."""
    return tuple(getattr(sys.modules[module], name) for module, name in WRONG_INPUTS if module in sys.modules)


def has_places(error: BaseException) -> bool:
    """Whether the message holds a line per problem, each with its file."""
    return hasattr(error, "problems")


language_for_all = click.Option(
    [OPTION, "lang"],
    type=click.Choice(LANGUAGES),
    expose_value=False,
    envvar=VARIABLE,
)
commands = Commands(
    "retention-sim", params=[language_for_all], context_settings={"help_option_names": ["-h", "--help"]}
)


def interrupt(*_: object) -> NoReturn:
    """Treat a request to end like Ctrl-C."""
    raise KeyboardInterrupt


def entry() -> None:
    """Run the command line."""
    gc.set_threshold(100_000, 50, 50)  # imports make hundreds of thousands of objects that stay: look less often
    signal.signal(signal.SIGTERM, interrupt)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a name may not suit the terminal's encoding
    try:
        commands.main()
    except (SystemExit, KeyboardInterrupt) as end:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # all is written and said; nothing is left to interrupt
        code = end.code if isinstance(end, SystemExit) and isinstance(end.code, int) else INTERRUPTED
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):  # whoever read it has gone
                stream.flush()
        # At once: threads in the middle of a long piece of work are not waited for, and taking compiled code and
        # libraries apart piece by piece would cost half a second that nobody needs.
        os._exit(code)
