/** The app's registrations, read once and refused all at once: settings resolved, schedules parsed, connections found. */
import { QueueServiceClient } from "@azure/storage-queue";
import * as z from "zod";
import { type RouteTemplate, parseRoute } from "./routes.ts";
import { type Schedule, parseSchedule } from "./schedule.ts";
import { type Settings, isDisabled, resolveConnection, resolveSettings } from "./settings.ts";

type AuthLevel = "anonymous" | "function" | "admin";

export type Trigger =
  | {
      readonly kind: "http";
      readonly route: RouteTemplate;
      readonly methods: readonly string[];
      readonly authLevel: AuthLevel;
    }
  | { readonly kind: "queue"; readonly queueName: string; readonly service: QueueServiceClient }
  | { readonly kind: "timer"; readonly schedule: Schedule; readonly runOnStartup: boolean }
  | { readonly kind: "eventGrid" };

interface QueueOutput {
  readonly bindingName: string;
  readonly queueName: string;
  readonly service: QueueServiceClient;
}

export interface HostedFunction<Kind extends Trigger = Trigger> {
  readonly name: string;
  /** The name under which the trigger's data is handed over. */
  readonly triggerName: string;
  readonly trigger: Kind;
  readonly outputs: readonly QueueOutput[];
  readonly disabled: boolean;
}

export type FunctionOf<Kind extends Trigger["kind"]> = HostedFunction<Extract<Trigger, { kind: Kind }>>;

export function isKind<Kind extends Trigger["kind"]>(
  kind: Kind,
): (candidate: HostedFunction) => candidate is FunctionOf<Kind> {
  return (candidate): candidate is FunctionOf<Kind> => candidate.trigger.kind === kind;
}

const metadataSchema = z.array(
  z.object({ name: z.string(), bindings: z.record(z.string(), z.looseObject({ type: z.string() })) }),
);
type Bindings = z.output<typeof metadataSchema>[number]["bindings"];

const httpBinding = z.object({
  route: z.string().optional(),
  methods: z.array(z.string().toUpperCase()),
  authLevel: z.enum(["anonymous", "function", "admin"]),
});
const queueBinding = z.object({ queueName: z.string(), connection: z.string().optional() });
const timerBinding = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) });

export interface ReadContext {
  readonly settings: Settings;
  readonly routePrefix: string;
}

/** Throws one error that names every function that cannot be hosted, and why. */
export function readFunctions(json: string, context: ReadContext): readonly HostedFunction[] {
  const problems: string[] = [];
  const functions = metadataSchema.parse(JSON.parse(json)).flatMap(({ name, bindings }) => {
    try {
      return [readFunction(name, bindings, context)];
    } catch (error) {
      problems.push(
        `Function "${name}": ${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}`,
      );
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return functions;
}

function readFunction(name: string, bindings: Bindings, context: ReadContext): HostedFunction {
  const entries = Object.entries(bindings);
  const trigger = entries.find(([, binding]) => binding.type.toLowerCase().endsWith("trigger"));
  if (trigger === undefined) throw new Error("it has no trigger");
  const others = entries.filter((entry) => entry !== trigger);
  return {
    name,
    triggerName: trigger[0],
    trigger: readTrigger(name, trigger[1], context),
    outputs: others.flatMap(([bindingName, binding]) => readOutput(bindingName, binding, context.settings)),
    disabled: isDisabled(name, context.settings),
  };
}

function readTrigger(
  name: string,
  binding: { type: string },
  { settings, routePrefix }: ReadContext,
): Trigger {
  switch (binding.type) {
    case "httpTrigger": {
      const { route, methods, authLevel } = httpBinding.parse(binding);
      const path = [routePrefix, resolveSettings(route ?? name, settings)]
        .filter((part) => part !== "")
        .join("/");
      return { kind: "http", route: parseRoute(path), methods, authLevel };
    }
    case "queueTrigger":
      return { kind: "queue", ...readQueue(binding, settings) };
    case "timerTrigger": {
      const { schedule, runOnStartup } = timerBinding.parse(binding);
      return { kind: "timer", schedule: parseSchedule(resolveSettings(schedule, settings)), runOnStartup };
    }
    case "eventGridTrigger":
      return { kind: "eventGrid" };
    default:
      throw new Error(`the local host does not know the trigger "${binding.type}"`);
  }
}

/** The listener polls again anyway, so a storage that is away should be noticed soon. */
const retryOptions = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 500 };

function readQueue(binding: object, settings: Settings): { queueName: string; service: QueueServiceClient } {
  const { queueName: template, connection } = queueBinding.parse(binding);
  const queueName = resolveSettings(template, settings).toLowerCase();
  if (!/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(queueName))
    throw new Error(`"${queueName}" is not a queue name`);
  return {
    queueName,
    service: QueueServiceClient.fromConnectionString(resolveConnection(connection, settings), {
      retryOptions,
    }),
  };
}

function readOutput(
  bindingName: string,
  binding: { type: string },
  settings: Settings,
): readonly QueueOutput[] {
  if (binding.type === "http") return [];
  if (binding.type === "queue") return [{ bindingName, ...readQueue(binding, settings) }];
  throw new Error(`the local host does not know the binding "${binding.type}"`);
}
