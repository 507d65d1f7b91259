import type { Stack } from "./stack.ts";

/** Ends everything when somebody interrupts: by Ctrl-C (130) or by SIGTERM (143). A second time ends at once. */
export function stopOnSignal(stack: Stack): void {
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      void stack.stop().finally(() => process.exit(exitCode));
    });
  }
}
