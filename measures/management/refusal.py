"""How a command says that it refused a file: every problem, one a line, on standard error."""

from django.core.management.base import BaseCommand, CommandError

from earlyhelp.core.files.problems import FileRefused


def refusal(command: BaseCommand, refused: FileRefused) -> CommandError:
    """Write the problems to standard error; gives the error that ends the command."""
    for problem in refused.problems:
        command.stderr.write(str(problem))
    count = len(refused.problems)
    return CommandError(f"Nothing was saved: {count} {'problem' if count == 1 else 'problems'}.")
