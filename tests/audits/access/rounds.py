"""Examples for the access table's rows of tools, rounds and their cases."""

from collections.abc import Callable

from tests.cast import Cast
from tests.examples import Example

# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {}
