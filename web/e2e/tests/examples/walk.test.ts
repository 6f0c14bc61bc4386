import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Server } from "../../../client/tests/support/server.js";
import { example, Program } from "../../support/examples.js";

let server: Server;
const programs: Program[] = [];

beforeAll(async () => {
  server = await Server.start({ OPENBELL_RATE_AUTH: "off" }, { people: {}, demo: true });
});
afterEach(() => Promise.all(programs.splice(0).map((program) => program.kill())));
afterAll(() => server?.remove());

function walk(env: Record<string, string> = {}): Program {
  const program = new Program("bash", [example("walk.sh")], {
    OPENBELL_URL: server.url,
    ...env,
  });
  programs.push(program);
  return program;
}

describe("walk.sh", () => {
  it("walks through the API, as often as one likes", async () => {
    for (const _ of ["once", "again"]) {
      const program = walk();
      expect(await program.ended, program.output).toBe(0);
      expect(program.complaints).toEqual([]);
      const { lines } = program;
      expect(lines.filter((line) => /^Opening bid lowered to \$/.test(line))).toHaveLength(1);
      expect(lines.filter((line) => line === "application/problem+json")).toHaveLength(1);
      const statuses = lines.flatMap((line) => /^ {2}(\d{3}) /.exec(line)?.[1] ?? []);
      const refused = statuses.filter((status) => Number(status) >= 400);
      expect(refused).toEqual(["422", "412", "404"]);
      expect(statuses.slice(-3)).toEqual(["204", "204", "204"]);
      expect(program.output).not.toMatch(/openbell-demo|correct horse|eyJ0eXAi/);
    }
  });

  it("stops at the first answer that is not the one expected", async () => {
    const program = walk({ OPENBELL_OPERATOR_PASSWORD: "not the password" });
    expect(await program.ended).toBe(1);
    expect(program.complaints).toEqual(["expected 200"]);
    expect(program.lines.at(-1)).toContain("  401 ");
  });

  it("says so when there is no server", async () => {
    const program = walk({ OPENBELL_URL: "http://127.0.0.1:9" });
    expect(await program.ended).toBe(7);
    expect(program.complaints.join()).toContain("Failed to connect");
  });
});
