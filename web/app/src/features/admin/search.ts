/**
 * Reads these names out of an address, each as a text of at most so many characters: anybody may
 * write an address.
 */
export function searchOf<N extends string>(lengths: Record<N, number>) {
  return (search: Record<string, unknown>): { [K in N]?: string } => {
    const kept: { [K in N]?: string } = {};
    for (const name of Object.keys(lengths) as N[]) {
      const value = search[name];
      const text = typeof value === "string" ? value.trim() : "";
      if (text !== "" && text.length <= lengths[name]) kept[name] = text;
    }
    return kept;
  };
}
