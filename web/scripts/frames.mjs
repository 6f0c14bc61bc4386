// The TypeScript of asyncapi.json: a type for every frame, unions by socket and direction, and the
// tables that the client goes by.
import openapiTS, { astToString } from "openapi-typescript";

const pascal = (text) =>
  text
    .split(/[._-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** `user.server.new_notification` → `UserNewNotificationFrame`; frames of the engine have no prefix. */
function nameOf(key) {
  const [group, direction, ...rest] = key.split(".");
  const prefix = group === "engine" ? "" : pascal(group);
  return prefix + pascal(rest.join(".")) + (direction === "client" ? "Request" : "Frame");
}

const keyOf = (reference) => reference.slice("#/components/messages/".length);

const union = (names) =>
  names.length === 0
    ? "never"
    : [...new Set(names)]
        .sort()
        .map((name) => `\n  | ${name}`)
        .join("");

/** The whole source. */
export async function framesSource(document) {
  const messages = document.components.messages;
  const keys = Object.keys(messages).sort();
  const schemas = { ...document.components.schemas };
  for (const key of keys) {
    const { payload, summary } = messages[key];
    const description = payload.description ?? summary;
    schemas[nameOf(key)] = description === undefined ? payload : { ...payload, description };
  }
  const openapi = {
    openapi: "3.1.0",
    info: { title: "frames", version: "0" },
    paths: {},
    components: { schemas },
  };
  const whole = astToString(
    await openapiTS(openapi, {
      alphabetize: true,
      defaultNonNullable: false,
      emptyObjectsUnknown: true,
    }),
  );
  // Of the shell of a REST document only the schemas mean anything here, and their names below.
  const types = whole
    .replace(/^export (?:interface webhooks|type (?:paths|webhooks|operations|\$defs)) .*$/gm, "")
    .replace("export interface components", "interface components")
    .trimStart();
  return [
    types,
    aliases(keys),
    unions(document),
    verbs(document),
    topics(document),
    tables(document),
  ].join("\n");
}

function aliases(keys) {
  const line = (key) => `export type ${nameOf(key)} = components["schemas"]["${nameOf(key)}"];`;
  return `${keys.map(line).join("\n")}\n`;
}

function unions(document) {
  const parts = [];
  for (const [channel, { address, messages }] of Object.entries(document.channels)) {
    const of = (direction) =>
      Object.values(messages)
        .map((message) => keyOf(message.$ref))
        .filter((key) => key.split(".")[1] === direction)
        .map(nameOf);
    const name = pascal(channel);
    parts.push(
      `/** What the server sends on \`${address}\`. */\nexport type ${name}ServerFrame =${union(of("server"))};\n`,
      `/** What a client may send on \`${address}\`. */\nexport type ${name}ClientFrame =${union(of("client"))};\n`,
    );
  }
  return parts.join("\n");
}

function verbs(document) {
  const byType = new Map();
  for (const key of Object.keys(document.components.messages).sort()) {
    const [, direction, ...rest] = key.split(".");
    if (direction !== "client") continue;
    const type = rest.join(".");
    byType.set(type, [...(byType.get(type) ?? []), nameOf(key)]);
  }
  const lines = [...byType].sort().map(([type, names]) => `  ${type}: ${names.join(" | ")};`);
  return `/** What a client may send, by \`type\`, on whatever socket. */\nexport interface VerbRequests {\n${lines.join("\n")}\n}\n`;
}

function topics(document) {
  const families = Object.entries(document["x-topics"]).sort();
  const frames = families.map(([family, { messages }]) => {
    const names = messages.map((message) => nameOf(keyOf(message.$ref)));
    return `  ${family}:${union(names)};`;
  });
  const kinds = families.map(([family, { kind }]) => `  ${family}: "${kind}",`);
  return `/** The application's frames of each family of topics. */
export interface TopicFrames {\n${frames.join("\n")}\n}

/** What each family of topics promises. */
export const TOPIC_KINDS = {\n${kinds.join("\n")}\n} as const;\n`;
}

function tables(document) {
  const closes = document["x-close-codes"].map(
    ({ code, come_back: comeBack, reason }) =>
      `  ${code}: { reason: ${JSON.stringify(reason)}, comeBack: ${JSON.stringify(comeBack)} },`,
  );
  const errors = Object.entries(document["x-error-codes"]).sort();
  const words = errors.map(([code]) => JSON.stringify(code));
  const retryable = errors.filter(([, { retry }]) => retry).map(([code]) => JSON.stringify(code));
  const limits = ["max_frame_bytes", "max_replay", "max_topics", "heartbeat_ms"].map(
    (name) => `  ${name}: ${document["x-limits"][name]},`,
  );
  return `/** Why a socket was closed, and when to come back. */
export const CLOSE_CODES = {\n${closes.join("\n")}\n} as const;

/** The words of errors. More may come. */
export type ErrorCode =${words.map((word) => `\n  | ${word}`).join("")};

/** Those after which the same request may succeed later. */
export const RETRYABLE_CODES: readonly string[] = [${retryable.join(", ")}];

/** The limits of a server that was not told otherwise. */
export const LIMITS = {\n${limits.join("\n")}\n} as const;\n`;
}
