import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ComponentType } from "react";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { DeadLetters } from "./DeadLetters";
import { OpenTasks } from "./OpenTasks";
import { Queues } from "./Queues";
import { Reactions } from "./Reactions";
import { Schedules } from "./Schedules";

const QUEUES = { tab: undefined, label: "Queues", body: Queues, byName: false };

const TABS: readonly {
  tab: string | undefined;
  label: string;
  body: ComponentType<{ name: string | undefined }>;
  /** Whether the name of a task narrows it. */
  byName: boolean;
}[] = [
  QUEUES,
  { tab: "open", label: "Open tasks", body: OpenTasks, byName: true },
  { tab: "dead", label: "Dead letters", body: DeadLetters, byName: true },
  { tab: "schedules", label: "Schedules", body: Schedules, byName: false },
  { tab: "reactions", label: "Reactions", body: Reactions, byName: false },
];

/** What is done behind the pages, each part at an address of its own. */
export function TasksPage() {
  const { tab, name } = useSearch({ from: "/shell/admin/tasks" });
  const navigate = useNavigate({ from: "/admin/tasks" });
  const { label, body: Body, byName } = TABS.find((one) => one.tab === tab) ?? QUEUES;
  return (
    <>
      <PageHeader
        title="Tasks"
        part={label}
        sub="Work that is done behind the pages, on all nodes."
      />
      <nav aria-label="Kinds of work" className="mb-4 flex flex-wrap gap-1">
        {TABS.map((one) => (
          <Link
            key={one.label}
            to="/admin/tasks"
            search={{ ...(one.tab && { tab: one.tab }), ...(one.byName && name && { name }) }}
            activeOptions={{ exact: true, includeSearch: true }}
            className="flex h-9 items-center rounded-md border px-3 text-muted hover:bg-sunken hover:text-text aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-text pointer-coarse:h-11"
          >
            {one.label}
          </Link>
        ))}
        {byName && name && (
          <Button
            className="ml-auto"
            onClick={() => void navigate({ search: tab ? { tab } : {}, replace: true })}
          >
            {name}
            <X size={14} aria-hidden />
            <span className="sr-only">Show all names</span>
          </Button>
        )}
      </nav>
      <Body name={byName ? name : undefined} />
    </>
  );
}
