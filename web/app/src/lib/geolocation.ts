/** Where this browser is; nothing when it does not say. */
export function whereIAm(): Promise<{ latitude: number; longitude: number } | undefined> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(coords),
      () => resolve(undefined),
      { timeout: 10_000 },
    );
  });
}
