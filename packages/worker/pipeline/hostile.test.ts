import { assert } from "@genai/testing";
import { RefusedError } from "../queue/task.ts";
import { chunksOf } from "./chunk.ts";
import { linksOf, maximumDepth } from "./html.ts";
import { textOf } from "./parse.ts";

/** Bytes of each document. */
const size = 128 * 1024;

/** How many times as long as an ordinary document of its size one may take: all take less than eight, one of quadratic time hundreds. */
const bound = 25;

/** A part as often as it fits. */
const filled = (part: string) => part.repeat(size / part.length);
/** Elements within each other, as deep as is read, as often as they fit. */
const nested = (name: string) => filled(`<${name}>`.repeat(400) + "x" + `</${name}>`.repeat(400));

const pages: Record<string, string> = {
  "tags that do not end": filled("<a "),
  "links without an address": filled("<a x>y"),
  "addresses that do not end": filled('<a href="'),
  "attributes of one tag": `<p ${Array.from({ length: size / 8 }, (_, index) => `x${index}`).join(" ")}>x`,
  "angle brackets": filled("<"),
  "comments that do not end": `x${filled("<!--")}`,
  "sections that do not end": `x${filled("<![CDATA[")}`,
  "scripts that do not end": `x${filled("<script>")}`,
  "a title that does not end": `x<title>${filled("</titl")}`,
  "end tags of nothing": "<b>".repeat(500) + "x" + filled("</i>"),
  "deep elements": nested("b"),
  "deep lists": filled("<ul><li>".repeat(200) + "x" + "</ul>".repeat(200)),
  "deep quotations": nested("blockquote"),
  "items without an end": `<ul>${filled("<li>x")}`,
  "a list of numbers": `<ol>${filled("<li>x")}`,
  "cells without an end": `<table><tr>${filled("<td>x")}`,
  references: filled("&CounterClockwiseContourIntegra"),
  "white space": `${filled(" \n\t ")}x`,
  "one word": filled("word"),
};

const texts: Record<string, string> = {
  brackets: filled("["),
  "links that do not end": filled("[a]("),
  "images that do not end": filled("![a]("),
  "links to one long address": `[a]: /${"u".repeat(size / 2)}\n\n${"[a] ".repeat(size / 8)}`,
  "definitions of links": filled("[a]: u\n"),
  emphasis: filled("*a_ "),
  "strong emphasis": filled("a**b"),
  quotations: `${filled(">")}a`,
  "lists in one line": `${filled("1. ")}a`,
  "lists of one word": filled("- a\n"),
  "lists within lists": Array.from({ length: 700 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n"),
  "code that does not end": Array.from({ length: 700 }, (_, length) => `e${"`".repeat(length)}`).join(""),
  declarations: filled("a <!A "),
  instructions: filled("a <? "),
  "rows without cells": `${"|a".repeat(500)}\n${"|-".repeat(500)}\n${"|\n".repeat(size / 2)}`,
  escapes: filled("\\"),
  "lines under lines": `${filled("a\n")}=`,
};

/** Milliseconds of this process's time that something takes. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of several, so that neither compiling nor collecting garbage counts. */
async function fastest(work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let run = 0; run < 5; run++) all.push(await cpuOf(work));
  return Math.min(...all);
}

/** A document that is put aside was read as well. */
function read(name: string, text: string): void {
  try {
    textOf(name, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}

describe("a document that is made to be slow", function () {
  this.timeout(300_000);
  const reads: Record<string, (text: string) => unknown> = {
    html: (text) => {
      read("a.html", text);
      linksOf(text, "http://host/");
    },
    md: (text) => read("a.md", text),
  };
  const ordinary = {
    html: filled('<p>Some <b>ordinary</b> words, and <a href="/there">a link</a>.</p>\n'),
    md: filled("Some **ordinary** words, and [a link](/there).\n\n"),
  };
  const references: Record<string, number> = {};
  for (const [kind, hostile] of [["html", pages] as const, ["md", texts] as const]) {
    for (const [what, text] of Object.entries(hostile)) {
      it(`takes about as long as others of its length: ${what} (${kind})`, async () => {
        const reference = (references[kind] ??= await fastest(() => reads[kind]?.(ordinary[kind])));
        const own = await cpuOf(() => reads[kind]?.(text));
        assert.ok(own < bound * reference, `${own} ms; an ordinary one ${reference} ms`);
      });
    }
  }

  it("is cut in pieces about as fast as others of its length", async () => {
    const tokenize = async ([text = ""]: readonly string[]) => [
      Array.from({ length: text.length / 4 }, (_, index) => ({ start: 4 * index, stop: 4 * index + 4 })),
    ];
    const cut = (text: string) => chunksOf(text, 256, tokenize);
    const reference = await fastest(() => cut(filled("Some ordinary words. ")));
    for (const part of [" ", "\n", "\n ", ". ", "a", "a\n   ", "\t\n\t"])
      assert.ok((await cpuOf(() => cut(filled(part)))) < bound * reference, JSON.stringify(part));
  });
});

describe("a page that is made to be deep", () => {
  const deep = (depth: number) => "<i>".repeat(depth) + "text";

  it("is read as deep as browsers do, and put aside beyond", () => {
    assert.equal(textOf("a.html", Buffer.from(deep(maximumDepth))), "text");
    for (const name of ["a.html", "a.md"])
      assert.throws(() => textOf(name, Buffer.from(deep(maximumDepth + 1))), /nests more than 512 elements/);
  });

  it("has the links before that", () =>
    assert.deepEqual(linksOf(`<a href="/a">${deep(100_000)}<a href="/b">`, "http://host/"), ["http://host/a"]));
});
