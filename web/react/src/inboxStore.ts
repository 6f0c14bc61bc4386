import {
  type Client,
  type components,
  type FrameOf,
  newIdempotencyKey,
  type Subscription,
} from "@openbell/client";
import { Store } from "./store.js";

/** A row of the inbox. */
export type Notification = components["schemas"]["Notification"];

/** The inbox, as far as it is shown. */
export interface Inbox {
  /** What is neither dismissed nor expired, the newest first. */
  readonly items: readonly Notification[];
  readonly unread: number;
  readonly unseen: number;
  /** Whether the list is loaded. */
  readonly loaded: boolean;
  /** Whether there are older ones than these. */
  readonly hasOlder: boolean;
  /** Whether older ones are on their way. */
  readonly loadingOlder: boolean;
  /** Why it could not be loaded. It is tried again when the connection is back. */
  readonly error: unknown;
}

/** How many rows come at a time. */
const PAGE = 100;

interface Known extends Inbox {
  /** Where the older ones begin. */
  cursor: string | undefined;
  /** Of two counters the higher version is newer. */
  version: number;
}

type InboxPage = components["schemas"]["InboxPage"];
type Change = (known: Known) => Known;

const EMPTY: Known = {
  items: [],
  unread: 0,
  unseen: 0,
  loaded: false,
  hasOlder: false,
  loadingOlder: false,
  cursor: undefined,
  error: undefined,
  version: -1,
};

/** The inbox of whoever is signed in: loaded by REST, kept up to date by `user:<id>`. */
export class InboxStore extends Store<Inbox> {
  private known = EMPTY;
  /** Changes that the server has not confirmed. They are shown on top of what is known. */
  private readonly hoped = new Set<Change>();
  private subscription: Subscription | undefined;
  private userId: string | undefined;
  /** Frames since a list was asked for; it may be older than they are. */
  private sinceAsked: FrameOf<"user:x">[] | undefined;
  /** How many pages are shown: as many come again after a gap. */
  private pages = 1;

  constructor(private readonly client: Client) {
    super(EMPTY);
  }

  /** Marks notifications read. Shown at once, and taken back if the server refuses. */
  markRead(ids: string[]): Promise<void> {
    return this.hope("mark_read", { ids }, (known) => read(known, (item) => ids.includes(item.id)));
  }

  /** Marks everything read that is shown now, and nothing that comes later. */
  markAllRead(): Promise<void> {
    const upTo = Math.max(0, ...this.known.items.map((item) => item.inbox_no));
    const change: Change = (known) => read(known, (item) => item.inbox_no <= upTo);
    return this.hope("mark_all_read", { up_to: upTo }, change);
  }

  /** Puts notifications away. Shown at once, and taken back if the server refuses. */
  dismiss(ids: string[]): Promise<void> {
    return this.hope("dismiss", { ids }, (known) => {
      const gone = known.items.filter((item) => ids.includes(item.id));
      const items = known.items.filter((item) => !ids.includes(item.id));
      return { ...count(known, gone), items };
    });
  }

  /** Adds the next older ones to what is shown. */
  async loadOlder(): Promise<void> {
    const { loaded, cursor, loadingOlder } = this.known;
    if (!loaded || cursor === undefined || loadingOlder) return;
    const since: FrameOf<"user:x">[] = [];
    this.sinceAsked = since;
    this.learn((known) => ({ ...known, loadingOlder: true }));
    try {
      const page = await this.page(cursor);
      if (this.sinceAsked !== since) return;
      const older = since.filter(({ type }) => type !== "new_notification");
      const { items } = older.reduce(told, { ...EMPTY, items: page.items });
      this.pages += 1;
      this.learn((known) => {
        const others = items.filter(({ id }) => !known.items.some((item) => item.id === id));
        return { ...known, items: [...known.items, ...others], ...after(page) };
      });
    } finally {
      if (this.sinceAsked === since) {
        this.sinceAsked = undefined;
        this.learn((known) => ({ ...known, loadingOlder: false }));
      }
    }
  }

  protected override begin(): () => void {
    const stop = this.client.onStatus(() => this.look());
    this.look();
    return () => {
      stop();
      this.leave();
    };
  }

  /** Follows whoever is signed in. */
  private look(): void {
    const { state, userId } = this.client.status;
    if (state !== "open" || userId === undefined || userId === this.userId) return;
    this.leave();
    this.userId = userId;
    this.pages = 1;
    this.subscription = this.client.subscribe(`user:${userId}`, {
      event: (frame) => {
        this.sinceAsked?.push(frame);
        this.learn((known) => told(known, frame));
      },
      // Live: every later change comes as an event, so what is loaded now misses nothing.
      state: (state) => {
        if (state === "live" && !this.known.loaded) void this.load();
      },
      gap: () => void this.load(),
    });
  }

  private leave(): void {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.userId = undefined;
    this.sinceAsked = undefined;
    this.known = { ...this.known, loaded: false };
  }

  private async load(): Promise<void> {
    const since: FrameOf<"user:x">[] = [];
    this.sinceAsked = since;
    try {
      let page = await this.page(undefined);
      const items = [...page.items];
      for (let read = 1; read < this.pages && cursorOf(page) !== undefined; read += 1) {
        page = await this.page(cursorOf(page));
        items.push(...page.items);
      }
      if (this.sinceAsked !== since) return;
      const { unread_count: unread, unseen_count: unseen, version } = page;
      const counters = { unread, unseen, version };
      const loaded = { ...EMPTY, items, ...counters, ...after(page), loaded: true };
      this.learn(() => since.reduce(told, loaded));
    } catch (error) {
      if (this.sinceAsked === since) this.learn((known) => ({ ...known, error }));
    }
    if (this.sinceAsked === since) this.sinceAsked = undefined;
  }

  private page(cursor: string | undefined): Promise<InboxPage> {
    const query = { limit: PAGE, cursor };
    return this.client.api.get("/api/v1/notifications", { query });
  }

  private async hope(
    verb: "mark_read" | "mark_all_read" | "dismiss",
    params: object,
    change: Change,
  ) {
    this.hoped.add(change);
    this.show();
    try {
      const idempotencyKey = newIdempotencyKey();
      await this.client.call<unknown, string>(verb, { ...params }, { idempotencyKey });
      // Its frames may still be under way: it is true already, and they change nothing then.
      this.known = change(this.known);
    } finally {
      this.hoped.delete(change);
      this.show();
    }
  }

  private learn(change: Change): void {
    this.known = change(this.known);
    this.show();
  }

  private show(): void {
    this.set([...this.hoped].reduce((known, change) => change(known), this.known));
  }
}

const cursorOf = (page: InboxPage): string | undefined => page.next_cursor ?? undefined;

/** What a page says of those that are older. */
const after = (page: InboxPage) => ({
  cursor: cursorOf(page),
  hasOlder: cursorOf(page) !== undefined,
});

/** What a frame says, on top of what is known. Saying it twice changes nothing. */
function told(known: Known, frame: FrameOf<"user:x">): Known {
  switch (frame.type) {
    case "new_notification": {
      const others = known.items.filter(({ id }) => id !== frame.notification.id);
      return { ...known, items: [frame.notification, ...others] };
    }
    case "notification_updated": {
      const { read_at, seen_at, dismissed_at } = frame;
      return each(known, (item) => item.id === frame.id, { read_at, seen_at, dismissed_at });
    }
    case "notifications_updated": {
      const { change, at, ids, up_to: upTo } = frame;
      const isMeant = (item: Notification) =>
        ids?.includes(item.id) || (typeof upTo === "number" && item.inbox_no <= upTo);
      switch (change) {
        case "read":
          return each(known, isMeant, { read_at: at });
        case "unread":
          return each(known, isMeant, { read_at: null });
        case "seen":
          return each(known, isMeant, { seen_at: at });
        case "dismissed":
        case "expired":
          return { ...known, items: known.items.filter((item) => !isMeant(item)) };
        default:
          return known;
      }
    }
    case "unread_count": {
      if (frame.version <= known.version) return known;
      const { unread, unseen, version } = frame;
      return { ...known, unread, unseen, version };
    }
    default:
      return known;
  }
}

function each(
  known: Known,
  isMeant: (item: Notification) => boolean | undefined,
  change: Partial<Record<"read_at" | "seen_at" | "dismissed_at", string | null | undefined>>,
): Known {
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  const items = known.items
    .map((item) => (isMeant(item) ? { ...item, ...Object.fromEntries(said) } : item))
    .filter((item) => !item.dismissed_at);
  return { ...known, items };
}

function read(known: Known, isMeant: (item: Notification) => boolean): Known {
  const at = new Date().toISOString();
  const meant = known.items.filter((item) => isMeant(item) && !item.read_at);
  return {
    ...count(known, meant),
    items: each(known, (item) => meant.includes(item), { read_at: at }).items,
  };
}

/** The counters without these, until the server's own come. */
function count(known: Known, gone: readonly Notification[]): Known {
  const unread = gone.filter((item) => !item.read_at);
  const unseen = unread.filter((item) => !item.seen_at);
  return {
    ...known,
    unread: Math.max(0, known.unread - unread.length),
    unseen: Math.max(0, known.unseen - unseen.length),
  };
}
