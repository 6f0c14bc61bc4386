export interface Paced {
  /** Asks for it: at once, or when the pace allows. What is asked for meanwhile is done once. */
  ask: () => void;
  /** Forgets what is still to be done. */
  forget: () => void;
}

/** Does something at most once in so many milliseconds, one at a time, the last request included. */
export function paced(act: () => Promise<unknown>, everyMs: number): Paced {
  let isResting = false;
  let isWanted = false;
  const begin = async () => {
    isResting = true;
    isWanted = false;
    const rest = new Promise((resolve) => setTimeout(resolve, everyMs));
    await Promise.allSettled([act(), rest]);
    isResting = false;
    if (isWanted) void begin();
  };
  return {
    ask: () => {
      isWanted = true;
      if (!isResting) void begin();
    },
    forget: () => {
      isWanted = false;
    },
  };
}
