"""The one reading of a request's body: strict JSON, so that no parser behind this one can read it differently."""

import json

MAXIMUM_DEPTH = 64
# Above what OpenAI takes: 300,000 tokens in a request for embeddings.
MAXIMUM_VALUES = 310_000
MAXIMUM_MEMBERS = 20_000
_LARGEST = 2**63 - 1


class Malformed(ValueError):
    """The body is not what every parser reads alike; the message says why, and repeats nothing of the body."""


def _object(pairs: list[tuple[str, object]]) -> dict:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("an object has the same key twice")
    return members


def _constant(name: str) -> None:
    raise Malformed(f"{name} is not JSON")


def parse(body: bytes) -> dict:
    """A body as an object. Raises Malformed."""
    # An upper bound, because texts hold these characters too; a value takes up to 72 bytes of memory, whatever it takes in the body.
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > MAXIMUM_VALUES:
        raise Malformed(f"it has more than {MAXIMUM_VALUES:,} values")
    try:
        value = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        raise Malformed("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Malformed(f"it is nested more than {MAXIMUM_DEPTH} deep") from None
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed("a number has too many digits") from None
    if not isinstance(value, dict):
        raise Malformed("it is no JSON object")
    return value


def bounded(value: object) -> int:
    """How many values there are, lists of tokens left out: LiteLLM copies each many times. Raises Malformed where no bound holds."""
    left, count = [(value, 1)], 0
    while left:
        each, depth = left.pop()
        count += 1
        if depth > MAXIMUM_DEPTH:
            raise Malformed(f"it is nested more than {MAXIMUM_DEPTH} deep")
        if count > MAXIMUM_MEMBERS:
            raise Malformed(f"it has more than {MAXIMUM_MEMBERS:,} values beside tokens and numbers in lists")
        if isinstance(each, dict):
            left.extend((inner, depth + 1) for inner in each.values())
        elif isinstance(each, list):
            # Lists of tokens are long, and cheap to copy.
            left.extend((inner, depth + 1) for inner in each if not isinstance(inner, int) or abs(inner) > _LARGEST)
        elif isinstance(each, int) and abs(each) > _LARGEST:
            raise Malformed("an integer has more than 64 bits")
    return count


def canonical(value: dict) -> bytes:
    """The same object in the one spelling that is passed on. Raises Malformed."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise Malformed("a text has half of a surrogate pair") from None
    except ValueError:
        raise Malformed("a number is too large") from None
