// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  endingOf,
  importWords,
  isReadable,
  isSourceName,
  mapError,
  pace,
  type Sending,
  upload,
} from "../src/features/admin/upload.js";

/** A request that the test answers. */
class FakeRequest {
  static all: FakeRequest[] = [];
  address = "";
  headers: Record<string, string> = {};
  body: unknown;
  status = 0;
  responseText = "";
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;

  constructor() {
    FakeRequest.all.push(this);
  }

  open(method: string, address: string) {
    this.address = `${method} ${address}`;
  }

  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }

  send(body: unknown) {
    this.body = body;
  }

  abort() {
    this.onabort?.();
  }

  answer(status: number, body: object | string) {
    this.status = status;
    this.responseText = typeof body === "string" ? body : JSON.stringify(body);
    this.onload?.();
  }
}

const file = new File(["street\n1 Way"], "Sales.CSV");
const none = () => undefined;
const only = () => {
  const [request] = FakeRequest.all;
  if (FakeRequest.all.length !== 1 || request === undefined) throw new Error("not one request");
  return request;
};

beforeEach(() => {
  FakeRequest.all = [];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
});
afterEach(() => vi.unstubAllGlobals());

describe("an upload", () => {
  it("sends the file with what it is, and tells how far it is", async () => {
    const seen: Sending[] = [];
    const options = { source: "county", dryRun: true, map: '{"ignore":["x"]}' };
    const sent = upload(file, options, new AbortController().signal, (one) => seen.push(one));
    const request = only();
    expect(request.address).toBe(
      "POST /api/v1/properties/import?source=county&dry_run=true&map=%7B%22ignore%22%3A%5B%22x%22%5D%7D",
    );
    expect(request.headers["Content-Type"]).toBe("text/csv");
    expect(request.body).toBe(file);
    request.upload.onprogress?.({ loaded: 5, total: 12 });
    expect(seen).toEqual([{ sent: 5, total: 12 }]);
    request.answer(200, { rows: 1 });
    expect(await sent).toEqual({ rows: 1 });
  });

  it("gives the server's reason, or that there is none", async () => {
    const options = { source: "county", dryRun: false };
    const { signal } = new AbortController();
    const refused = upload(file, options, signal, none);
    only().answer(400, { code: "bad_request", detail: "the file is empty" });
    await expect(refused).rejects.toMatchObject({ status: 400, code: "bad_request" });
    FakeRequest.all = [];
    const odd = upload(file, options, signal, none);
    only().answer(502, "<html>");
    await expect(odd).rejects.toMatchObject({ status: 502, code: "unexpected_answer" });
    FakeRequest.all = [];
    const lost = upload(file, options, signal, none);
    only().onerror?.();
    await expect(lost).rejects.toMatchObject({ code: "network" });
  });

  it("is broken off by whoever waits for it", async () => {
    const control = new AbortController();
    const sent = upload(file, { source: "county", dryRun: false }, control.signal, none);
    control.abort();
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("what is chosen", () => {
  it("is known by its ending", () => {
    expect(endingOf("a.b.NDJSON")).toBe("ndjson");
    expect(isReadable("x.jsonl")).toBe(true);
    expect(isReadable("x.xlsx")).toBe(false);
    expect(isReadable("constructor")).toBe(false);
    expect(isReadable("x.constructor")).toBe(false);
  });

  it("has a source of a good name, and a mapping that is an object", () => {
    expect(isSourceName("county-sales_2")).toBe(true);
    for (const wrong of ["", "api", "Über", "a b", "x".repeat(65)]) {
      expect(isSourceName(wrong)).toBe(false);
    }
    expect(mapError(" ")).toBeUndefined();
    expect(mapError('{"ignore": []}')).toBeUndefined();
    expect(mapError("[1]")).toBe("This is not a JSON object.");
    expect(mapError("{")).toBe("This is not JSON.");
  });

  it("is told of in words", async () => {
    const sent = upload(file, { source: "x", dryRun: true }, new AbortController().signal, none);
    only().answer(413, { code: "too_large", detail: "it is too large" });
    const error = await sent.catch((cause: unknown) => cause);
    expect(importWords(error)).toBe("The file is larger than this server takes.");
    expect(importWords(new Error("x"))).toBe("Something unexpected went wrong on this page.");
    expect(pace({ rows: 100, seconds: 4 })).toBe(25);
    expect(pace({ rows: 1, seconds: 0 })).toBeUndefined();
  });
});
