// The places of the pieces of a list: dragged by their handles, or moved with the arrow keys. The number fields hold
// them and work alone.

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

for (const list of document.querySelectorAll("[data-order-list]")) start(list);

for (const shown of document.querySelectorAll("[data-length-of]")) {
  const field = document.getElementById(shown.dataset.lengthOf);
  field?.addEventListener("input", () => (shown.textContent = field.value.length));
}

function start(list) {
  const status = document.querySelector("[data-order-status]");
  document.querySelector("[data-order-words]").hidden = false;
  for (const item of items()) {
    const handle = item.querySelector("[data-order-handle]");
    handle.hidden = false;
    handle.addEventListener("keydown", event => step(event, item, handle));
    handle.addEventListener("pointerdown", event => drag(event, item, handle));
    numberOf(item).addEventListener("change", () => place(item, numberOf(item).valueAsNumber));
  }

  function items() {
    return [...list.querySelectorAll("[data-order-item]")];
  }

  function numberOf(item) {
    return item.querySelector("input[type=number]");
  }

  function step(event, item, handle) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    place(item, items().indexOf(item) + 1 + by);
    handle.focus();
  }

  // Of one place among the others, counted from one.
  function place(item, wanted) {
    const others = items().filter(other => other !== item);
    if (!Number.isInteger(wanted)) return;
    const before = others[Math.max(0, wanted - 1)];
    if (before) before.before(item);
    else list.append(item);
    count(item);
  }

  function drag(event, item, handle) {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    item.dataset.dragged = "";
    handle.addEventListener("pointermove", follow);
    const end = () => {
      handle.removeEventListener("pointermove", follow);
      delete item.dataset.dragged;
      count(item);
    };
    handle.addEventListener("lostpointercapture", end, { once: true });

    function follow({ clientY }) {
      const below = items().find(other => other !== item && clientY < middleOf(other));
      if (below === item.nextElementSibling) return;
      if (below) below.before(item);
      else list.append(item);
      // What moved in the document has lost the pointer.
      if (!handle.hasPointerCapture(event.pointerId)) handle.setPointerCapture(event.pointerId);
    }
  }

  function middleOf(item) {
    const box = item.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  function count(moved) {
    items().forEach((item, at) => {
      const number = numberOf(item);
      if (number.value === String(at + 1)) return;
      number.value = at + 1;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    status.textContent = `Phần này đứng thứ ${items().indexOf(moved) + 1} trên ${items().length}.`;
  }
}
