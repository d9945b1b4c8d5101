// Reads the page aloud, sentence by sentence, and marks where it is.
const tool = document.querySelector("[data-read-aloud]");
const fold = tool.closest("details");
const button = tool.querySelector("button");
const synth = window.speechSynthesis;
const SKIPPED = "nav,form,button,svg,.button,.no-print,.visually-hidden,[aria-hidden=true]";

let speech;
let bar;
let list;
let at;
let current; // The utterance under way: browsers forget one that nothing names.

function voiceFor(language) {
  const voices = synth.getVoices().filter(({ lang }) => lang.slice(0, 2) === language.slice(0, 2));
  return voices.find((voice) => voice.localService) ?? voices[0];
}

function offer(isLate) {
  if (voiceFor(document.documentElement.lang)) tool.dataset.voice = "yes";
  else if (isLate === true) tool.dataset.voice = "no";
}

// The texts of an element in order, each with the nodes that it is made of.
function runs(element) {
  const found = [];
  let run;
  const flush = () => found.push((run = { text: "", parts: [] }));
  const add = (words, node) => {
    if (node) run.parts.push({ node, from: run.text.length });
    run.text += words;
  };
  const walk = (node) => {
    if (node instanceof Text) return add(node.data.replace(/\s/g, " "), node);
    const { tagName } = node;
    if (!tagName || node.matches(SKIPPED) || node.checkVisibility?.() === false) return;
    if (tagName === "BR") return add("\n");
    if (tagName === "IMG") return node.alt && add(`${node.alt}\n`, node);
    const header = node.closest("table")?.tHead;
    if (node === header) return;
    if (/^T[DH]$/.test(tagName)) {
      const column = header?.rows[0].cells[node.cellIndex]?.textContent.trim();
      if (run.text.trim()) add(", ");
      if (column && tagName === "TD") add(`${column}: `);
      return node.childNodes.forEach(walk);
    }
    const isBlock = !/^(inline|contents)/.test(getComputedStyle(node).display);
    // A term and what it means are one sentence.
    if (isBlock && !/: *$/.test(run.text)) flush();
    node.childNodes.forEach(walk);
    if (tagName === "DT") add(": ");
    else if (isBlock) flush();
  };
  flush();
  walk(element);
  return found.filter(({ parts }) => parts.length);
}

function rangeOf({ parts }, start, end) {
  const range = new Range();
  const place = (point, { node, from } = parts[0]) => [node, Math.max(0, Math.min(point - from, node.length))];
  range.setStart(...place(start, parts.findLast(({ from }) => from <= start)));
  range.setEnd(...place(end, parts.findLast(({ from }) => from < end)));
  return range;
}

function collect() {
  list = [];
  for (const run of runs(document.querySelector("[data-read]") ?? document.querySelector("main"))) {
    const language = run.parts[0].node.parentElement.closest("[lang]").lang;
    const voice = voiceFor(language);
    for (const [start, end] of voice ? speech.sentences(run.text) : []) {
      const words = speech.speakable(run.text.slice(start, end), language);
      list.push({ words, voice, range: rangeOf(run, start, end) });
    }
  }
}

function say(words) {
  bar.querySelector("[data-progress]").textContent = words;
}

function unmark() {
  CSS.highlights?.delete("reading");
  delete document.querySelector("[data-reading]")?.dataset.reading;
}

function mark() {
  unmark();
  const { range } = list[at];
  if (CSS.highlights) CSS.highlights.set("reading", new Highlight(range));
  else range.startContainer.parentElement.dataset.reading = "";
  const { top, bottom } = range.getBoundingClientRect();
  if (top < 0 || bottom > bar.getBoundingClientRect().top) {
    scrollBy(0, top - innerHeight / 4);
  }
  say(bar.dataset.place.replace("{number}", at + 1).replace("{total}", list.length));
}

function pause() {
  current = undefined;
  synth.cancel();
  bar.dataset.state = "paused";
}

// After a pause the sentence begins anew: many telephones cannot go on in its middle.
function speak() {
  pause();
  mark();
  const { words, voice } = list[at];
  const utterance = new SpeechSynthesisUtterance(words);
  current = Object.assign(utterance, {
    voice,
    lang: voice.lang,
    rate: bar.querySelector("select").value,
    onend: () => utterance === current && go(1),
    onerror() {
      if (utterance !== current) return;
      pause();
      say(bar.dataset.failed);
    },
  });
  bar.dataset.state = "playing";
  synth.speak(current);
}

function go(step) {
  at = Math.max(at + step, 0);
  if (at === list.length) stop();
  else if (current) speak();
  else mark();
}

// Chrome ends a voice of the network after 15 seconds unless nudged, and may not tell.
function nudge() {
  if (!current) return;
  if (!synth.speaking && !synth.pending) return go(1);
  if (current.voice.localService) return;
  synth.pause();
  synth.resume();
}

function stop() {
  if (!bar) return;
  const hadFocus = bar.contains(document.activeElement);
  pause();
  unmark();
  bar.remove();
  bar = undefined;
  if (!hadFocus) return;
  button.focus();
  if (document.activeElement !== button) fold.firstElementChild.focus();
}

const DOES = {
  previous: () => go(-1),
  toggle: () => (current ? pause : speak)(),
  next: () => go(1),
  stop,
};

function setSpeed({ target }) {
  try {
    localStorage.setItem("speed", target.value);
  } catch {
    // It holds for this page.
  }
  if (current) speak();
}

function start() {
  stop();
  collect();
  if (!list.length) return;
  bar = document.querySelector("[data-reader]").content.firstElementChild.cloneNode(true);
  try {
    bar.querySelector("select").value = localStorage.getItem("speed") ?? 1;
  } catch {
    // The usual speed.
  }
  bar.addEventListener("change", setSpeed);
  bar.addEventListener("click", ({ target }) => DOES[target.closest("button")?.value]?.());
  document.body.append(bar);
  fold.open = false;
  bar.querySelector("[value=toggle]").focus({ preventScroll: true });
  at = 0;
  speak();
}

if (synth) {
  speech = await import(tool.dataset.readAloud);
  button.addEventListener("click", start);
  document.addEventListener("visibilitychange", () => document.hidden && current && pause());
  addEventListener("pagehide", stop);
  setInterval(nudge, 10000);
  synth.onvoiceschanged = offer;
  offer();
  setTimeout(offer, 2000, true);
} else tool.hidden = true;
