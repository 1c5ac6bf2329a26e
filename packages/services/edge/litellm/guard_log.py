"""What the gateway's programs write into the log while requests are answered: where something went wrong, and no word of a request."""

import logging

_NAMES = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "asyncio", "")


def _wordless(record: logging.LogRecord) -> bool:
    """LiteLLM logs what an upstream says, which quotes the question; of that, the place and the kind of the error stay."""
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    if record.name != "guard":
        record.msg, record.args = f"{record.module}.{record.funcName}:{record.lineno} {kind}".rstrip(), ()
        record.exc_info = record.exc_text = record.stack_info = None
    return True


def quiet_once_started(send):
    """The `send` of a lifespan. What is wrong with a configuration is said in full, before."""

    async def sent(message: dict) -> None:
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            for logger in map(logging.getLogger, _NAMES):
                logger.addFilter(_wordless)
                for handler in logger.handlers:
                    handler.addFilter(_wordless)

    return sent
