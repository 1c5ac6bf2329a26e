import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** How often a document may end the process before it is put aside. */
const allowedCrashes = 2;

/**
 * Remembers over restarts of the container which documents were being read when the process ended: one that ends it again and again
 * is put aside, so that the rest still gets stored.
 */
export class Journal {
  readonly #file: string;
  readonly #crashes: Record<string, number>;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#crashes = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>) : {};
  }

  /** Whether the document ended the process as often as is allowed. */
  isDangerous(document: string): boolean {
    return (this.#crashes[document] ?? 0) >= allowedCrashes;
  }

  /** Notes that work on a document begins: until `finished`, the end of the process counts against it. */
  began(document: string): void {
    this.#crashes[document] = (this.#crashes[document] ?? 0) + 1;
    this.#write();
  }

  /** Notes that work on a document ended, well or with an error. */
  finished(document: string): void {
    delete this.#crashes[document];
    this.#write();
  }

  #write(): void {
    writeFileSync(this.#file, JSON.stringify(this.#crashes));
  }
}
