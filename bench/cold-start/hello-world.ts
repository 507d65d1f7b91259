import { app } from "@azure/functions";

/** The least there is to load: what every function app in Node pays. */
app.http("hello", { handler: () => ({ body: "hello" }) });
