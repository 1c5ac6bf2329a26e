"""Calls the gateway as programs in Python do, and prints what came back. Its address and key are in OPENAI_BASE_URL and OPENAI_API_KEY."""

import asyncio
import json

from openai import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI

client = OpenAI()
question = [{"role": "user", "content": "Hello"}]
tool = {"type": "function", "function": {"name": "look", "description": "Looks", "parameters": {"type": "object", "properties": {}}}}


def refusal(call):
    try:
        call()
    except (AuthenticationError, NotFoundError) as error:
        return [type(error).__name__, error.code]
    return None


def streamed(**more):
    with client.chat.completions.create(model="chat", messages=question, stream=True, **more) as chunks:
        return [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]


async def asynchronous():
    async with AsyncOpenAI() as other:
        answer = await other.chat.completions.create(model="chat", messages=question)
        return answer.choices[0].message.content


# As LangChain for Python: texts as their tokens, up to 1,000 texts and OpenAI's bound of 300,000 tokens at a time.
tokens = [[100 + number % 50_000 for number in range(299)] for _ in range(1000)]

print(
    json.dumps(
        {
            "models": sorted(model.id for model in client.models.list()),
            "model": client.models.retrieve("chat").id,
            "chat": client.chat.completions.create(
                model="chat", messages=question, temperature=0, max_tokens=5, seed=1, user="u", n=1, metadata={"trip": "a"}, extra_body={"top_k": 5}
            )
            .choices[0]
            .message.content,
            "tools": client.chat.completions.create(model="chat", messages=question, tools=[tool], tool_choice="auto", parallel_tool_calls=False)
            .choices[0]
            .message.content,
            "streamed": "".join(streamed(stream_options={"include_usage": True})),
            "asynchronous": asyncio.run(asynchronous()),
            "completion": client.completions.create(model="chat", prompt="Hello", max_tokens=3).choices[0].text,
            "embedding": client.embeddings.create(model="documents", input=["a", "b"]).data[1].embedding,
            "tokens": len(client.embeddings.create(model="documents", input=tokens).data),
            "response": client.responses.create(model="chat", input="Hello", instructions="Be brief.").output_text,
            "no such model": refusal(lambda: client.chat.completions.create(model="code", messages=question)),
            "no such key": refusal(lambda: client.with_options(api_key="sk-nobodys").models.list()),
        }
    )
)
