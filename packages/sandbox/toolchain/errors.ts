/** Something about a tool that a user can put right: the message says what and how. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
