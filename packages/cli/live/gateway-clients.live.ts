import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { assert, temporaryDirectory } from "@genai/testing";
import OpenAI from "openai";
import { BesiegedGateway } from "./adversary/besieged-gateway.ts";
import { keys } from "./adversary/request.ts";
import { pageRequests } from "./clients/open-webui.ts";

const run = promisify(execFile);
const question = [{ role: "user" as const, content: "Hello" }];
const call = { id: "call_1", type: "function" as const, function: { name: "look", arguments: '{"at":"it"}' } };
const look = {
  type: "function" as const,
  function: {
    name: "look",
    description: "Looks",
    parameters: { type: "object", properties: { at: { type: "string" } } },
  },
};
const schema = {
  type: "object",
  properties: { town: { type: "string" } },
  required: ["town"],
  additionalProperties: false,
};

describe("ordinary clients of the gateway", function () {
  this.timeout(300_000);
  let gateway: BesiegedGateway;
  let base = "";
  let client: OpenAI;

  before(async () => {
    gateway = await BesiegedGateway.start(temporaryDirectory("clients"), {});
    base = `http://127.0.0.1:${gateway.port}/v1`;
    client = new OpenAI({ baseURL: base, apiKey: keys.research, maxRetries: 0 });
  });
  after(() => gateway?.stop());
  afterEach(() => gateway.answerAsEver("chat"));

  const asked = () => gateway.upstreams["chat"]?.asked.at(-1)?.body as Record<string, unknown> | undefined;
  const answer = (members: object, finish = "stop") =>
    gateway.answerWith("chat", {
      id: "1",
      object: "chat.completion",
      created: 1,
      model: "chat",
      choices: [{ index: 0, finish_reason: finish, message: { role: "assistant", content: null, ...members } }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });

  it("openai for JavaScript chats, with everything that a chat may have", async () => {
    const { choices } = await client.chat.completions.create({
      model: "chat",
      messages: [{ role: "system", content: "Be brief." }, ...question],
      temperature: 0.2,
      top_p: 0.9,
      max_completion_tokens: 20,
      presence_penalty: 0.1,
      seed: 7,
      stop: ["x"],
      user: "user-1",
      reasoning_effort: "low",
      metadata: { trip: "a" },
      response_format: { type: "json_schema", json_schema: { name: "place", schema, strict: true } },
      logprobs: true,
      top_logprobs: 2,
    });
    assert.equal(choices[0]?.message.content, "chat");
    const { response_format: format, seed, reasoning_effort: effort } = asked() ?? {};
    assert.deepEqual(
      [format, seed, effort],
      [{ type: "json_schema", json_schema: { name: "place", schema, strict: true } }, 7, "low"],
    );
    const stream = await client.chat.completions.create({
      model: "chat",
      messages: question,
      stream: true,
      stream_options: { include_usage: true },
    });
    let said = "";
    for await (const { choices: parts } of stream) said += parts[0]?.delta.content ?? "";
    assert.equal(said, "chat says so");
    assert.deepEqual(asked()?.["stream_options"], { include_usage: true });
  });

  it("openai for JavaScript calls tools", async () => {
    answer({ tool_calls: [call] }, "tool_calls");
    const called = await client.chat.completions.create({
      model: "chat",
      messages: question,
      tools: [look],
      tool_choice: "auto",
    });
    assert.deepEqual(called.choices[0]?.message.tool_calls, [call]);
    assert.deepEqual(asked()?.["tools"], [look]);
    gateway.answerAsEver("chat");
    // The answer goes back as the library gave it.
    const message = called.choices[0]?.message ?? assert.fail("no message");
    const result = { role: "tool" as const, tool_call_id: "call_1", content: "It is red." };
    const last = await client.chat.completions.create({
      model: "chat",
      messages: [...question, message, result],
      tools: [look],
    });
    assert.equal(last.choices[0]?.message.content, "chat");
    const named = { type: "function" as const, function: { name: "look" } };
    await client.chat.completions.create({
      model: "chat",
      messages: question,
      tools: [look],
      tool_choice: named,
      parallel_tool_calls: false,
    });
    assert.deepEqual(asked()?.["tool_choice"], named);
  });

  it("openai for JavaScript embeds, completes, lists and uses responses", async () => {
    const { data } = await client.embeddings.create({ model: "documents", input: ["a", "b"] });
    assert.deepEqual(
      data.map(({ embedding }) => embedding),
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    );
    const floats = await client.embeddings.create({ model: "documents", input: "a", encoding_format: "float" });
    assert.deepEqual(floats.data[0]?.embedding, [1, 2, 3]);
    const models = [];
    for await (const { id } of client.models.list()) models.push(id);
    assert.deepEqual(models.toSorted(), ["assistant", "chat", "documents", "ranking", "spare"]);
    assert.equal((await client.models.retrieve("chat")).id, "chat");
    const response = await client.responses.create({
      model: "chat",
      input: "Hello",
      instructions: "Be brief.",
      max_output_tokens: 20,
    });
    assert.equal(response.output_text, "chat");
    const again = await client.responses.create({
      model: "chat",
      input: [
        { role: "user", content: "Hello" },
        ...response.output,
        { role: "user", content: "And?" },
      ] as OpenAI.Responses.ResponseInput,
    });
    assert.equal(again.output_text, "chat");
    const completion = await client.completions.create({ model: "chat", prompt: "Hello", max_tokens: 3 });
    assert.equal(completion.choices.length, 1);
  });

  it("openai for JavaScript knows the gateway's errors", async () => {
    const statusOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 200,
        (error: InstanceType<typeof OpenAI.APIError>) => [error.constructor.name, error.status, error.code],
      );
    assert.deepEqual(await statusOf(client.chat.completions.create({ model: "code", messages: question })), [
      "NotFoundError",
      404,
      "model_not_found",
    ]);
    const other = new OpenAI({ baseURL: base, apiKey: "sk-nobodys", maxRetries: 0 });
    assert.deepEqual((await statusOf(Promise.resolve(other.models.list())))?.toString().split(",").slice(0, 2), [
      "AuthenticationError",
      "401",
    ]);
  });

  it("LangChain chats, streams, calls tools, fills a schema and embeds", async () => {
    const settings = { apiKey: keys.research, maxRetries: 0, configuration: { baseURL: base } };
    const chat = new ChatOpenAI({ ...settings, model: "chat", temperature: 0 });
    assert.equal((await chat.invoke("Hello")).content, "chat");
    let said = "";
    for await (const part of await chat.stream("Hello")) said += String(part.content);
    assert.equal(said, "chat says so");
    answer({ tool_calls: [call] }, "tool_calls");
    const withTools = chat.bindTools([look]);
    const called = await withTools.invoke("Look");
    assert.deepEqual(
      called.tool_calls?.map(({ name, args }) => [name, args]),
      [["look", { at: "it" }]],
    );
    gateway.answerAsEver("chat");
    const result = new ToolMessage({ content: "It is red.", tool_call_id: "call_1" });
    assert.equal((await withTools.invoke([new HumanMessage("Look"), called, result])).content, "chat");
    answer({ content: '{"town":"Bern"}' });
    const place = await chat
      .withStructuredOutput({ title: "place", ...schema }, { method: "jsonSchema" })
      .invoke("Where?");
    assert.deepEqual(place, { town: "Bern" });
    const embeddings = new OpenAIEmbeddings({ ...settings, model: "documents" });
    assert.deepEqual(await embeddings.embedDocuments(["a", "b"]), [
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it("openai for Python does the same", async () => {
    const [program = "", ...options] = gateway.python;
    const script = join(import.meta.dirname, "clients", "openai_client.py");
    const env = {
      ...gateway.pythonEnvironment,
      OPENAI_BASE_URL: base,
      OPENAI_API_KEY: keys.research,
      PATH: "/usr/bin:/bin",
    };
    const { stdout } = await run(program, [...options, script], { env });
    assert.deepEqual(JSON.parse(stdout), {
      models: ["assistant", "chat", "documents", "ranking", "spare"],
      model: "chat",
      chat: "chat",
      tools: "chat",
      streamed: "chat says so",
      asynchronous: "chat",
      completion: "chat",
      embedding: [1, 2, 3],
      tokens: 1000,
      response: "chat",
      "no such model": ["NotFoundError", "model_not_found"],
      "no such key": ["AuthenticationError", "invalid_api_key"],
    });
  });

  it("curl is answered, with what a person types", async () => {
    const curl = async (...options: string[]) => (await run("curl", ["--silent", "--show-error", ...options])).stdout;
    const key = ["-H", `Authorization: Bearer ${keys.research}`];
    const json = ["-H", "Content-Type: application/json"];
    const body = JSON.stringify({ model: "chat", messages: question });
    assert.match(await curl(`${base}/chat/completions`, ...key, ...json, "-d", body), /"content": ?"chat"/);
    assert.match(await curl(`${base}/chat/completions`, ...key, "--json", body), /"content": ?"chat"/);
    assert.match(await curl(`${base}/chat/completions`, ...key, "--json", body, "--http1.0"), /"content": ?"chat"/);
    assert.match(
      await curl(
        "-N",
        `${base}/chat/completions`,
        ...key,
        ...json,
        "-d",
        JSON.stringify({ model: "chat", messages: question, stream: true }),
      ),
      /data: \[DONE\]/,
    );
    assert.match(await curl(`${base}/models`, ...key), /"documents"/);
    const ranking = JSON.stringify({
      model: "ranking",
      query: "red",
      documents: ["one", "two, and longer"],
      top_n: 1,
      return_documents: true,
    });
    assert.match(await curl(`${base}/rerank`, ...key, ...json, "-d", ranking), /"index": ?1/);
    // What a person forgets or mistypes, the answer says.
    const wrong = async (...options: string[]) =>
      (JSON.parse(await curl(...options)) as { error: { message: string } }).error.message;
    assert.match(await wrong(`${base}/chat/completions`, ...key, "-d", body), /application\/json/);
    assert.match(await wrong(`${base}/chat/completions`, ...json, "-d", body), /Authorization: Bearer/);
    assert.match(await wrong(`${base}/chat/completions`, ...key, ...json, "-d", "{'model': 'chat'}"), /cannot be read/);
    assert.match(
      await wrong(
        `${base}/chat/completions`,
        ...key,
        ...json,
        "-d",
        JSON.stringify({ model: "chat", messages: question, temprature: 1 }),
      ),
      /temprature/,
    );
    assert.match(await wrong(`${base}/chat/completions`, ...key), /POST/);
  });

  it("Open WebUI is answered, whatever it sends", async () => {
    const refused: string[] = [];
    for (const [name, { path, body }] of Object.entries(pageRequests)) {
      const [got] = await gateway.exchange({ target: `/v1${path}`, body });
      if (got?.status !== 200 || got.body.includes('"error"'))
        refused.push(`${name}: ${got?.status} ${got?.body.slice(0, 300)}`);
    }
    assert.deepEqual(refused, []);
    const { body } = pageRequests["a tool's result"] ?? assert.fail("no such request");
    const [, streamed] = [await gateway.exchange({ body }), asked()];
    assert.deepEqual(Object.keys(streamed ?? {}).toSorted(), [
      "messages",
      "model",
      "stream",
      "stream_options",
      "tools",
    ]);
  });
});
