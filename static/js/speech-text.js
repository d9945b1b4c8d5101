// Text as a voice should say it, and the sentences of a text.

const WORDS = new Map(
  `BCA Bộ Công an
BHXH bảo hiểm xã hội
BHYT bảo hiểm y tế
BNNMT Bộ Nông nghiệp và Môi trường
BTC Bộ Tài chính
BTP Bộ Tư pháp
BXD Bộ Xây dựng
BYT Bộ Y tế
CCCD căn cước công dân
CCHC cải cách hành chính
CP Chính phủ
CT chỉ thị
DVC dịch vụ công
GCN giấy chứng nhận
HCM Hồ Chí Minh
HĐND Hội đồng nhân dân
HTX hợp tác xã
KH kế hoạch
NĐ nghị định
NHNN Ngân hàng Nhà nước
NQ nghị quyết
PAKN phản ánh, kiến nghị
QĐ quyết định
QH Quốc hội
STT số thứ tự
TP thành phố
TT thông tư
TTg Thủ tướng Chính phủ
TTHC thủ tục hành chính
TTPVHCC Trung tâm Phục vụ hành chính công
UBND Ủy ban nhân dân
UBTVQH Ủy ban Thường vụ Quốc hội
VNĐ đồng`
    .split("\n")
    .map((line) => line.split(/ (.*)/)),
);
const UNITS = {
  "%": "phần trăm",
  "₫": "đồng",
  đ: "đồng",
  cm: "xăng ti mét",
  ha: "héc ta",
  km: "ki lô mét",
  m: "mét",
};
const KINDS = "chỉ thị|kế hoạch|nghị định|nghị quyết|quyết định|thông tư";
const KIND = new RegExp(`^(${KINDS})`);
const TWICE = new RegExp(`(^|[^\\p{L}])(${KINDS}|số|tháng|từ)(?: số)? \\2(?!\\p{L})`, "giu");
const NUMBER = "\\d(?:[\\d.,:/h]*[\\dh])?%?";
const RANGE = new RegExp(`(ngày )?(${NUMBER})\\s*[–—-]\\s*(${NUMBER})(?![\\p{L}\\d/-])`, "gu");

const CODE = /\b(\d)\.(\d{6})(?!\d)/g;

const spaced = (digits) => [...digits].join(" ");
const dotted = (address) => address.replace(/\./g, " chấm ");

const sayCode = (point) => (_, first, rest) => `${first} ${point} ${spaced(rest)}`;

function sayDocument(_, number, year, codes) {
  const words = codes.split("-").map((code) => {
    const [, letters, term] = code.match(/^(\D+)(\d*)$/);
    return (WORDS.get(letters) ?? letters) + (term && ` khóa ${term}`);
  });
  const kind = KIND.test(words[0]) ? `${words.shift()} ` : "";
  return `${kind}số ${number}${year ? ` năm ${year}` : ""}${words[0] ? ` của ${words}` : ""}`;
}

function sayPhone(number) {
  const size = number.replace(/\D/g, "").length;
  if (size < 8 || size > 12) return number;
  const groups = number.match(/\d+/g);
  return (groups[1] ? groups : number.match(/^\d{4}|\d{1,3}/g)).map(spaced).join(", ");
}

function sayRange(_, day = "", from, to) {
  return /[:/h]/.test(from) ? `từ ${day}${from} đến ${day}${to}` : `${day}${from} đến ${to}`;
}

function sayDate(text, said, day, month, year) {
  return said || year ? `ngày ${+day} tháng ${+month}${year ? ` năm ${year}` : ""}` : text;
}

function sayTime(text, hours, minutes = 0) {
  if (hours > 24 || minutes > 59) return text;
  return `${+hours} giờ${+minutes ? ` ${+minutes} phút` : ""}`;
}

function sayUnit(text, digit, unit, power) {
  if (!UNITS[unit]) return text;
  return `${digit} ${UNITS[unit]}${power && (/[²2]/.test(power) ? " vuông" : " khối")}`;
}

// What may be several things is taken by the first.
const RULES = [
  [/^[\s+*•–-]+(?=\s)/, ""],
  [/[.…_]{3,}/g, " "],
  [/[\w.+-]+@[\w.-]*\w/g, (mail) => dotted(mail).replace("@", " a còng ")],
  [/(?:https?:\/\/|www\.)*\b([\w.-]+\.(?:vn|com|org|net))\b(?:[/?][^\s)]*)?/g, (_, host) => dotted(host)],
  [CODE, sayCode("chấm")],
  [/\b(\d+)(?:\/(\d{4}))?\/((?:TTg|[A-ZĐ]+\d*)(?:-(?:TTg|[A-ZĐ]+\d*))*)/g, sayDocument],
  [/\b(?:0\d{2,3}|1[89]00)(?:[ .-]?\d{2,4}){1,3}(?!\d)/g, sayPhone],
  [RANGE, sayRange],
  [/(ngày )?\b([012]?\d|3[01])\/(0?\d|1[012])(?:\/(\d{4}))?(?![\d/])/g, sayDate],
  [/\b(0?\d|1[012])\/((?:19|20)\d\d)(?![\d.,]*\d)/g, (_, m, y) => `tháng ${+m} năm ${y}`],
  [/\b(\d{1,2})(?:h|:(?=\d))(\d\d)?(?![\p{L}\d])/gu, sayTime],
  [/\b\d{1,3}(?:\.\d{3})+(?!\d)/g, (number) => number.replace(/\./g, "")],
  [
    /(^|[^\d,])(\d+),(\d+)(?!,?\d)/g,
    (_, before, whole, part) => `${before}${whole} phẩy ${part[0] === "0" ? spaced(part) : part}`,
  ],
  [/(\d)\s*([%₫]|[a-zđ]+)([²³23]?)(?![\p{L}\d])/gu, sayUnit],
  [/(\d)\s*\/\s*(?=\d)/g, "$1 trên "],
  [/TP\.\s*/g, "TP "],
  [/([A-ZĐ])-(?=[A-ZĐ])/g, "$1 "],
  [/[\p{L}\d]+/gu, (word) => WORDS.get(word) ?? word],
  [/đồng\s*\/\s*(?=\p{L})/gu, "đồng một "],
  [/(\p{L})\s*\/\s*(?=\p{L})/gu, "$1, "],
  [/\s+[–—]\s+/g, ", "],
  [TWICE, "$1$2"],
  [/\s+/g, " "],
];

export function speakable(text, language) {
  const rules = language.startsWith("vi") ? RULES : [[CODE, sayCode("point")]];
  return rules.reduce((said, [what, how]) => said.replace(what, how), text).trim();
}

// A point after these ends no sentence.
const GOES_ON = /(?:^|[\s(])(?:\d{1,2}|\p{L}|TP|Tr|ThS|BS|Mrs?|Dr|No)\.$/u;
// Android's Chrome falls silent in the middle of longer ones.
const LONGEST = 200;

// [[start, end], …]
export function sentences(text) {
  const found = [];
  let start = 0;
  const add = (end) => {
    while (end - start > LONGEST) {
      const piece = text.slice(start, start + LONGEST);
      const comma = piece.search(/[,;] [^,;]*$/);
      const length = (comma > 50 ? comma : piece.lastIndexOf(" ")) + 1 || LONGEST;
      found.push([start, start + length]);
      start += length;
    }
    found.push([start, end]);
    start = end;
  };
  for (const { index, 0: mark } of text.matchAll(/[.!?…]+["”’)]*(?=\s)|\n/g)) {
    const end = index + mark.length;
    if (!GOES_ON.test(text.slice(Math.max(start, end - 6), end))) add(end);
  }
  add(text.length);
  return found.filter(([from, to]) => /[\p{L}\d]/u.test(text.slice(from, to)));
}
