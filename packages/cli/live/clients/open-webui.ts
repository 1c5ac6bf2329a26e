/** A request as the chat page sends it. */
export interface PageRequest {
  path: string;
  body: object;
}

const question = { role: "user", content: "What is in the contract?" };
// Of its built-in tools (`tools/builtin.py`), as `get_tools_specs` of `utils/tools.py` describes them.
const tool = {
  type: "function",
  function: {
    name: "query_knowledge_files",
    description: "Search knowledge base files using semantic/vector search.",
    parameters: {
      type: "object",
      properties: {
        query: { type: "string", description: "The search query to find semantically relevant content" },
        knowledge_ids: {
          anyOf: [{ items: { type: "string" }, type: "array" }, { type: "null" }],
          default: null,
          description: "",
        },
        count: { type: "integer", default: 5, description: "Maximum number of results to return" },
      },
      required: ["query"],
    },
  },
};
const task = (content: string, more: object = {}) => ({
  path: "/chat/completions",
  body: { model: "chat", messages: [{ role: "user", content }], stream: false, ...more },
});

/**
 * What Open WebUI 0.12.4 sends, without what it takes out itself before (`metadata` in `generate_chat_completion` of
 * `routers/openai.py`; `files`, `features`, `tool_ids`, `variables` and others in `utils/middleware.py` and `main.py`).
 */
export const pageRequests: Readonly<Record<string, PageRequest>> = {
  // main.py, line 1244: `stream_options` where the model's capability `usage` is on.
  "a chat": {
    path: "/chat/completions",
    body: { stream: true, model: "chat", messages: [question], stream_options: { include_usage: true } },
  },
  // utils/payload.py, `apply_params_to_form_data` and `apply_model_params_to_body_openai`: the page's advanced parameters.
  "a chat with parameters": {
    path: "/chat/completions",
    body: {
      stream: true,
      model: "chat",
      messages: [{ role: "system", content: "Be brief." }, question],
      temperature: 0.7,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.05,
      max_tokens: 128,
      frequency_penalty: 0,
      presence_penalty: 0.5,
      reasoning_effort: "low",
      seed: 42,
      stop: ["###"],
      logit_bias: { "42": -100 },
    },
  },
  // utils/middleware.py, line 2927: native function calling.
  "a chat with tools": {
    path: "/chat/completions",
    body: { stream: true, model: "chat", messages: [question], tools: [tool] },
  },
  // utils/misc.py, `convert_output_to_messages`, with the calls as streamed deltas left them.
  "a tool's result": {
    path: "/chat/completions",
    body: {
      stream: true,
      model: "chat",
      messages: [
        question,
        {
          role: "assistant",
          content: "",
          tool_calls: [
            {
              index: 0,
              id: "chatcmpl-tool-1f2e",
              type: "function",
              function: { name: "query_knowledge_files", arguments: '{"query": "contract"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "chatcmpl-tool-1f2e", content: "The contract ends in May." },
      ],
      tools: [tool],
    },
  },
  "an answer with reasoning, continued": {
    path: "/chat/completions",
    body: {
      stream: true,
      model: "chat",
      messages: [
        question,
        { role: "assistant", content: "In May.", reasoning_content: "The contract says so." },
        { role: "user", content: "Sure?" },
      ],
    },
  },
  // The page's own pictures, after `convert_url_images_to_base64` of `utils/files.py`.
  "a picture": {
    path: "/chat/completions",
    body: {
      stream: true,
      model: "chat",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
          ],
        },
      ],
    },
  },
  // routers/tasks.py: the titles, tags, questions and queries that it asks for itself.
  "a title": task("### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.", {
    max_tokens: 1000,
  }),
  "questions to follow": task("### Task:\nSuggest 3-5 relevant follow-up questions or prompts."),
  tags: task("### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history."),
  "queries for documents": task(
    "### Task:\nAnalyze the chat history to determine the necessity of generating search queries.",
  ),
  // utils/middleware.py, `get_tools_function_calling_payload`: tools in words, for `function_calling: legacy`.
  "tools in words": {
    path: "/chat/completions",
    body: {
      model: "chat",
      messages: [
        { role: "system", content: `Available Tools: ${JSON.stringify([tool.function])}` },
        { role: "user", content: "Query: What is in the contract?" },
      ],
      stream: false,
    },
  },
  // retrieval/utils.py, `agenerate_openai_batch_embeddings`.
  "documents to embed": {
    path: "/embeddings",
    body: { input: Array.from({ length: 100 }, (_, at) => `part ${at} of a document`), model: "documents" },
  },
};
