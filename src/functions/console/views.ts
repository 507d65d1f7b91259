import * as z from "zod";
import { messageIdPattern } from "../../core/domain/alerts/lane/message-id.ts";
import type { LinkFilter } from "../../core/domain/console/console-view.ts";
import { linkIdSchema, type LinkStatus } from "../../core/domain/links/link.ts";
import {
  alertsPage,
  bastionPage,
  ledgerPage,
  linkPage,
  messagePage,
  overview,
} from "../../core/flows/views/console-view.ts";
import { alertsHtml, messageHtml } from "../../core/render/console/alert-pages.ts";
import { bastionHtml, ledgerHtml, linkHtml } from "../../core/render/console/detail-pages.ts";
import { overviewHtml } from "../../core/render/console/overview-page.ts";
import type { View } from "./pages.ts";

const words = z.string().max(200).default("");
const armId = z.string().min(1).max(512);
const statuses = ["", "open", "warned", "revoking", "revoke-failed"] as const satisfies readonly (
  LinkStatus | ""
)[];

const filterSchema = z
  .object({
    q: words,
    bastion: words,
    owner: words,
    status: z.enum(statuses).default(""),
    page: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, "must be a whole number")
      .default("1")
      .transform(Number),
  })
  .transform(({ q, ...rest }): LinkFilter => ({ text: q, ...rest }));

const linkQuery = z.object({ bastion: armId, id: linkIdSchema });
const bastionQuery = z.object({ bastion: armId });
const alertsQuery = z.object({
  bastion: armId.optional(),
  message: z.string().regex(messageIdPattern).optional(),
});
const ledgerQuery = z.object({
  bastion: armId,
  from: z
    .string()
    .regex(/^\d{1,12}$/, "must be a whole number")
    .transform(Number)
    .optional(),
  verify: z.literal("all").optional(),
});

/** `GET /console` */
export const overviewView: View = async (query, { ports, now, scene }) =>
  overviewHtml(await overview(filterSchema.parse(query), now, ports), scene);

/** `GET /console/link?bastion=…&id=…` */
export const linkView: View = async (query, { ports, app, now, scene }) => {
  const { bastion, id } = linkQuery.parse(query);
  const page = await linkPage({ bastionId: bastion, linkId: id }, { ports, settings: app.settings, now });
  return page && linkHtml(page, scene);
};

/** `GET /console/bastion?bastion=…` */
export const bastionView: View = async (query, { ports, now, scene }) => {
  const page = await bastionPage(bastionQuery.parse(query).bastion, now, ports);
  return page && bastionHtml(page, scene);
};

/** `GET /console/ledger?bastion=…` */
export const ledgerView: View = async (query, { ports, scene }) => {
  const { bastion, from, verify } = ledgerQuery.parse(query);
  const page = await ledgerPage({ name: bastion, from, whole: verify === "all" }, ports);
  return page && ledgerHtml(page, scene);
};

/** `GET /console/alerts?bastion=…`; without a bastion the watchdog's own; `?message=…`: what one message carried. */
export const alertsView: View = async (query, { ports, scene }) => {
  const { bastion, message } = alertsQuery.parse(query);
  if (message !== undefined) {
    const carried = await messagePage(message, ports);
    return carried && messageHtml(carried, scene);
  }
  const page = await alertsPage(bastion, ports);
  return page && alertsHtml(page, scene);
};
