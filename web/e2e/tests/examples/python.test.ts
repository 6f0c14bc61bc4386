import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Person, signIn } from "../../../client/tests/support/people.js";
import { OPERATOR, PASSWORD, Server, USER } from "../../../client/tests/support/server.js";
import { type Program, python, Wire, watched } from "../../support/examples.js";
import { Market } from "../../support/market.js";

let server: Server;
let operator: Person;
let user: Person;
const programs: Program[] = [];

beforeAll(async () => {
  server = await Server.start({ OPENBELL_RATE_AUTH: "off", OPENBELL_RATE_WRITE: "off" });
  operator = await signIn(server, OPERATOR);
  user = await signIn(server, USER);
});
afterEach(() => Promise.all(programs.splice(0).map((program) => program.kill())));
afterAll(() => server?.remove());

function start(file: string, url = server.url, password = PASSWORD): Program {
  const program = python(file, url, USER, password);
  programs.push(program);
  return program;
}

const watch = (street: string) => watched(new Market(operator), user, street);

/** The opening bids of a street, as they were printed. */
function bids(program: Program, street: string): (number | undefined)[] {
  const changes = program.lines.filter((line) =>
    line.startsWith(`${street}, Reno NV: openingBidChanged`),
  );
  return changes.map((line) => Number(line.split(" -> ")[1]));
}

describe("auctions.py", () => {
  it("prints the watchlist, then changes as they come, and what is watched later", async () => {
    const first = await watch("1 First St");
    const program = start("auctions.py");
    await program.line(/^watching 1 auctions$/);
    await program.line(/^round trip \d+ ms$/);
    await program.line(/^1 First St, Reno NV: auction, 2031-03-03 None, 1\.0$/);
    await first.setBid(2);
    await program.line(/^1 First St, Reno NV: openingBidChanged 1\.0 -> 2\.0$/);
    const second = await watch("2 Second St");
    await program.line(/^2 Second St, Reno NV: auction/);
    await second.setBid(3);
    await program.line(/^2 Second St, Reno NV: openingBidChanged 1\.0 -> 3\.0$/);
    expect(await program.interrupt()).toBe(0);
    expect(program.complaints).toEqual([]);
  });

  it("prints what happened while it was away, once and in order", async () => {
    const wire = await Wire.to(server.url);
    const quiet = await watch("3 Quiet St");
    const gone = await watch("3 Gone St");
    const busy = await watch("3 Busy St");
    const program = start("auctions.py", wire.url);
    await program.line(/^3 Quiet St/);
    await program.line(/^3 Gone St/);
    await program.line(/^3 Busy St/);
    await busy.setBid(2);
    await program.line(/^3 Busy St.*-> 2\.0$/);

    await wire.cut();
    await program.complaint(/^disconnected, back within/);
    await server.kill();
    await server.up();
    for (const dollars of [3, 4, 5]) await busy.setBid(dollars);
    await quiet.setBid(3);
    await operator.client.api.delete("/api/v1/properties/{id}", { path: { id: gone.id } });
    await wire.mend();
    await program.line(/^3 Busy St.*-> 5\.0$/);
    await program.line(/^3 Quiet St.*-> 3\.0$/);
    await program.line(/^3 Gone St, Reno NV: no longer watched$/);
    await busy.setBid(6);
    await program.line(/^3 Busy St.*-> 6\.0$/);

    expect(bids(program, "3 Busy St")).toEqual([2, 3, 4, 5, 6]);
    expect(bids(program, "3 Quiet St")).toEqual([3]);
    expect(await program.interrupt()).toBe(0);
    await wire.cut();
  });

  it("misses nothing over a server that is killed again and again", async () => {
    const house = await watch("4 Power Cut Rd");
    const program = start("auctions.py");
    await program.line(/^4 Power Cut Rd/);
    for (const dollars of [2, 3, 4]) {
      await server.kill();
      await server.up();
      await house.setBid(dollars);
    }
    await program.line(/^4 Power Cut Rd.*-> 4\.0$/);
    expect(bids(program, "4 Power Cut Rd")).toEqual([2, 3, 4]);
  });

  it("prints each change once while the line breaks again and again in a busy market", async () => {
    const wire = await Wire.to(server.url);
    const house = await watch("5 Busy Rd");
    const program = start("auctions.py", wire.url);
    await program.line(/^5 Busy Rd/);
    let dollars = 1;
    let breaking = true;
    const writing = (async () => {
      while (breaking) await house.setBid(++dollars);
    })();
    try {
      for (const cuts of [1, 2, 3, 4, 5]) {
        await wire.cut();
        await wire.mend();
        await program.count(cuts + 1, /^watching/);
        await program.line(new RegExp(`^5 Busy Rd.*-> ${dollars + 1}\\.0$`));
      }
    } finally {
      breaking = false;
      await writing;
    }
    await program.line(new RegExp(`^5 Busy Rd.*-> ${dollars}\\.0$`));
    const written = Array.from({ length: dollars - 1 }, (_, index) => index + 2);
    expect(bids(program, "5 Busy Rd")).toEqual(written);
    await wire.cut();
  });

  it("ends by Ctrl+C while there is no server", async () => {
    const wire = await Wire.to(server.url);
    const program = start("auctions.py", wire.url);
    await program.line(/^watching/);
    await wire.cut();
    await program.complaint(/^disconnected, back within 0\.5 s/);
    expect(await program.interrupt()).toBe(0);
    expect(program.output).not.toContain("Traceback");
  });

  it("does not come back with a wrong password", async () => {
    const program = start("auctions.py", server.url, "not the password");
    expect(await program.ended).toBe(1);
    expect(program.complaints).toEqual(["cannot sign in: 401 Unauthorized"]);
  });
});

describe("socket_test.py", () => {
  it("echoes and measures, and goes on where it was after a restart", async () => {
    const program = start("socket_test.py");
    await program.line(/^signed in as [0-9a-f-]{36}, roles user$/);
    await program.line(/^echo 1, round trip \d+\.\d ms$/);
    await server.kill();
    await server.up();
    await program.line(/^echo 3,/);
    const echoes = program.lines.filter((line) => line.startsWith("echo "));
    expect(echoes.map((line) => line.split(",")[0]).slice(0, 3)).toEqual([
      "echo 1",
      "echo 2",
      "echo 3",
    ]);
    expect(program.lines.filter((line) => line === "connected")).toHaveLength(2);
    expect(await program.interrupt()).toBe(0);
    expect(program.output).not.toContain("Traceback");
  });
});
