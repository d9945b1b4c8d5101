// One person after another: a start, one question at a time, thanks, and the start again. What was answered is gone from
// the page before anybody else can stand before it; sheets.js sends it.
const { body } = document;
const { version, home, idle, grace, thanks } = body.dataset;
const SECOND = 1000;
const EDITION_EVERY = 600 * SECOND;
const root = document.documentElement;
const form = document.querySelector("[data-sheet]");
const steps = [...document.querySelectorAll("[data-step]")];
const dialog = document.querySelector("[data-still]");
const complaint = document.querySelector("[data-complaint]");
const find = (name) => document.querySelector(`[data-${name}]`);
let step = null;
let touchedAt = Date.now();
// A step in the history, so that the button “back” of the browser leads to the start and not out of the page.
let isGuarded = false;
// What staff chose for this screen.
const usualText = root.dataset.text ?? "";

const inputs = (one) => [...one.querySelectorAll("input, textarea")];
const isTyped = (input) => input.matches("textarea, [type=text]");
const isGiven = (input) => (isTyped(input) ? input.value.trim() : input.checked);
const given = (one) => inputs(one).filter(isGiven);

// The questions that are asked after what was answered before.
function asked() {
  const found = [];
  for (const one of steps) {
    const rule = one.querySelector("[data-if]")?.dataset.if;
    const reasons = rule ? [...form.querySelectorAll(rule)] : [];
    if (!rule || reasons.some((input) => found.some((before) => before.contains(input)))) found.push(one);
  }
  return found;
}

function problem(one) {
  const answers = given(one);
  if (!answers.length) return one.dataset.needed;
  const number = answers.find((input) => input.inputMode === "numeric");
  if (!number) return undefined;
  const text = number.value.trim();
  const value = Number(text.replaceAll(".", ""));
  const { least, most } = one.dataset;
  const isWithin = !(least && value < Number(least)) && !(most && value > Number(most));
  return /^-?(\d{1,9}|\d{1,3}(\.\d{3}){1,2})$/.test(text) && isWithin ? undefined : one.dataset.number;
}

function complain(words) {
  complaint.hidden = !words;
  complaint.querySelector("span").textContent = words ?? "";
}

function show(name, focused) {
  body.dataset.now = name;
  touchedAt = Date.now();
  scrollTo(0, 0);
  focused?.focus({ preventScroll: true });
}

function place() {
  const all = asked();
  const number = all.indexOf(step) + 1;
  const progress = find("progress");
  progress.textContent = progress.dataset.progress
    .replace("{number}", number)
    .replace("{total}", all.length);
  find("bar").max = all.length;
  find("bar").value = number;
  const next = find("next");
  next.textContent = number === all.length ? next.dataset.send : next.dataset.next;
}

function ask(one) {
  step = one;
  for (const other of steps) other.hidden = other !== one;
  complain();
  place();
  show("questions", one);
}

// Everything that was typed, touched or enlarged.
function wipe() {
  form.reset();
  for (const one of steps) one.hidden = false;
  step = null;
  if (dialog.open) dialog.close();
  root.dataset.text = usualText;
  find("larger").setAttribute("aria-pressed", "false");
}

function restart() {
  wipe();
  document.activeElement?.blur();
  show("start");
}

// Who read in another language, or in larger letters, is gone. Without the worker the other page might not open.
function leave() {
  restart();
  if (home && navigator.serviceWorker?.controller) location.replace(home);
}

function begin() {
  if (!isGuarded) history.pushState(null, "");
  isGuarded = true;
  ask(asked()[0]);
}

function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function finish() {
  const answers = {};
  for (const one of asked())
    for (const input of given(one)) (answers[input.name] ??= []).push(input.value);
  const detail = { key: key(), version: Number(version), language: root.lang, filledAt: Date.now(), answers };
  // Nobody listened: the other script is not there, and the sheet would be lost.
  if (dispatchEvent(new CustomEvent("kiosk-sheet", { cancelable: true, detail }))) {
    complain(complaint.dataset.failed);
    return;
  }
  wipe();
  show("thanks", find("thanked"));
}

function next() {
  const words = problem(step);
  complain(words);
  if (words) return;
  const all = asked();
  const following = all[all.indexOf(step) + 1];
  if (following) ask(following);
  else finish();
}

function back() {
  const all = asked();
  const before = all[all.indexOf(step) - 1];
  if (before) ask(before);
  else restart();
}

// “Không biết” and an answer exclude each other also where both can be ticked.
function settle({ target }) {
  complain();
  if (!isGiven(target)) return;
  const isUnknown = (input) => input.type === "checkbox" && input.value === "x";
  for (const other of inputs(step)) {
    if (isUnknown(other) === isUnknown(target)) continue;
    if (isTyped(other)) other.value = "";
    else other.checked = false;
  }
}

function tick() {
  const seconds = (Date.now() - touchedAt) / SECOND;
  const { now } = body.dataset;
  if (now === "start") {
    const isUsual = !home && root.dataset.text === usualText;
    if (!isUsual && seconds >= Number(idle)) leave();
    return;
  }
  const rest = (now === "thanks" ? Number(thanks) : Number(idle) + Number(grace)) - seconds;
  if (rest <= 0) leave();
  else if (now === "thanks") find("thanks-rest").textContent = Math.ceil(rest);
  else if (seconds >= Number(idle)) {
    find("still-rest").textContent = Math.ceil(rest);
    if (!dialog.open) dialog.showModal();
  } else if (dialog.open) dialog.close();
}

function touch() {
  // A screen that slept shows the next person nothing of the one before.
  tick();
  touchedAt = Date.now();
}

// The page in every language, with all that it needs, for when there is no network. Each language has a worker beside it.
async function keepPage() {
  const pages = [...document.querySelectorAll("link[rel=alternate]")].map((link) => link.href);
  for (const page of pages) await navigator.serviceWorker.register(new URL("../ngoai-mang.js", page));
  const parts = document.querySelectorAll("link[href], script[src], use");
  const urls = [...parts].map((part) => part.href?.baseVal ?? part.href ?? part.src);
  const wanted = new Set(urls.map((url) => new URL(url, location).href.split("#")[0]));
  const cache = await caches.open("kiosk");
  await cache.addAll([...wanted].map((url) => new Request(url, { cache: "no-cache" })));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) cache.delete(request);
}

async function edition() {
  const response = await fetch(location.pathname, { cache: "no-store" });
  if (!response.ok && response.status !== 404) throw new Error("No answer.");
  // The key of the form is another each time.
  return (await response.text()).replace(/name="key" value="[^"]*"/, "");
}

// Other questions, a survey that closed, a screen that was switched off: seen while nobody answers.
async function follow() {
  const first = await edition();
  setInterval(async () => {
    const latest = await edition().catch(() => first);
    if (latest !== first && body.dataset.now === "start") location.reload();
  }, EDITION_EVERY);
}

find("start").addEventListener("click", begin);
find("back").addEventListener("click", back);
find("done").addEventListener("click", leave);
find("here").addEventListener("click", () => dialog.close());
form.addEventListener("input", settle);
form.addEventListener("change", place);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  next();
});
find("larger").addEventListener("click", ({ currentTarget }) => {
  const isLarge = root.dataset.text === "150";
  root.dataset.text = isLarge ? usualText : "150";
  currentTarget.setAttribute("aria-pressed", !isLarge);
});
const offerFullScreen = () => {
  find("full").hidden = !document.fullscreenEnabled || document.fullscreenElement;
};
find("full").addEventListener("click", () => root.requestFullscreen());
document.addEventListener("fullscreenchange", offerFullScreen);
offerFullScreen();
for (const link of document.querySelectorAll("[data-language]"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  });
for (const type of ["pointerdown", "keydown", "input"]) addEventListener(type, touch, true);
addEventListener("popstate", () => {
  isGuarded = false;
  restart();
});
addEventListener("pageshow", restart);
document.addEventListener("visibilitychange", tick);
setInterval(tick, SECOND);
// Without a secure connection, or where the device keeps nothing, it works with network only.
keepPage().catch(() => {});
follow().catch(() => {});
