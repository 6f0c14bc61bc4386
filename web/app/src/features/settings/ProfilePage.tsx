import { words } from "~/lib/format";
import { useUser } from "~/lib/session";
import { Panel } from "~/ui/layout";

export function ProfilePage() {
  const user = useUser();
  if (user === undefined) {
    return (
      <Panel title="Profile">
        <p className="text-muted">It is shown once the server is reached.</p>
      </Panel>
    );
  }
  const facts = [
    ["Name", user.name || "None"],
    ["E-mail", user.email],
    ["Roles", user.roles.map((role) => words(role)).join(", ")],
  ];
  return (
    <Panel title="Profile">
      <dl className="grid gap-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted max-sm:-mb-3 max-sm:text-xs">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
