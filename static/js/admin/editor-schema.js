// What a text may hold: the elements that portal/richtext.py keeps, and no looks.

const PICTURE = /^\/hinh-anh\/([a-z0-9]{16})\/[a-z0-9]+\.(?:webp|jpg)$/;
export const LINK = /^(?:\/(?![/\\])|#|https?:\/\/|mailto:|tel:)/i;

function pictureIn(element) {
  const image = element.matches("img") ? element : element.querySelector("img");
  const [, key] = PICTURE.exec(image?.getAttribute("src") ?? "") ?? [];
  if (!key) return false;
  const alt = image.getAttribute("alt") ?? "";
  return { key, alt, decorative: !alt && image.getAttribute("role") === "presentation" };
}

export function extensions(library, { pictureAddress, goToToolbar, openDialog, leaveFull }) {
  const { Extension, Mark, Node } = library;

  const Link = Mark.create({
    name: "link",
    priority: 1000,
    inclusive: false,
    addAttributes: () => ({ href: { default: null } }),
    parseHTML: () => [
      { tag: "a[href]", getAttrs: (a) => LINK.test(a.getAttribute("href")) && { href: a.getAttribute("href") } },
    ],
    renderHTML: ({ HTMLAttributes }) => ["a", { href: HTMLAttributes.href }, 0],
    addKeyboardShortcuts: () => ({ "Mod-k": () => openDialog("link") }),
  });

  // A picture whose text is its caption: the caption is written in its place.
  const Figure = Node.create({
    name: "figure",
    group: "block",
    content: "inline*",
    isolating: true,
    defining: true,
    draggable: true,
    addAttributes: () => ({ key: { default: "" }, alt: { default: "" }, decorative: { default: false } }),
    parseHTML: () => [
      {
        tag: "figure",
        getAttrs: pictureIn,
        contentElement: (figure) => figure.querySelector("figcaption") ?? document.createElement("figcaption"),
      },
      { tag: "img", getAttrs: pictureIn },
    ],
    renderHTML({ node: { attrs } }) {
      const role = attrs.decorative ? { role: "presentation" } : {};
      return ["figure", ["img", { src: `/hinh-anh/${attrs.key}/w1280.webp`, alt: attrs.alt, ...role }], ["figcaption", 0]];
    },
    addNodeView: () => ({ node }) => {
      const dom = document.createElement("figure");
      const image = document.createElement("img");
      const contentDOM = document.createElement("figcaption");
      dom.append(image, contentDOM);
      const show = ({ attrs }) => {
        const address = pictureAddress(attrs.key);
        if (image.getAttribute("src") !== address) image.src = address;
        image.alt = attrs.alt;
        // Pictures that nobody has described yet are seen at once.
        dom.toggleAttribute("data-undescribed", !attrs.alt && !attrs.decorative);
      };
      image.contentEditable = "false";
      show(node);
      return {
        dom,
        contentDOM,
        ignoreMutation: (change) => change.type !== "selection" && !contentDOM.contains(change.target),
        update: (next) => next.type.name === "figure" && (show(next), true),
      };
    },
    addKeyboardShortcuts() {
      const caption = () => {
        const { $from, empty } = this.editor.state.selection;
        return empty && $from.parent.type.name === "figure" ? $from : null;
      };
      return {
        Enter: () => {
          const $from = caption();
          if (!$from) return false;
          const after = $from.after();
          return this.editor.chain().insertContentAt(after, { type: "paragraph" }).setTextSelection(after + 1).run();
        },
        Backspace: () => {
          const $from = caption();
          if (!$from || $from.parentOffset || $from.parent.content.size) return false;
          return this.editor.commands.deleteNode("figure");
        },
      };
    },
  });

  const Table = library.Table.extend({
    addAttributes: () => ({
      caption: { default: "", rendered: false, parseHTML: (table) => table.caption?.textContent.trim() ?? "" },
    }),
    parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
    renderHTML: ({ node: { attrs } }) =>
      attrs.caption ? ["table", ["caption", attrs.caption], ["tbody", 0]] : ["table", ["tbody", 0]],
    addNodeView: () => null,
    // Tab goes from cell to cell, and out of the table behind the last one: nobody is caught in it.
    addKeyboardShortcuts() {
      const { Tab, ...others } = this.parent();
      return { ...others, Tab: () => this.editor.commands.goToNextCell() };
    },
  });

  // Tab leaves a list as it leaves everything else; the buttons and these keys move an item in and out.
  const ListItem = library.ListItem.extend({
    addKeyboardShortcuts() {
      return {
        Enter: () => this.editor.commands.splitListItem("listItem"),
        "Mod-]": () => this.editor.commands.sinkListItem("listItem"),
        "Mod-[": () => this.editor.commands.liftListItem("listItem"),
      };
    },
  });

  const Keys = Extension.create({
    name: "portalKeys",
    addKeyboardShortcuts: () => ({ "Alt-F10": goToToolbar, Escape: leaveFull }),
  });

  const { Blockquote, Bold, BulletList, Document, Dropcursor, Gapcursor, HardBreak, Heading, History } = library;
  const { Italic, OrderedList, Paragraph, TableCell, TableHeader, TableRow, Text, TrailingNode } = library;
  return [
    ...[Document, Paragraph, Text, HardBreak, Heading.configure({ levels: [2, 3, 4] }), Bold, Italic, Link],
    ...[BulletList, OrderedList, ListItem, Blockquote, Figure, Table, TableRow, TableHeader, TableCell],
    ...[History, Gapcursor, Dropcursor, TrailingNode, Keys],
  ];
}
