"""What was wrong with a command line, in one sentence."""

import cyclopts

from thalweg.errors import InputError, choose, shown


def usage_sentence(error: cyclopts.CycloptsError) -> str:
    """Say what cannot be used about a command line, and where its right use is written.

    Args:
        error: What the parser found.

    Returns:
        A sentence or two.
    """
    verb = " ".join(("thalweg", *(error.command_chain or ())))
    return f"{_sentence(error, verb)} See {verb} --help."


def _sentence(error: cyclopts.CycloptsError, verb: str) -> str:
    argument = getattr(error, "argument", None)
    name = argument.name if argument is not None else "an argument"
    verbs = [word for word in error.app or () if not word.startswith("-")]
    match error:
        case cyclopts.MissingArgumentError() if name.startswith("-"):
            return f"{name} needs a value; one that begins with a dash is written {name}=VALUE."
        case cyclopts.MissingArgumentError():
            return f"{verb} needs {name}."
        case cyclopts.UnknownCommandError() | cyclopts.UnusedCliTokensError() if verbs and error.unused_tokens:
            return _unknown(error.unused_tokens[0], verbs)
        case cyclopts.UnusedCliTokensError():
            extra = ", ".join(map(shown, (error.unused_tokens or [])[:5]))
            return f"{verb} has no use for {extra}. Quote a name that has spaces in it."
        case cyclopts.CoercionError() if isinstance(error.__cause__, InputError):
            return str(error.__cause__)
        case cyclopts.CoercionError() if argument is not None and argument.hint is bool and error.token is not None:
            return f"{name} wants no value; got {shown(error.token.value)}."
    return str(error)


def _unknown(word: str, verbs: list[str]) -> str:
    try:
        return f"the command {choose(word, verbs, what='command')!r} stands before the options."
    except InputError as error:
        return str(error)
