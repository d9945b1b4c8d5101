// Sheets are kept on the device only while they cannot be sent, each under a key of its own: the server takes a key once,
// so that sending again is safe. They stay until the server says that it has them, by that key: what a wireless network
// with a log-in page of its own answers does not count.
const status = document.querySelector("[data-status]");
const said = status.dataset;
const again = document.querySelector("[data-again]");
// By the number of the kiosk, which stays when it gets another address.
const PREFIX = `kiosk.${document.body.dataset.kiosk}.`;
const OFTEN = 60_000;
const SELDOM = 15 * OFTEN;
const PATIENCE = 20_000;
// What the server refused waits so long for staff, with what people wrote in it.
const ASIDE = 30 * 24 * 60 * OFTEN;
// Where the browser stores nothing.
const unstored = new Map();
let pause = OFTEN;
let timer;
let isSending = false;
let isOff = false;

function store(sheet) {
  try {
    localStorage.setItem(PREFIX + sheet.key, JSON.stringify(sheet));
    unstored.delete(sheet.key);
  } catch {
    unstored.set(sheet.key, sheet);
  }
}

function forget(sheet) {
  unstored.delete(sheet.key);
  try {
    localStorage.removeItem(PREFIX + sheet.key);
  } catch {
    // It was never there.
  }
}

function stored() {
  try {
    return Object.entries(localStorage)
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([, text]) => JSON.parse(text));
  } catch {
    return [];
  }
}

const kept = () => [...stored(), ...unstored.values()].sort((a, b) => a.filledAt - b.filledAt);
const waiting = () => kept().filter((sheet) => !sheet.refusal);
const refused = () => kept().filter((sheet) => sheet.refusal);

function moment(time) {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  return (isToday ? said.time : said.day)
    .replace("{hour}", at.getHours())
    .replace("{minute}", String(at.getMinutes()).padStart(2, "0"))
    .replace("{day}", `${at.getDate()}/${at.getMonth() + 1}`);
}

function tell() {
  const sheets = waiting();
  const aside = refused();
  const lines = [];
  if (sheets.length) {
    lines.push(
      (isOff ? said.off : said.waiting)
        .replace("{count}", sheets.length)
        .replace("{time}", moment(sheets[0].filledAt)),
    );
  } else if (!aside.length) lines.push(said.sent);
  if (aside.length) {
    const reasons = [...new Set(aside.map((sheet) => sheet.refusal))].join(" ");
    lines.push(said.refused.replace("{count}", aside.length).replace("{reason}", reasons));
  }
  if (unstored.size) lines.push(said.unstored);
  const text = lines.join(" ");
  if (status.textContent !== text) status.textContent = text;
  again.hidden = !aside.length;
}

// What the server says of a sheet, or nothing where it was not the server that answered.
async function post({ key, version, language, filledAt, answers }) {
  const seconds_ago = Math.round((Date.now() - filledAt) / 1000);
  const response = await fetch(location.pathname, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ key, version, language, seconds_ago, answers }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const answer = await response.json();
  isOff = response.status === 404 && "error" in answer;
  return answer;
}

async function sendAll() {
  for (let sheet; (sheet = waiting()[0]); tell()) {
    const answer = await post(sheet);
    if (answer.taken !== sheet.key && !answer.is_refused) return false;
    forget(sheet);
    if (answer.is_refused) store({ ...sheet, refusal: answer.error });
  }
  return true;
}

async function send() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  for (const sheet of refused()) if (Date.now() - sheet.filledAt > ASIDE) forget(sheet);
  const isDone = await sendAll().catch(() => false);
  isSending = false;
  timer = setTimeout(send, isDone ? OFTEN : pause);
  pause = isDone ? OFTEN : Math.min(pause * 2, SELDOM);
  tell();
}

addEventListener("kiosk-sheet", (event) => {
  // So that the screen may give thanks.
  event.preventDefault();
  store(event.detail);
  tell();
  pause = OFTEN;
  send();
});
addEventListener("online", () => {
  pause = OFTEN;
  send();
});
again.addEventListener("click", () => {
  for (const { refusal, ...sheet } of refused()) store(sheet);
  send();
});
navigator.storage?.persist?.();
tell();
send();
