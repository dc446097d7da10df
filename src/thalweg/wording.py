"""Counts in sentences, right for one and for many."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Args:
        number: How many.
        one: The noun for one.
        many: The noun for several; `one` and an s by default.

    Returns:
        The phrase.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(2, "class", "classes")
        ('1 row', '1,200 rows', '2 classes')
    """
    return f"{number:,} {agreeing(number, one, many or one + 's')}"


def agreeing(number: int, one: str, many: str) -> str:
    """Return the form of a word that goes with a count.

    Args:
        number: How many.
        one: The form for one, such as "is".
        many: The form for none and for several, such as "are".

    Returns:
        One of both.

    Example:
        >>> agreeing(1, "is", "are"), agreeing(0, "is", "are")
        ('is', 'are')
    """
    return one if number == 1 else many
