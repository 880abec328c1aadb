"""Examples for the access table's rows of results and findings."""

from collections.abc import Callable

from tests.cast import Cast
from tests.examples import Example

# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {}
