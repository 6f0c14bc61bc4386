import { OpenbellProvider, useConnection } from "@openbell/react";
import { useEffect, useState } from "react";
import { connectionWords } from "~/lib/connection";
import { count } from "~/lib/format";
import { useUser } from "~/lib/session";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Checkbox, Input, Select } from "~/ui/Field";
import { PageHeader, Panel } from "~/ui/layout";
import { FrameList } from "./FrameList";
import { type Laboratory, useLaboratory } from "./useLaboratory";

const SOCKETS = [
  { value: "/ws/test/", label: "/ws/test/: echo and tests" },
  { value: "/ws", label: "/ws: topics" },
];

/** A place to try what a socket does when things go wrong. */
export function LaboratoryPage() {
  const [path, setPath] = useState("/ws/test/");
  return (
    <>
      <PageHeader
        title="Socket laboratory"
        sub="A connection of its own, to see what it does when the line is bad."
        actions={
          <Select
            label="Socket"
            bare
            className="w-60"
            value={path}
            onChange={(event) => setPath(event.target.value)}
            options={SOCKETS}
          />
        }
      />
      <Bench key={path} path={path} />
    </>
  );
}

function Bench({ path }: { path: string }) {
  const laboratory = useLaboratory(path);
  return (
    <OpenbellProvider client={laboratory.client}>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Line laboratory={laboratory} />
          {path === "/ws/test/" ? (
            <Tests laboratory={laboratory} />
          ) : (
            <Topics laboratory={laboratory} />
          )}
          <Counters laboratory={laboratory} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Attempts laboratory={laboratory} />
          <FrameList frames={laboratory.frames} onClear={laboratory.clear} />
        </div>
      </div>
    </OpenbellProvider>
  );
}

const tones = { up: "text-up", warn: "text-warn", down: "text-down" };

function Line({ laboratory: { client, cut } }: { laboratory: Laboratory }) {
  const status = useConnection();
  const { label, tone } = connectionWords(status);
  const isOpen = status.state === "open";
  const isOff = status.state === "closed" || status.state === "idle";
  return (
    <Panel title="Line">
      <p className="mb-3">
        <span className={cx("font-semibold", tones[tone])}>{label}</span>
        <span className="text-muted">
          {!isOpen && status.attempt > 0 && `, attempt ${status.attempt}`}
          {status.reason && `; before: ${status.reason.code} ${status.reason.reason}`}
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        {isOff ? (
          <Button look="primary" onClick={() => client.connect()}>
            Connect
          </Button>
        ) : (
          <Button onClick={() => client.close()}>Close</Button>
        )}
        <Button disabled={!isOpen} onClick={cut}>
          Drop the line
        </Button>
        <Button disabled={isOff} onClick={() => client.reconnectNow()}>
          Reconnect now
        </Button>
      </div>
    </Panel>
  );
}

function Tests({ laboratory: { call } }: { laboratory: Laboratory }) {
  const [message, setMessage] = useState("Is anybody there?");
  const [wait, setWait] = useState(false);
  return (
    <Panel title="Try">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          call(wait ? "Echo, may wait" : "Echo", "echo", { message }, wait);
        }}
      >
        <Input
          label="Message"
          value={message}
          onChange={(event) => setMessage(event.target.value)}
          maxLength={2000}
        />
        <Checkbox
          label="May wait while the line is down"
          checked={wait}
          onChange={(event) => setWait(event.target.checked)}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary">
            Send an echo
          </Button>
          <Button onClick={() => call("Ping", "ping", { t0: Date.now() })}>Ping</Button>
          <Button onClick={() => call("Auth test", "auth_test", {})}>Who am I?</Button>
        </div>
      </form>
    </Panel>
  );
}

function Topics({ laboratory: { follow, followed, call } }: { laboratory: Laboratory }) {
  const user = useUser();
  const [topic, setTopic] = useState(user ? `user:${user.id}` : "");
  return (
    <Panel title="Try">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          follow(followed === topic ? "" : topic);
        }}
      >
        <Input
          label="Topic"
          value={topic}
          hint="Drop the line, let something happen, and see that nothing is missed."
          onChange={(event) => setTopic(event.target.value)}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" disabled={topic.trim() === ""}>
            {followed === topic ? "Leave it" : "Follow it"}
          </Button>
          <Button onClick={() => call("Ping", "ping", { t0: Date.now() })}>Ping</Button>
        </div>
      </form>
    </Panel>
  );
}

const OUTCOMES = { pending: "text-muted", done: "text-text", failed: "text-down" };

function Attempts({ laboratory: { attempts } }: { laboratory: Laboratory }) {
  return (
    <Panel title="What came of it" flush>
      {attempts.length === 0 ? (
        <p className="p-4 text-muted">Nothing was tried yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <ul className="max-h-56 overflow-y-auto" tabIndex={0} aria-label="What came of it">
          {attempts.map(({ number, what, outcome, state }) => (
            <li key={number} className="border-b px-4 py-2 last:border-0">
              <span className="font-medium">{what}</span>{" "}
              <span className={cx("font-mono text-xs break-all", OUTCOMES[state])}>{outcome}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Counters({ laboratory: { client } }: { laboratory: Laboratory }) {
  const [stats, setStats] = useState(client.stats);
  useEffect(() => {
    const timer = setInterval(() => setStats(client.stats), 500);
    return () => clearInterval(timer);
  }, [client]);
  const ms = (value: number | undefined) =>
    value === undefined ? "–" : `${Math.round(value * 10) / 10} ms`;
  const rows: [string, string][] = [
    ["Connections", count(stats.connects)],
    ["Frames in", count(stats.framesIn)],
    ["Frames out", count(stats.framesOut)],
    ["Duplicates", count(stats.duplicates)],
    ["Gaps", count(stats.gaps)],
    ["Malformed", count(stats.malformed)],
    ["Pending calls", count(stats.pending)],
    ["Outbox", count(stats.outbox)],
    ["Topics", count(stats.topics)],
    ["Round trip", ms(stats.roundTripMs)],
    ["Clock offset", ms(stats.clockOffsetMs)],
  ];
  return (
    <Panel title="Counters">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
