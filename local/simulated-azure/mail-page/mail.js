/** Shows what was sent, newest last, and looks for more every second. A mail is drawn in a frame where no script runs. */

const pollEveryMs = 1000;
const mails = document.getElementById("mails");
const status = document.getElementById("status");
const template = document.getElementById("mail");

let drawn = [];

const addressesOf = (recipients) =>
  (recipients ?? []).map(({ emailAddress }) => emailAddress?.address ?? "?").join(", ");

function draw({ receivedAt, from, body }) {
  const { subject, importance, toRecipients, internetMessageHeaders, body: content } = body.message;
  const node = template.content.cloneNode(true);
  node.querySelector("h2").textContent = subject;
  node.querySelector(".people").textContent =
    `${from} → ${addressesOf(toRecipients)} · ${new Date(receivedAt).toLocaleString()}`;
  const headers = (internetMessageHeaders ?? []).map(({ name, value }) => `${name}: ${value}`);
  node.querySelector(".headers").textContent = [`importance: ${importance ?? "normal"}`, ...headers].join(
    " · ",
  );
  if (/^html$/i.test(content?.contentType)) fillFrame(node.querySelector("iframe"), content.content);
  else fillText(node, content?.content ?? "");
  return node;
}

function fillFrame(frame, content) {
  frame.srcdoc = content;
  frame.addEventListener("load", () => {
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight}px`;
  });
}

function fillText(node, content) {
  node.querySelector("iframe").remove();
  const text = node.querySelector("pre");
  text.hidden = false;
  text.textContent = content;
}

function show(messages) {
  if (
    messages.length < drawn.length ||
    drawn.some((one, index) => one.receivedAt !== messages[index].receivedAt)
  ) {
    for (const node of mails.querySelectorAll(".mail")) node.remove();
    drawn = [];
  }
  for (const message of messages.slice(drawn.length)) {
    mails.append(draw(message));
    drawn.push(message);
  }
  document.getElementById("empty").hidden = messages.length > 0;
}

async function poll() {
  try {
    const response = await fetch("/_sim/mail");
    const messages = await response.json();
    show(messages);
    status.textContent = `${messages.length} ${messages.length === 1 ? "mail" : "mails"}`;
  } catch {
    status.textContent = "not reachable";
  }
  setTimeout(poll, pollEveryMs);
}

void poll();
