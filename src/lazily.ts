/**
 * A port whose adapter is loaded at the first call, and the SDK with it; or handlers with their flows. A cold start pays for what its trigger
 * needs and for nothing else. A load that fails is tried again by the next call. Every method answers with a promise, but those that `streams` names with an async iterable.
 */
export function lazily<Port extends object>(
  load: () => Promise<Port>,
  streams: readonly (keyof Port)[] = [],
): Port {
  let loading: Promise<Port> | undefined;
  const forget = (error: unknown): never => {
    loading = undefined;
    throw error;
  };
  const call = async (name: PropertyKey, args: readonly unknown[]): Promise<unknown> => {
    const port = await (loading ??= load().catch(forget));
    const method: unknown = Reflect.get(port, name);
    if (typeof method !== "function") throw new TypeError(`The adapter has no method ${String(name)}`);
    return Reflect.apply(method, port, args);
  };
  async function* stream(name: PropertyKey, args: readonly unknown[]) {
    yield* (await call(name, args)) as AsyncIterable<unknown>;
  }
  const isStream = (name: PropertyKey) => streams.some((other) => other === name);
  const answer = (name: PropertyKey) => (isStream(name) ? stream : call);
  return new Proxy({} as Port, {
    // A thing with `then` is a promise to whoever awaits it.
    get: (_, name) =>
      name === "then" ? undefined : (...args: readonly unknown[]) => answer(name)(name, args),
  });
}
