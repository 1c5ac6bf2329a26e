/** An address that no name server answers for (RFC 2606): Open WebUI falls back to a provider's own where a setting is empty. */
const nowhere = "http://none.invalid";

/** Variables of Open WebUI that are set for one reason. */
export interface ClosedSettings {
  reason: string;
  variables: Readonly<Record<string, string>>;
}

/** What the browser may load, and where it may send something: the page itself, and nothing else. */
const contentSecurityPolicy = [
  "default-src 'self'",
  // Its pages hold scripts, compile what they show, and preview what a model wrote in a frame of their own.
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' data: blob:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/** Settings of Open WebUI that hold for every page: with them nothing that it does leaves the platform. A test looks for what is missing. */
export const closedSettings: readonly ClosedSettings[] = [
  {
    reason: "The stack file decides: what somebody changes on the page is gone at its next start.",
    variables: { ENABLE_PERSISTENT_CONFIG: "False", ENABLE_OAUTH_PERSISTENT_CONFIG: "False" },
  },
  {
    reason: "Accounts are the administrator's or the sign-on provider's, and are used on the page.",
    variables: {
      ENABLE_SIGNUP: "False",
      DEFAULT_USER_ROLE: "user",
      ENABLE_LDAP: "False",
      ENABLE_SCIM: "False",
      ENABLE_API_KEYS: "False",
      MICROSOFT_CLIENT_LOGIN_BASE_URL: nowhere,
      MICROSOFT_CLIENT_PICTURE_URL: nowhere,
      // The page would fetch the picture from wherever the provider says.
      OAUTH_PICTURE_CLAIM: "",
    },
  },
  {
    reason: "The gateway is the one way to models, and its key says to which: everybody on the page may use them all.",
    variables: {
      BYPASS_MODEL_ACCESS_CONTROL: "True",
      ENABLE_OLLAMA_API: "False",
      OLLAMA_BASE_URL: nowhere,
      ENABLE_DIRECT_CONNECTIONS: "False",
      ENABLE_OPENAI_API_PASSTHROUGH: "False",
      ENABLE_EVALUATION_ARENA_MODELS: "False",
    },
  },
  {
    // `legacy` sends no tools. Without built-in tools none are sent either when a user asks for `native` ones.
    reason: "A model server without a parser for tools refuses every request that has some.",
    variables: {
      DEFAULT_MODEL_PARAMS: JSON.stringify({ function_calling: "legacy" }),
      DEFAULT_MODEL_METADATA: JSON.stringify({
        capabilities: { builtin_tools: false, web_search: false, image_generation: false, code_interpreter: false },
      }),
    },
  },
  {
    reason: "Nobody runs code in the page's Pod, or connects it to servers of tools.",
    variables: {
      ENABLE_PLUGINS: "False",
      ENABLE_PIP_INSTALL_FRONTMATTER_REQUIREMENTS: "False",
      ENABLE_DIRECT_INTEGRATIONS: "False",
      TOOL_SERVER_CONNECTIONS: "[]",
      TERMINAL_SERVER_CONNECTIONS: "[]",
      ENABLE_CODE_INTERPRETER: "False",
      // Python in the browser, which loads packages from the internet.
      ENABLE_CODE_EXECUTION: "False",
    },
  },
  {
    reason: "Nothing is fetched from the web, for a question or as a document: no host is on the list of allowed ones.",
    variables: {
      WEB_FETCH_FILTER_LIST: "none.invalid",
      ENABLE_LOCAL_WEB_FETCH: "False",
      ENABLE_WEB_SEARCH: "False",
      USER_PERMISSIONS_CHAT_WEB_UPLOAD: "False",
      USER_PERMISSIONS_FEATURES_WEB_SEARCH: "False",
      OPENSERP_BASE_URL: nowhere,
      BING_SEARCH_V7_ENDPOINT: nowhere,
      FIRECRAWL_API_BASE_URL: nowhere,
      JINA_API_BASE_URL: nowhere,
      MICROSOFT_WEB_IQ_API_BASE_URL: nowhere,
      PERPLEXITY_SEARCH_API_URL: nowhere,
      TAVILY_API_BASE_URL: nowhere,
      YANDEX_WEB_SEARCH_URL: nowhere,
      ENABLE_GOOGLE_DRIVE_INTEGRATION: "False",
      ENABLE_ONEDRIVE_INTEGRATION: "False",
    },
  },
  {
    reason: "Documents are read in the page's own process.",
    variables: {
      CONTENT_EXTRACTION_ENGINE: "",
      DATALAB_MARKER_API_BASE_URL: nowhere,
      DOCLING_SERVER_URL: nowhere,
      MINERU_API_URL: nowhere,
      MISTRAL_OCR_API_BASE_URL: nowhere,
      PADDLEOCR_VL_BASE_URL: nowhere,
      TIKA_SERVER_URL: nowhere,
      RAG_OLLAMA_BASE_URL: nowhere,
      // Ranking answers again takes a model of its own, which would be downloaded.
      ENABLE_RAG_HYBRID_SEARCH: "False",
      RAG_RERANKING_MODEL: "",
      // By tokens, the tokeniser would be downloaded.
      RAG_TEXT_SPLITTER: "character",
    },
  },
  {
    reason: "No model of the platform makes pictures.",
    variables: {
      ENABLE_IMAGE_GENERATION: "False",
      ENABLE_IMAGE_EDIT: "False",
      USER_PERMISSIONS_FEATURES_IMAGE_GENERATION: "False",
      IMAGES_OPENAI_API_BASE_URL: nowhere,
      IMAGES_EDIT_OPENAI_API_BASE_URL: nowhere,
    },
  },
  {
    reason: "Speech would need a model that is downloaded, or goes to the maker of the browser.",
    variables: {
      USER_PERMISSIONS_CHAT_STT: "False",
      USER_PERMISSIONS_CHAT_TTS: "False",
      USER_PERMISSIONS_CHAT_CALL: "False",
      AUDIO_STT_OPENAI_API_BASE_URL: nowhere,
      AUDIO_STT_MISTRAL_API_BASE_URL: nowhere,
      AUDIO_TTS_OPENAI_API_BASE_URL: nowhere,
      AUDIO_TTS_MISTRAL_API_BASE_URL: nowhere,
      AUDIO_REALTIME_OPENAI_API_BASE_URL: nowhere,
      ELEVENLABS_API_BASE_URL: nowhere,
    },
  },
  {
    reason: "Nothing is published, announced, counted or looked up outside.",
    variables: {
      ENABLE_COMMUNITY_SHARING: "False",
      ENABLE_USER_WEBHOOKS: "False",
      ENABLE_VERSION_UPDATE_CHECK: "False",
      OFFLINE_MODE: "True",
      HF_HUB_OFFLINE: "1",
      ANONYMIZED_TELEMETRY: "False",
      DO_NOT_TRACK: "True",
      SCARF_NO_ANALYTICS: "True",
    },
  },
  {
    reason: "The browser loads the page from the page alone; a picture in an answer cannot carry a conversation away.",
    variables: {
      CONTENT_SECURITY_POLICY: contentSecurityPolicy,
      REFERRER_POLICY: "no-referrer",
      XCONTENT_TYPE: "nosniff",
      XFRAME_OPTIONS: "SAMEORIGIN",
      ENABLE_PROFILE_IMAGE_URL_FORWARDING: "False",
    },
  },
];

/** All of them, by their names. */
export function closedVariables(): Record<string, string> {
  return Object.assign({}, ...closedSettings.map(({ variables }) => variables)) as Record<string, string>;
}
