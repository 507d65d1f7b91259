import { consoleActions } from "./actions.ts";
import { alertsView, bastionView, consolePage, ledgerView, linkView, overviewView } from "./pages.ts";
import type { ConsoleApp } from "./settings.ts";

/** What people look at, and what they order. */
export const consoleHandlers = (app: ConsoleApp) => ({
  overview: consolePage(app, overviewView),
  link: consolePage(app, linkView),
  bastion: consolePage(app, bastionView),
  ledger: consolePage(app, ledgerView),
  alerts: consolePage(app, alertsView),
  actions: consoleActions(app),
});
