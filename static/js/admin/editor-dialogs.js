// The dialogs of the editor: a link, a picture, a file, a table. Each changes the text when it is confirmed.

const PAUSE = 300;
const NOT_LOADED = "Không tải được. Xin thử lại; nếu vẫn vậy, mở trang quản trị ở thẻ khác và đăng nhập lại.";
const FORBIDDEN = "Tài khoản này chưa được dùng thư viện. Xin nhờ người quản trị cấp quyền.";

export function dialogs({ editor, root, parts, csrfToken, goOnWriting }) {
  const boxes = {};
  for (const box of parts.querySelectorAll("dialog[data-dialog]")) {
    document.body.append(box);
    boxes[box.dataset.dialog] = box;
    box.querySelector("[data-cancel]")?.addEventListener("click", () => box.close());
    box.addEventListener("close", () => goOnWriting());
  }
  const kinds = { link: linkDialog, picture: pictureDialog, file: fileDialog, table: tableDialog };
  const openers = Object.fromEntries(
    Object.entries(kinds).map(([name, make]) => [name, make({ editor, root, box: boxes[name], csrfToken })]),
  );
  return {
    full: boxes.full,
    open(name) {
      const box = boxes[name];
      box.querySelector("form").reset();
      for (const results of box.querySelectorAll("[data-results], [data-chosen]")) results.replaceChildren();
      for (const part of box.querySelectorAll("[data-when=collapsed]")) part.hidden = !editor.state.selection.empty;
      openers[name]();
      box.showModal();
      return true;
    },
  };
}

// The parts that dialogs share

function onConfirm(box, confirm) {
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (confirm(box.querySelector("form").elements) === false) return;
    box.close();
  });
}

// What the server answers; `failure` says to people why it did not.
async function ask(address, options) {
  try {
    const answer = await fetch(address, options);
    return answer.status === 403 ? { failure: FORBIDDEN } : await answer.json();
  } catch {
    return { failure: NOT_LOADED };
  }
}

// A field in which one types to find, and a list of what was found.
function search({ root, box, line, choose }) {
  const field = box.querySelector("[data-search]");
  const list = box.querySelector("[data-results]");
  const status = box.querySelector("[role=status]");
  const address = root.dataset[field.dataset.search];
  let timer;
  let asked = 0;

  async function find() {
    const turn = ++asked;
    const { results, failure } = await ask(`${address}?q=${encodeURIComponent(field.value)}`);
    if (turn !== asked) return;
    list.replaceChildren(...(results ?? []).map(entry));
    status.textContent =
      failure ?? (results.length ? `Thấy ${results.length} kết quả.` : "Không thấy gì. Xin thử từ khác.");
  }

  function entry(result) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...line(result));
    button.addEventListener("click", () => choose(result));
    item.append(button);
    return item;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    find();
  });
  return {
    start({ atOnce }) {
      status.textContent = "";
      if (atOnce) find();
    },
  };
}

function upload({ root, box, csrfToken, choose }) {
  const part = box.querySelector("[data-upload]");
  const status = box.querySelector("[role=status]");
  part.querySelector("button").addEventListener("click", async () => {
    const [file] = part.querySelector("[type=file]").files;
    if (!file) {
      status.textContent = "Xin chọn tệp trước.";
      return;
    }
    const sent = new FormData();
    sent.append("file", file);
    const form = box.querySelector("form").elements;
    sent.append("title", form.title?.value ?? "");
    sent.append("alt", form.alt?.value ?? "");
    status.textContent = "Đang tải lên…";
    const address = root.dataset[part.dataset.upload];
    const told = await ask(address, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: sent });
    const failure = told.failure ?? (told.errors && Object.values(told.errors).flat().join(" "));
    status.textContent = failure ?? "Đã tải lên.";
    if (!failure) choose(told);
  });
}

function text(words, className) {
  const span = document.createElement("span");
  span.textContent = words;
  if (className) span.className = className;
  return span;
}

function insertLink(editor, href, words) {
  const chain = editor.chain().focus();
  if (!editor.state.selection.empty) return chain.setMark("link", { href }).run();
  return chain.insertContent({ type: "text", text: words, marks: [{ type: "link", attrs: { href } }] }).run();
}

// A link

// What people type for an address, as an address; null if it is none.
export function addressOf(typed) {
  const words = typed.trim();
  if (/^(?:\/(?![/\\])|#.|https?:\/\/[^\s/]|mailto:|tel:)/i.test(words)) return words;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(words)) return `mailto:${words}`;
  if (/^\+?[\d\s.()-]{3,20}$/.test(words)) return `tel:${words.replace(/[^\d+]/g, "")}`;
  if (/^[^\s/:?#]+\.[a-z]{2,}(?:[/?#]\S*)?$/i.test(words)) return `https://${words}`;
  return null;
}

function linkDialog({ editor, root, box }) {
  const form = box.querySelector("form").elements;
  const remove = box.querySelector("[data-remove]");
  const finder = search({
    root,
    box,
    line: ({ title, kind }) => [text(title), text(kind, "editor-dialog__kind")],
    choose({ title, url }) {
      form.href.value = url;
      form.href.setCustomValidity("");
      form.text.value ||= title;
      form.href.focus();
    },
  });
  form.href.addEventListener("input", () => form.href.setCustomValidity(""));
  remove.addEventListener("click", () => {
    editor.chain().focus().extendMarkRange("link").unsetMark("link").run();
    box.close();
  });
  onConfirm(box, ({ href, text: words }) => {
    const address = addressOf(href.value);
    if (!address) {
      href.setCustomValidity("Xin ghi địa chỉ trang (https://…), thư điện tử, số điện thoại, hoặc chọn một trang của Cổng.");
      href.reportValidity();
      return false;
    }
    return insertLink(editor, address, words.value.trim() || href.value.trim());
  });
  return () => {
    const isLink = editor.isActive("link");
    if (isLink) editor.chain().extendMarkRange("link").run();
    box.querySelector("[data-when=collapsed]").hidden = !editor.state.selection.empty;
    remove.hidden = !isLink;
    form.href.value = editor.getAttributes("link").href ?? "";
    form.href.setCustomValidity("");
    finder.start({ atOnce: false });
  };
}

// A picture

function pictureDialog({ editor, root, box, csrfToken }) {
  const form = box.querySelector("form").elements;
  const chosen = box.querySelector("[data-chosen]");
  const status = box.querySelector("[role=status]");
  const remove = box.querySelector("[data-remove]");
  let key = "";

  function picture(address) {
    const image = document.createElement("img");
    image.src = address;
    image.alt = "";
    return image;
  }

  function show(newKey, address, title) {
    key = newKey;
    chosen.replaceChildren(picture(address), text(title));
  }

  function choose({ key: newKey, url, title, alt }) {
    show(newKey, url, `Đã chọn: ${title}`);
    if (!form.decorative.checked) form.alt.value ||= alt;
    chosen.focus();
  }

  const finder = search({ root, box, line: ({ url, title }) => [picture(url), text(title)], choose });
  upload({ root, box, csrfToken, choose });
  form.decorative.addEventListener("change", decide);
  form.alt.addEventListener("input", () => form.alt.setCustomValidity(""));
  remove.addEventListener("click", () => {
    editor.chain().focus().deleteNode("figure").run();
    box.close();
  });

  function decide() {
    form.alt.disabled = form.decorative.checked;
    form.alt.setCustomValidity("");
  }

  onConfirm(box, ({ alt, decorative }) => {
    if (!key) {
      status.textContent = "Xin chọn một ảnh hoặc đưa ảnh mới lên.";
      return false;
    }
    if (!decorative.checked && !alt.value.trim()) {
      alt.setCustomValidity("Xin viết ảnh cho thấy gì, hoặc đánh dấu ảnh chỉ để trang trí.");
      alt.reportValidity();
      return false;
    }
    const attributes = { key, alt: decorative.checked ? "" : alt.value.trim(), decorative: decorative.checked };
    if (editor.isActive("figure")) return editor.chain().focus().updateAttributes("figure", attributes).run();
    return insertFigure(editor, attributes);
  });
  return () => {
    const isFigure = editor.isActive("figure");
    const current = isFigure ? editor.getAttributes("figure") : { key: "", alt: "", decorative: false };
    remove.hidden = !isFigure;
    key = "";
    if (isFigure) show(current.key, root.dataset.picture.replace("KEY", current.key), "Ảnh đang dùng");
    form.alt.value = current.alt;
    form.decorative.checked = current.decorative;
    decide();
    finder.start({ atOnce: true });
  };
}

// The caret then stands in the caption, to be written at once.
function insertFigure(editor, attributes) {
  editor.chain().focus().insertContent({ type: "figure", attrs: attributes }).run();
  const { doc, selection } = editor.state;
  let place = null;
  doc.nodesBetween(0, Math.min(selection.to + 1, doc.content.size), (node, pos) => {
    if (node.type.name === "figure" && node.attrs.key === attributes.key) place = pos + 1;
  });
  return place === null || editor.commands.setTextSelection(place);
}

// A file

function fileDialog({ editor, root, box, csrfToken }) {
  const form = box.querySelector("form").elements;
  const chosen = box.querySelector("[data-chosen]");
  const status = box.querySelector("[role=status]");
  let file = null;

  const facts = ({ type, size, pages }) => [type, size, pages && `${pages} trang`].filter(Boolean).join(", ");

  function choose(result) {
    file = result;
    chosen.replaceChildren(text(`Đã chọn: ${result.title} (${facts(result)})`));
    form.text.value ||= result.title;
    chosen.focus();
  }

  const line = (result) => [text(result.title), text(facts(result), "editor-dialog__kind")];
  const finder = search({ root, box, line, choose });
  upload({ root, box, csrfToken, choose });
  onConfirm(box, ({ text: words }) => {
    if (!file) {
      status.textContent = "Xin chọn một tệp hoặc đưa tệp mới lên.";
      return false;
    }
    return insertLink(editor, `/tep/${file.key}/`, words.value.trim() || file.title);
  });
  return () => {
    file = null;
    finder.start({ atOnce: true });
  };
}

// A table

function tableAround(editor) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name === "table") return { node, place: $from.before(depth) };
  }
  return null;
}

function eachCell(table, visit) {
  table.forEach((row, rowPlace, rowNumber) =>
    row.forEach((cell, cellPlace, cellNumber) => visit(cell, rowPlace + cellPlace + 2, rowNumber, cellNumber)),
  );
}

const isHeader = (cell) => cell.type.name === "tableHeader";

function headersOf(table) {
  const first = { row: true, column: true };
  eachCell(table, (cell, _place, row, column) => {
    if (row === 0 && !isHeader(cell)) first.row = false;
    if (column === 0 && row > 0 && !isHeader(cell)) first.column = false;
  });
  return { row: first.row, column: first.column && table.childCount > 1 };
}

function describeTable(editor, { caption, headRow, headColumn }) {
  return editor.chain().focus().command(({ tr, state }) => {
    const { node, place } = tableAround(editor);
    const { tableHeader, tableCell } = state.schema.nodes;
    tr.setNodeMarkup(place, null, { ...node.attrs, caption });
    eachCell(node, (cell, offset, row, column) => {
      const kind = (row === 0 && headRow) || (column === 0 && headColumn) ? tableHeader : tableCell;
      if (cell.type !== kind) tr.setNodeMarkup(place + offset, kind, cell.attrs);
    });
    return true;
  }).run();
}

function tableDialog({ editor, box }) {
  const form = box.querySelector("form").elements;
  const parts = box.querySelectorAll("[data-when=new]");
  onConfirm(box, ({ caption, rows, columns, headRow, headColumn }) => {
    if (!tableAround(editor)) {
      const size = { rows: Number(rows.value), cols: Number(columns.value), withHeaderRow: false };
      editor.chain().focus().insertTable(size).run();
    }
    const told = { caption: caption.value.trim(), headRow: headRow.checked, headColumn: headColumn.checked };
    return describeTable(editor, told);
  });
  return () => {
    const table = tableAround(editor)?.node;
    for (const part of parts) {
      part.hidden = Boolean(table);
      part.querySelector("input").disabled = Boolean(table);
    }
    if (!table) return;
    const headers = headersOf(table);
    form.caption.value = table.attrs.caption;
    form.headRow.checked = headers.row;
    form.headColumn.checked = headers.column;
  };
}
