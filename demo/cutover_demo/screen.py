"""What the demo shows: chapters, tables and progress; plain lines where there is no terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

Cell = str | int | float | None

WIDTH_WITHOUT_TERMINAL = 120


def shown(value: object) -> str:
    """Write a value for people.

    Parameters
    ----------
    value : object
        A number, a text, or none.

    Returns
    -------
    str
        Whole numbers with their thousands separated, at most two decimals, a dash for nothing.
    """
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


class Screen:
    """The one place that prints.

    Parameters
    ----------
    chapters : int
        How many there will be.
    """

    def __init__(self, chapters: int) -> None:
        # The stream as it is now: dbt's output is captured by standing in for sys.stdout, and must not swallow ours.
        stream = sys.stdout
        self.interactive = stream.isatty() and os.environ.get("CI", "") in ("", "0", "false")
        width = None if self.interactive else int(os.environ.get("COLUMNS", WIDTH_WITHOUT_TERMINAL))
        self._console = Console(file=stream, width=width, highlight=False)
        self._chapters = chapters
        self._chapter = 0

    def title(self, name: str, text: str) -> None:
        """Open the show.

        Parameters
        ----------
        name, text : str
            The headline, and what there is to be seen.
        """
        self._console.print(Panel(Text(text), title=f"[bold]{name}[/]", border_style="cyan", padding=(1, 2)))

    def chapter(self, name: str, text: str) -> None:
        """Begin the next chapter.

        Parameters
        ----------
        name, text : str
            Its heading, and a sentence on what it does.
        """
        self._chapter += 1
        self._console.print()
        self._console.print(Rule(f"[bold cyan]{self._chapter}/{self._chapters}  {name}[/]", align="left", style="cyan"))
        self._console.print(Text(text, style="italic"))

    def command(self, *lines: str) -> None:
        """Show what a user would type.

        Parameters
        ----------
        *lines : str
            Commands, one per line.
        """
        for line in lines:
            self._console.print(Text(f"$ {line}", style="bold yellow"), soft_wrap=True)

    def say(self, text: str, good: bool | None = None) -> None:
        """Print a line.

        Parameters
        ----------
        text : str
            The line.
        good : bool, optional
            Whether it is good news or bad; neither when left out.
        """
        mark, style = {True: ("ok  ", "green"), False: ("BAD ", "bold red"), None: ("    ", "")}[good]
        self._console.print(Text(mark, style=style) + Text(text))

    def table(
        self,
        title: str,
        headers: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        bad: Callable[[int], bool] | None = None,
    ) -> None:
        """Print a table; columns that hold numbers only stand to the right.

        Parameters
        ----------
        title : str
            Above it.
        headers : sequence of str
            Column headings.
        rows : iterable of sequence
            The cells.
        bad : callable, optional
            Given a row's position, whether it is to be seen as bad news.
        """
        lines = [list(row) for row in rows]
        table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", border_style="dim")
        for position, header in enumerate(headers):
            cells = [line[position] for line in lines if line[position] is not None]
            numeric = bool(cells) and all(isinstance(cell, int | float) for cell in cells)
            table.add_column(header, justify="right" if numeric else "left", overflow="fold")
        for position, line in enumerate(lines):
            style = "red" if bad is not None and bad(position) else None
            # Text, not str: a cell is data, and must not be read as rich's markup.
            table.add_row(*(Text(shown(cell)) for cell in line), style=style)
        self._console.print(table)

    def printed(self, title: str, text: str) -> None:
        """Show what a command printed, letter by letter.

        Parameters
        ----------
        title : str
            Which one.
        text : str
            The print-out.
        """
        self._console.print(
            Panel(Text(text.rstrip(), no_wrap=True), title=title, title_align="left", border_style="dim")
        )

    def file(self, name: str, text: str) -> None:
        """Show a YAML file.

        Parameters
        ----------
        name : str
            What it is called.
        text : str
            What is in it.
        """
        body = Syntax(text.rstrip(), "yaml", theme="ansi_dark", background_color="default", word_wrap=True)
        self._console.print(Panel(body, title=name, title_align="left", border_style="dim"))

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show that something is under way, and, when it is done, how long it took.

        Parameters
        ----------
        text : str
            What is under way.
        """
        started = time.perf_counter()
        if self.interactive:
            with self._console.status(text):
                yield
        else:
            yield
        self.say(f"{text} ({time.perf_counter() - started:.1f} s)", good=True)

    @contextmanager
    def progress(self, text: str) -> Iterator[Callable[[int, int, str], None]]:
        """Show how far a build is.

        Parameters
        ----------
        text : str
            What is being built.

        Yields
        ------
        callable
            To be called with (done, total, name of what was just done).
        """
        started = time.perf_counter()
        seen = {"total": 0}
        if not self.interactive:

            def count(_done: int, total: int, _name: str) -> None:
                seen["total"] = total

            yield count
        else:
            columns = (SpinnerColumn(), TextColumn("{task.description:<46.46}"), BarColumn(), MofNCompleteColumn())
            with Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True) as progress:
                task = progress.add_task(text, total=None)

                def advance(done: int, total: int, name: str) -> None:
                    seen["total"] = total
                    progress.update(task, completed=done, total=total, description=name)

                yield advance
        self.say(f"{text}: {seen['total']} nodes ({time.perf_counter() - started:.1f} s)", good=True)

    def ending(self, good: bool, text: str) -> None:
        """Close the show.

        Parameters
        ----------
        good : bool
            Whether everything came out as the story has it.
        text : str
            What is to be said at the end.
        """
        colour = "green" if good else "red"
        title = "[bold]All as planted[/]" if good else "[bold]Not as it should be[/]"
        self._console.print()
        self._console.print(Panel(Text(text), title=title, border_style=colour, padding=(1, 2)))
