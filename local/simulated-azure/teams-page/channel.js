/** Draws what the channel has received, and looks for more every second. */

const pollEveryMs = 1000;
const cardType = "application/vnd.microsoft.card.adaptive";
const channel = document.getElementById("channel");
const status = document.getElementById("status");
const template = document.getElementById("message");
const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const markdown = window.markdownit({ html: false, linkify: false });
const unsupported = [
  "image",
  "table",
  "heading",
  "lheading",
  "hr",
  "code",
  "fence",
  "blockquote",
  "reference",
  "html_block",
];
markdown.disable(unsupported, true);

let drawn = [];

window.AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown
    .render(text)
    .replaceAll(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, '<span class="mention">$1</span>');
  result.didProcess = true;
};

function draw(message) {
  const node = template.content.cloneNode(true);
  const at = new Date(message.receivedAt);
  const time = node.querySelector("time");
  time.dateTime = message.receivedAt;
  time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  fill(node.querySelector(".card"), message.body);
  node.querySelector(".copy").addEventListener("click", (event) => copy(event.currentTarget, message.body));
  return node;
}

function fill(frame, body) {
  const cards = (body?.attachments ?? []).filter((attachment) => attachment?.contentType === cardType);
  if (body?.type !== "message" || cards.length === 0) {
    frame.append(
      explanation(
        "Teams would show nothing here: the flow expects a message with an Adaptive Card attached.",
      ),
    );
    return;
  }
  for (const { content } of cards) frame.append(render(content));
  frame.classList.toggle(
    "full",
    cards.some(({ content }) => /^full$/i.test(content?.msteams?.width ?? "")),
  );
}

function render(content) {
  try {
    const card = new window.AdaptiveCards.AdaptiveCard();
    card.hostConfig = new window.AdaptiveCards.HostConfig(channelHostConfig(darkness.matches));
    card.onExecuteAction = (action) => {
      if (/^https?:/i.test(action.url ?? "")) window.open(action.url, "_blank", "noopener");
    };
    card.parse(content);
    return card.render() ?? explanation("Teams would show nothing here: the card cannot be drawn.");
  } catch (error) {
    return explanation(`Teams would show nothing here: ${error.message}`);
  }
}

function explanation(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "unshown";
  paragraph.textContent = text;
  return paragraph;
}

async function copy(button, body) {
  const text = JSON.stringify(body, null, 2);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Could not copy";
  }
  setTimeout(() => (button.textContent = "Copy JSON"), 1500);
}

function dayLine(receivedAt) {
  const line = document.createElement("p");
  line.className = "day";
  line.textContent = new Date(receivedAt).toLocaleDateString([], {
    weekday: "long",
    day: "numeric",
    month: "long",
  });
  return line;
}

function clear() {
  for (const node of channel.querySelectorAll(".message, .day")) node.remove();
  drawn = [];
}

function show(messages) {
  if (
    messages.length < drawn.length ||
    drawn.some((one, index) => one.receivedAt !== messages[index].receivedAt)
  )
    clear();
  const isAtEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 80;
  const fresh = messages.slice(drawn.length);
  for (const message of fresh) {
    const previous = drawn.at(-1);
    if (previous?.receivedAt.slice(0, 10) !== message.receivedAt.slice(0, 10))
      channel.append(dayLine(message.receivedAt));
    channel.append(draw(message));
    drawn.push(message);
  }
  document.getElementById("empty").hidden = messages.length > 0;
  if (fresh.length > 0 && isAtEnd) window.scrollTo({ top: document.body.scrollHeight });
}

async function poll() {
  try {
    const response = await fetch("/_sim/teams/messages");
    const messages = await response.json();
    show(messages);
    status.textContent = `${messages.length} ${messages.length === 1 ? "message" : "messages"}`;
  } catch {
    status.textContent = "not reachable";
  }
  setTimeout(poll, pollEveryMs);
}

darkness.addEventListener("change", () => {
  const messages = drawn;
  clear();
  show(messages);
});

void poll();
