// Enter goes on to the next box, from the last one to the button; lines of a long text it begins anew.

const form = document.querySelector("[data-enter-goes-on]");

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
  event.preventDefault();
  const boxes = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button:enabled")];
  const next = boxes[boxes.indexOf(event.target) + 1];
  next.focus();
  next.select?.();
});
