// What is pasted from Word, Google Docs or a web page, as plain structure: headings, lists, tables, links.

const DROPPED =
  "script,style,meta,link,title,xml,template,iframe,object,embed,noscript,svg,math,canvas,audio,video,button,input,select,textarea,[hidden],[aria-hidden=true]";
const KEPT = new Set(["href", "src", "alt", "role", "start", "colspan", "rowspan", "scope"]);
const TRACKING = /^(?:utm_\w+|fbclid|gclid|zarsrc|mc_[ce]id)$/;
const HEADINGS = "h1,h2,h3,h4,h5,h6";

const styleOf = (element) => element.getAttribute("data-style") ?? "";

export function tidy(html, { onPicturesLost } = {}) {
  // What the editor itself copied is clean.
  if (html.includes("data-pm-slice")) return html;
  const page = new DOMParser().parseFromString(disarmed(html), "text/html");
  const body = page.body;
  dropComments(page);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  for (const element of body.querySelectorAll("[data-style]")) {
    if (/display:\s*none|mso-hide:\s*all/i.test(styleOf(element))) element.remove();
  }
  makeLists(body);
  markByLook(body);
  shiftHeadings(body);
  for (const table of body.querySelectorAll("table")) giveHeaders(table);
  for (const link of body.querySelectorAll("a")) mendLink(link);
  const pictures = [...body.querySelectorAll("img")].filter((image) => !mendPicture(image));
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (!KEPT.has(name)) element.removeAttribute(name);
  }
  for (const paragraph of body.querySelectorAll(`p,${HEADINGS}`)) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("img") && !paragraph.closest("td,th")) paragraph.remove();
  }
  if (pictures.length) onPicturesLost?.();
  return body.innerHTML;
}

// A page that forbids inline styles and handlers complains of each that it parses, used or not.
function disarmed(html) {
  return html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s/"'])(style|on\w+)(?=\s*=)/gi, "$1data-$2"));
}

function dropComments(page) {
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
}

// Word writes an item as a paragraph that names its list and level and holds its own bullet or number.
function makeLists(body) {
  const open = [];
  let last = null;
  for (const paragraph of [...body.querySelectorAll(`p,${HEADINGS}`)]) {
    const [, level] = /mso-list:\s*l\d+\s+level(\d)/i.exec(styleOf(paragraph)) ?? [];
    if (!level || paragraph.matches(HEADINGS)) continue;
    const marker = paragraph.querySelector("[data-style*='mso-list:Ignore' i], [data-style*='mso-list: Ignore' i]");
    const [, number] = /^\s*\(?(\d+|[a-zđ]{1,4})[.)]/i.exec(marker?.textContent ?? "") ?? [];
    marker?.remove();
    if (!last || previousOf(paragraph) !== last) open.length = 0;
    const depth = Math.min(Number(level), open.length + 1);
    open.length = Math.min(open.length, depth);
    const tag = number ? "ol" : "ul";
    if (open.length === depth && open[depth - 1].localName !== tag) open.length = depth - 1;
    if (open.length < depth) {
      const list = body.ownerDocument.createElement(tag);
      if (number > 1) list.setAttribute("start", number);
      if (depth > 1) open[depth - 2].lastElementChild.append(list);
      else paragraph.before(list);
      open.push(list);
    }
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    open[depth - 1].append(item);
    paragraph.remove();
    last = open[0];
  }
}

function previousOf(element) {
  let node = element.previousSibling;
  while (node && node.nodeType === Node.TEXT_NODE && !node.data.trim()) node = node.previousSibling;
  return node;
}

// Bold and italic that are said by style alone, and Google's bold that is none.
function markByLook(body) {
  for (const element of body.querySelectorAll("[data-style]")) {
    const look = styleOf(element);
    if (element.matches("b,strong") && /font-weight:\s*(?:normal|400)/i.test(look)) {
      element.replaceWith(...element.childNodes);
    } else if (element.matches("span,font")) {
      if (/font-weight:\s*(?:bold|[6-9]00)/i.test(look)) wrap(element, "strong");
      if (/font-style:\s*italic/i.test(look)) wrap(element, "em");
    }
  }
}

function wrap(element, tag) {
  const mark = element.ownerDocument.createElement(tag);
  mark.append(...element.childNodes);
  element.append(mark);
}

// The title of the page is the only heading of the first level: those of a text begin at the second.
function shiftHeadings(body) {
  const shift = body.querySelector("h1") ? 1 : 0;
  for (const heading of body.querySelectorAll(HEADINGS)) {
    const level = Math.min(Number(heading.localName[1]) + shift, 4);
    if (heading.localName === `h${level}`) continue;
    rename(heading, `h${level}`);
  }
}

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) renamed.setAttribute(name, value);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

// Word knows no header cells: the first row of a table of three or more is one.
function giveHeaders(table) {
  if (table.querySelector("th")) return;
  const [first] = table.rows;
  const isHead = first && (table.tHead || (table.rows.length > 2 && first.cells.length > 1));
  for (const cell of isHead ? [...first.cells] : []) rename(cell, "th");
}

function mendLink(link) {
  const href = link.getAttribute("href") ?? "";
  let address;
  try {
    address = new URL(href, location.origin);
  } catch {
    address = null;
  }
  if (!address || !/^(?:https?|mailto|tel):$/.test(address.protocol) || /^#?_/.test(href)) {
    link.replaceWith(...link.childNodes);
    return;
  }
  for (const name of [...address.searchParams.keys()]) if (TRACKING.test(name)) address.searchParams.delete(name);
  const isOurs = address.origin === location.origin;
  if (!href.startsWith("#")) link.setAttribute("href", isOurs ? address.pathname + address.search + address.hash : address.href);
}

// Only pictures of the library stay; the others would be fetched from somewhere else by every reader.
function mendPicture(image) {
  const address = URL.parse?.(image.getAttribute("src") ?? "", location.origin);
  if (address?.origin === location.origin && /^\/hinh-anh\//.test(address.pathname)) {
    image.setAttribute("src", address.pathname);
    return true;
  }
  image.remove();
  // A picture of one point counts visitors; nobody misses it.
  return Number(image.getAttribute("width")) === 1;
}
