// The tools of the page; what they set is explained in tokens.css.
const root = document.documentElement;
const tools = document.querySelector("[data-tools]");
const fold = tools.querySelector("details");
const said = tools.querySelector("[data-said]");
const SIZES = ["90", "100", "115", "130", "150", "175", "200"];

const sizeAfter = (step) => SIZES[SIZES.indexOf(root.dataset.text || "100") + Number(step)];

function apply(name, value) {
  root.dataset[name] = value;
  for (const button of tools.querySelectorAll("button")) {
    const { set, step } = button.dataset;
    if (set) button.setAttribute("aria-pressed", (root.dataset[set] ?? "") === button.value);
    if (step) button.setAttribute("aria-disabled", !sizeAfter(step));
  }
}

function choose(name, value) {
  apply(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds for this page.
  }
}

function resize(size) {
  if (!size) return;
  // Larger letters fold a wide page's tools: they stay open under the finger.
  fold.open = true;
  choose("text", size);
  said.textContent = said.dataset.size.replace("{size}", size);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = said.dataset.copied;
  } catch {
    const field = tools.querySelector("[data-address]");
    field.parentElement.hidden = false;
    field.value = location.href;
    field.select();
  }
}

// What was chosen in another tab, or on a page that the reader comes back from.
function follow() {
  try {
    for (const name of ["text", "contrast", "theme"]) apply(name, localStorage.getItem(name) ?? "");
  } catch {
    // Nothing is kept.
  }
}

tools.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { set, step, tool } = button.dataset;
  said.textContent = "";
  if (set) choose(set, set === "contrast" && root.dataset.contrast ? "" : button.value);
  if (step) resize(step === "0" ? "100" : sizeAfter(step));
  if (tool === "print") print();
  if (tool === "copy") copy();
  // To share with nobody after all is no error.
  if (tool === "share") navigator.share({ title: document.title, url: location.href }).catch(() => {});
});
addEventListener("storage", follow);
addEventListener("pageshow", follow);

if (navigator.share) tools.querySelector("[data-absent]").removeAttribute("data-absent");
apply("text", root.dataset.text ?? "");
