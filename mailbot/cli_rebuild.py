"""`mailbot rebuild`: a project from the mails of whoever has them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli_common import Config, run, settings_of

rebuilt = typer.Typer()


@rebuilt.command("rebuild")
def rebuild(
    source: Annotated[
        Path, typer.Argument(metavar="THREAD.mbox", help="an mbox, a Maildir, a folder of .eml files or one .eml")
    ],
    to: Annotated[Path | None, typer.Option("--to", help="make a git repository in this folder instead")] = None,
    project: Annotated[str, typer.Option("--project", help="only this one, such as t7k2m9")] = "",
    look: Annotated[bool, typer.Option("--look", help="say what there is, and write nothing")] = False,  # noqa: FBT002  (a switch)
    config: Config = None,
) -> None:
    """Restore a project from the mails that brought it, after this mailbox lost it. What is here already stays."""
    from mailbot.rebuild import rebuild as restore

    typer.echo(run(restore(settings_of(config), source, to=to, project=project, look=look)))
