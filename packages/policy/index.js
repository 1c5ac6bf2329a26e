// The engine starts the pack through this file: Node runs the TypeScript it imports as it is.
import "./pack.ts";
