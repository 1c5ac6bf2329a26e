"""What TEI takes of a request, and in which words it refuses the rest: router/src/http/types.rs and server.rs, core/src/tokenization.rs."""

import json

# Of the requests, by what they are about.
STATUS = {"empty": 400, "validation": 413, "tokenizer": 422, "backend": 424, "overloaded": 429}


class Refused(Exception):
    """A request that TEI answers with an error of its own: one of the kinds above."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.status = kind, STATUS[kind]


class Unreadable(Exception):
    """A request that TEI's HTTP library refuses before TEI sees it, with a plain text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read(content: bytes, content_type: str) -> dict:
    """The JSON object that a request carries."""
    kind = content_type.split(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Unreadable(415, "Expected request with `Content-Type: application/json`")
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Unreadable(400, f"Failed to parse the request body as JSON: {error}") from error
    if not isinstance(body, dict):
        raise mistyped("invalid type, expected a struct")
    return body


def mistyped(reason: str) -> Unreadable:
    return Unreadable(422, f"Failed to deserialize the JSON body into the target type: {reason}")


def flag(body: dict, name: str, default: bool, nullable: bool = False) -> bool:
    value = body.get(name, default)
    if value is None and nullable:
        return default
    if not isinstance(value, bool):
        raise mistyped(f"{name}: invalid type, expected a boolean")
    return value


def choice(body: dict, name: str, choices: tuple[str, ...]) -> str:
    """One of the names, the first if nothing is said."""
    value = body.get(name, choices[0])
    if value not in choices:
        raise mistyped(f"{name}: unknown variant, expected one of {', '.join(choices)}")
    return value


def optional_text(body: dict, name: str) -> None:
    if not isinstance(body.get(name), (str, type(None))):
        raise mistyped(f"{name}: invalid type, expected a string")


def dimensions(body: dict, most: int) -> int:
    """How many numbers of each vector are asked for: the first so many."""
    value = body.get("dimensions")
    if value is None:
        return most
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise mistyped("dimensions: invalid type, expected usize")
    if not 1 <= value <= most:
        raise Refused("validation", f"`dimensions` should be positive and less or equal than {most}")
    return value


def is_token_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(token, int) and not isinstance(token, bool) and token >= 0 for token in value)


def texts(value: object, name: str, most: int, tokens: bool) -> tuple[list, bool]:
    """
    The texts of a request, or lists of token numbers where those are taken, and whether it is a batch. A list of numbers is one text.
    """
    single = isinstance(value, str) or tokens and is_token_list(value)
    batch = [value] if single else value
    if not isinstance(batch, list) or not all(isinstance(each, str) or tokens and is_token_list(each) for each in batch):
        raise mistyped(f"{name}: data did not match any variant of untagged enum Input")
    if not batch:
        raise Refused("empty", f"`{name}` cannot be empty")
    if len(batch) > most:
        raise Refused("validation", f"batch size {len(batch)} > maximum allowed batch size {most}")
    if not all(batch):
        raise Refused("validation", "`inputs` cannot be empty")
    return batch, not single
