import type {
  CallError,
  Client,
  Cursor,
  FrameOf,
  Gap,
  SubscribeOptions,
  Subscription,
  SubscriptionState,
} from "@openbell/client";
import { Store } from "./store.js";

/** How what comes over a topic becomes data. Each returns the new data and changes none. */
export interface Fold<F, D> {
  /** Before anything has come. */
  initial: D;
  snapshot?: ((data: D, snapshot: unknown) => D) | undefined;
  event?: ((data: D, frame: F) => D) | undefined;
  /** Events are missing; a snapshot follows where the topic has one. */
  gap?: ((data: D, gap: Gap) => D) | undefined;
}

/** A topic as a component sees it. */
export interface TopicView<D> {
  readonly data: D;
  readonly state: SubscriptionState;
  /** Why it was refused or taken away. */
  readonly error: CallError | undefined;
}

/** The data of a topic, followed while somebody looks. */
export class TopicStore<T extends string, D> extends Store<TopicView<D>> {
  private subscription: Subscription | undefined;
  /** Where the last look ended: the data is true up to here, and the next goes on. */
  private cursor: Cursor | undefined;

  constructor(
    private readonly client: Client,
    private readonly topic: T,
    private readonly fold: () => Fold<FrameOf<T>, D>,
    private options: Pick<SubscribeOptions, "intervalMs">,
  ) {
    super({ data: fold().initial, state: "waiting", error: undefined });
  }

  setInterval(intervalMs: number | undefined): void {
    this.options = { intervalMs };
    this.subscription?.setInterval(intervalMs);
  }

  protected override begin(): () => void {
    const subscription = this.client.subscribe(
      this.topic,
      {
        event: (frame) => this.change((data, fold) => fold.event?.(data, frame) ?? data),
        snapshot: (snapshot) =>
          this.change((data, fold) => fold.snapshot?.(data, snapshot) ?? data),
        gap: (gap) => this.change((data, fold) => fold.gap?.(data, gap) ?? data),
        state: (state) => {
          if (state !== "ended") this.set({ ...this.get(), state });
        },
        error: (error) => this.set({ ...this.get(), error }),
      },
      { ...this.options, since: this.cursor },
    );
    this.subscription = subscription;
    return () => {
      this.cursor = subscription.cursor;
      this.subscription = undefined;
      subscription.unsubscribe();
      this.set({ ...this.get(), state: "waiting", error: undefined });
    };
  }

  private change(act: (data: D, fold: Fold<FrameOf<T>, D>) => D): void {
    const view = this.get();
    const data = act(view.data, this.fold());
    if (!Object.is(data, view.data)) this.set({ ...view, data });
  }
}
