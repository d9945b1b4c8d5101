// Rich text for staff: an editor over each textarea of templates/admin/outreach/editor.html. Without script, or
// if a part of it does not come, the textarea itself is there.

const COMMANDS = {
  heading2: { run: (c) => c.toggleHeading({ level: 2 }), on: ["heading", { level: 2 }] },
  heading3: { run: (c) => c.toggleHeading({ level: 3 }), on: ["heading", { level: 3 }] },
  bold: { run: (c) => c.toggleBold(), on: ["bold"] },
  italic: { run: (c) => c.toggleItalic(), on: ["italic"] },
  bullets: { run: (c) => c.toggleBulletList(), on: ["bulletList"] },
  numbers: { run: (c) => c.toggleOrderedList(), on: ["orderedList"] },
  quote: { run: (c) => c.toggleBlockquote(), on: ["blockquote"] },
  undo: { run: (c) => c.undo() },
  redo: { run: (c) => c.redo() },
  sink: { run: (c) => c.sinkListItem("listItem") },
  lift: { run: (c) => c.liftListItem("listItem") },
  rowAfter: { run: (c) => c.addRowAfter() },
  columnAfter: { run: (c) => c.addColumnAfter() },
  rowDelete: { run: (c) => c.deleteRow() },
  columnDelete: { run: (c) => c.deleteColumn() },
  tableDelete: { run: (c) => c.deleteTable() },
};
const PICTURES_LOST = "Ảnh không dán theo được. Xin bấm Ảnh để đưa từng ảnh vào thư viện rồi đặt vào bài.";

async function start(root) {
  const textarea = root.querySelector("textarea");
  if (textarea.disabled || textarea.readOnly) return;
  const { library: libraryAddress, schema, dialogs: dialogsAddress, paste } = root.dataset;
  const [library, { extensions }, { dialogs }, { tidy }] = await Promise.all(
    [libraryAddress, schema, dialogsAddress, paste].map((address) => import(address)),
  );
  const parts = root.querySelector("template").content.cloneNode(true);
  const frame = parts.querySelector(".editor__frame");
  const toolbar = frame.querySelector("[role=toolbar]");
  const status = frame.querySelector("[role=status]");
  const buttons = [...toolbar.querySelectorAll("button")];
  const label = textarea.labels[0];
  let shown = null;

  const editor = new library.Editor({
    element: frame.querySelector(".editor__area"),
    content: textarea.value,
    // The policy of the page allows no style that a script writes into it.
    injectCSS: false,
    extensions: extensions(library, {
      pictureAddress: (key) => root.dataset.picture.replace("KEY", key),
      goToToolbar: () => (buttons.find((button) => button.tabIndex === 0).focus(), true),
      openDialog: (name) => shown.open(name),
      leaveFull: () => shown.full.open && (shown.full.close(), true),
    }),
    editorProps: {
      attributes: {
        class: "editor__text",
        "aria-multiline": "true",
        "aria-label": textarea.getAttribute("aria-label") ?? label?.textContent.replace(/:\s*$/, "").trim() ?? "",
        ...(textarea.hasAttribute("aria-describedby") && { "aria-describedby": textarea.getAttribute("aria-describedby") }),
        ...(textarea.getAttribute("aria-invalid") === "true" && { "aria-invalid": "true" }),
      },
      transformPastedHTML(html) {
        status.textContent = "";
        return tidy(html, { onPicturesLost: () => (status.textContent = PICTURES_LOST) });
      },
      handlePaste: (_view, event) => refuseFiles(event.clipboardData),
      handleDrop: (_view, event) => refuseFiles(event.dataTransfer),
      handleDoubleClickOn: (_view, _pos, node, _place, event) =>
        node.type.name === "figure" && event.target.matches("img") && shown.open("picture"),
    },
    onUpdate() {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: showState,
  });
  const csrfToken = () => textarea.form.elements.csrfmiddlewaretoken.value;
  shown = dialogs({ editor, root, parts, csrfToken, goOnWriting });
  root.append(frame);
  const isTyping = document.activeElement === textarea;
  textarea.hidden = true;
  // Who began before the editor had come goes on in it.
  if (isTyping) goOnWriting("end");
  label?.addEventListener("click", () => goOnWriting());
  // A script that fills the field anew says so.
  textarea.addEventListener("change", () => editor.commands.setContent(textarea.value, { emitUpdate: false }));

  // The library's own command waits for a frame, in which letters would be lost.
  function goOnWriting(place) {
    editor.commands.focus(place);
    editor.view.focus();
  }

  // A picture that is pasted or dropped as a file would be lost, and a browser may open it in place of the page.
  function refuseFiles(data) {
    if (!data?.files.length || data.types.includes("text/html")) return false;
    status.textContent = PICTURES_LOST;
    return true;
  }

  function showState() {
    if (!shown) return;
    for (const button of buttons) {
      const { on } = COMMANDS[button.dataset.command] ?? {};
      if (on) button.setAttribute("aria-pressed", editor.isActive(...on));
    }
    for (const group of toolbar.querySelectorAll("[data-when]")) group.hidden = !editor.isActive(group.dataset.when);
    if (!buttons.some((button) => button.tabIndex === 0 && button.offsetParent)) stopAt(buttons[0]);
  }

  // The toolbar is one stop of the Tab key; arrows go along it.
  function stopAt(button) {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  }

  toolbar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    stopAt(button);
    status.textContent = "";
    const { command, dialog } = button.dataset;
    if (dialog) shown.open(dialog);
    else if (command === "full") toggleFull();
    else {
      COMMANDS[command].run(editor.chain()).run();
      goOnWriting();
    }
  });
  toolbar.addEventListener("keydown", (event) => {
    const reachable = buttons.filter((button) => button.offsetParent);
    const at = reachable.indexOf(document.activeElement);
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    const next = reachable.at(places[event.key] % reachable.length);
    stopAt(next);
    next.focus();
  });

  const fullButton = toolbar.querySelector("[data-command=full]");
  function toggleFull() {
    if (shown.full.open) {
      shown.full.close();
      return;
    }
    shown.full.append(frame);
    shown.full.showModal();
    fullButton.setAttribute("aria-pressed", "true");
    goOnWriting();
  }
  shown.full.addEventListener("close", () => {
    root.append(frame);
    fullButton.setAttribute("aria-pressed", "false");
    goOnWriting();
  });

  stopAt(buttons[0]);
  showState();
}

for (const root of document.querySelectorAll("[data-editor]")) start(root);
