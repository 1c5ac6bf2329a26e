import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { volumeDocuments } from "../source/volume.ts";
import { type StoredDocument, wholeDocuments } from "../store/store.ts";
import { chunksOf, type Tokenize } from "./chunk.ts";
import type { Embedder } from "./embedder.ts";
import { Journal } from "./journal.ts";
import { linksOf } from "./html.ts";
import { textOf } from "./parse.ts";
import { runPipeline } from "./run.ts";

/** Every word is a token. */
const words: Tokenize = async (texts) =>
  texts.map((text) =>
    [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({ start: index, stop: index + word.length })),
  );

describe("a document's text", () => {
  it("is what a page says, without navigation and scripts", () => {
    const page = "<html><nav>Menu</nav><h1>Title</h1><p>Text &amp; more</p><script>no()</script></html>";
    assert.equal(textOf("a.html", Buffer.from(page)).replace(/\s+/g, " "), "Title Text & more");
    assert.equal(textOf("a.md", Buffer.from("# Title\n\n**Text**")).replace(/\s+/g, " "), "Title Text");
    assert.equal(textOf("a.txt", Buffer.from(" plain ")), "plain");
  });

  it("is refused where there is none", () => {
    assert.throws(() => textOf("a.txt", Buffer.from([0xff, 0xfe])), /not UTF-8/);
    assert.throws(() => textOf("a.txt", Buffer.from("  ")), /holds no text/);
    assert.throws(() => textOf("a.txt", Buffer.from("a\0b")), /zero bytes/);
  });

  it("has links, whole, each once and of the web only", () => {
    const page = `<a href="b#c"><A HREF='b'><a href=b#d><a href="mailto:x"><a class="x" href="/d?e&amp;f"><link href="/g"><!-- <a href="/h"> -->`;
    assert.deepEqual(linksOf(page, "http://host/a"), ["http://host/b", "http://host/d?e&f"]);
  });

  it("has no links that are longer than servers take", () => {
    const address = (length: number) => `http://host/${"x".repeat(length - 12)}`;
    const page = [2048, 2049].map((length) => `<a href="${address(length)}">`).join("");
    assert.deepEqual(linksOf(page, "http://host/a"), [address(2048)]);
    assert.deepEqual(linksOf('<a href="b">', `${address(2048)}/`), []);
  });

  it("keeps of Markdown what it says, HTML in it included", () => {
    const text =
      '# Title\n\nA [link](/there "tip") and ![an image](/i.png)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n<p>Own</p><nav>Menu</nav>\n';
    assert.equal(textOf("a.md", Buffer.from(text)).replace(/\s+/g, " "), "Title A link and a b 1 2 Own");
  });

  it("is all of it, however long", () => {
    const page = `<p>first${"<!-- -->".repeat(2_200_000)}last`;
    assert.equal(textOf("a.html", Buffer.from(page)), "firstlast");
  });
});

describe("pieces of a text", () => {
  it("have at most so many tokens, end with sentences, and lose nothing", async () => {
    const text = Array.from({ length: 3000 }, (_, index) => `word${index}${index % 7 === 6 ? "." : ""}`).join(" ");
    const pieces = await chunksOf(text, 20, words);
    assert.equal(pieces.join(" "), text);
    assert.ok(pieces.every((piece) => piece.split(" ").length <= 20));
    const ends = pieces.filter((piece) => piece.endsWith("."));
    assert.ok(ends.length > pieces.length * 0.95, `${ends.length} of ${pieces.length}`);
  });

  it("are cut inside of what has no spaces", async () => {
    const each: Tokenize = async ([text = ""]) => [[...text].map((_, index) => ({ start: index, stop: index + 1 }))];
    assert.deepEqual(await chunksOf("abcdefgh", 3, each), ["abc", "def", "gh"]);
  });
});

describe("what counts as stored", () => {
  it("is whole, and of one digest", () => {
    const row = (document: string, digest: string, chunks: number, count: number) => ({
      document,
      digest,
      chunks,
      count,
    });
    const rows = [row("whole", "a", 2, 2), row("half", "a", 2, 1), row("mixed", "a", 1, 1), row("mixed", "b", 1, 1)];
    assert.deepEqual([...wholeDocuments(rows)], [["whole", "a"]]);
  });
});

describe("a pipeline", () => {
  const directory = () => {
    const root = temporaryDirectory("documents");
    mkdirSync(join(root, "sub"));
    writeFileSync(join(root, "a.md"), "# A");
    writeFileSync(join(root, "sub", "b.txt"), "B");
    writeFileSync(join(root, "bad.txt"), Buffer.from([0xff]));
    writeFileSync(join(root, "picture.png"), "no document");
    return root;
  };
  const setUp = () => {
    const documents = new Map<string, StoredDocument>();
    const store = {
      digests: async () => new Map([...documents.values()].map(({ document, digest }) => [document, digest])),
      replace: async (document: StoredDocument) => void documents.set(document.document, document),
      remove: async (_: string, document: string) => void documents.delete(document),
      close: async () => {},
    };
    const embedder = { tokenize: words, embed: async (texts: string[]) => texts.map(() => [1]) } as unknown as Embedder;
    const file = join(temporaryDirectory("state"), "journal.json");
    return { documents, file, options: { store, embedder, writer: "test", model: "m", chunkTokens: 16 } };
  };

  it("stores what is new, passes over what is stored, removes what is gone, and puts aside what is wrong", async () => {
    const { documents, file, options } = setUp();
    const root = directory();
    const run = () => runPipeline(() => volumeDocuments(root), { ...options, journal: new Journal(file) });
    const { putAside, ...first } = await run();
    assert.deepEqual(first, { stored: 2, unchanged: 0, removed: 0 });
    assert.deepEqual(putAside, [{ document: "bad.txt", reason: "is not UTF-8 text" }]);
    documents.set("gone.md", { document: "gone.md", writer: "test", digest: "x", chunks: [] });
    writeFileSync(join(root, "a.md"), "# A, anew");
    const { putAside: _, ...second } = await run();
    assert.deepEqual(second, { stored: 1, unchanged: 1, removed: 1 });
  });

  it("passes over a document that ended the process twice", async () => {
    const { file, options } = setUp();
    const root = directory();
    // What is left when the process is killed in the middle.
    for (let crash = 0; crash < 2; crash++) new Journal(file).began("a.md");
    const { putAside } = await runPipeline(() => volumeDocuments(root), { ...options, journal: new Journal(file) });
    assert.deepEqual(
      putAside.map(({ document }) => document),
      ["a.md", "bad.txt"],
    );
  });

  it("fails where the store does, so that its Job tries again", async () => {
    const { file, options } = setUp();
    const broken = { ...options.store, replace: () => Promise.reject(new Error("store is away")) };
    const run = runPipeline(() => volumeDocuments(directory()), {
      ...options,
      store: broken,
      journal: new Journal(file),
    });
    await assert.rejects(run, /store is away/);
    assert.equal(new Journal(file).isDangerous("a.md"), false);
  });
});
