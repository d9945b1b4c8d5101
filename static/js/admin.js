// Names for what the scripts and widgets of Django's admin leave without one.

function nameOf(select) {
  return select.getAttribute("aria-label") || select.labels[0]?.textContent.replace(/:\s*$/, "").trim() || "";
}

// Select2 draws its own field in place of a select.
function nameChoice(container) {
  const select = container.previousElementSibling;
  const field = container.querySelector(".select2-selection");
  const value = container.querySelector(".select2-selection__rendered");
  if (!field || field.id) return;
  field.id = `${select.id}-field`;
  field.setAttribute("aria-label", nameOf(select));
  container.querySelector(".select2-search__field")?.setAttribute("aria-label", nameOf(select));
  if (field.getAttribute("role") === "combobox" && value.id) {
    // Read as name and chosen value; the value itself is text, not a second field.
    value.removeAttribute("role");
    value.removeAttribute("aria-readonly");
    field.setAttribute("aria-labelledby", `${field.id} ${value.id}`);
    field.setAttribute("aria-controls", `select2-${select.id}-results`);
  }
}

function nameDialog(box, name) {
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", name);
}

function giveNames() {
  document.querySelectorAll("select + .select2-container").forEach(nameChoice);
  for (const list of document.querySelectorAll("body > .select2-container")) {
    nameDialog(list, "Danh sách để chọn");
    list.querySelector(".select2-search__field")?.setAttribute("aria-label", "Tìm trong danh sách");
  }
  document.querySelectorAll(".calendarbox").forEach((box) => nameDialog(box, "Chọn ngày"));
  document.querySelectorAll(".clockbox").forEach((box) => nameDialog(box, "Chọn giờ"));
  document.querySelectorAll(".calendarnav-previous").forEach((a) => a.setAttribute("aria-label", "Tháng trước"));
  document.querySelectorAll(".calendarnav-next").forEach((a) => a.setAttribute("aria-label", "Tháng sau"));
  document.querySelectorAll("span.help-tooltip[aria-label]").forEach((span) => span.setAttribute("role", "img"));
}

// A moment is typed into two fields with words beside them that are no labels.
for (const field of document.querySelectorAll(".datetime input")) {
  field.setAttribute("aria-label", field.matches(".vDateField") ? "Ngày" : "Giờ");
}

new MutationObserver(giveNames).observe(document.body, { childList: true, subtree: true });
giveNames();
