// Copies the text of a template into the answer: at its end, where something is written there already.

for (const button of document.querySelectorAll("[data-copy-into]")) {
  const field = document.getElementById(button.dataset.copyInto);
  if (!field) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const written = field.value.trimEnd();
    field.value = written ? `${written}\n\n${button.dataset.sample}` : button.dataset.sample;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    const place = field.value.indexOf("[", written.length);
    const end = field.value.indexOf("]", place);
    if (place >= 0 && end > place) field.setSelectionRange(place, end + 1);
  });
}
