import { consoleActions } from "./actions.ts";
import { pageHandler } from "./pages.ts";
import type { ConsoleApp } from "./settings.ts";
import { alertsView, bastionView, ledgerView, linkView, overviewView } from "./views.ts";

/** What people look at, and what they order. */
export const consoleHandlers = (app: ConsoleApp) => ({
  overview: pageHandler(app, overviewView),
  link: pageHandler(app, linkView),
  bastion: pageHandler(app, bastionView),
  ledger: pageHandler(app, ledgerView),
  alerts: pageHandler(app, alertsView),
  actions: consoleActions(app),
});
