"""How a command says that it refused a file: every problem, one a line, on standard error."""

from django.core.management.base import BaseCommand, CommandError

from earlyhelp.core.files.problems import FileRefused
from earlyhelp.core.pages.wording import part_of

MOST_WRITTEN = 1_000


def refusal(command: BaseCommand, refused: FileRefused) -> CommandError:
    """Write the problems to standard error; gives the error that ends the command."""
    for problem in refused.problems[:MOST_WRITTEN]:
        command.stderr.write(str(problem))
    count = refused.found
    if count > MOST_WRITTEN:
        command.stderr.write(f"These are the first {part_of(MOST_WRITTEN, count, 'problem')}.")
    return CommandError(f"Nothing was saved: {count} {'problem' if count == 1 else 'problems'}.")
