// Keeps what is typed into a form: some seconds after a change, and when the page is left. See portal/autosave.py.

const EVERY = 10_000;
// What a browser still sends for a page that is closed.
const LARGEST_LAST_WORD = 60_000;

function start(box) {
  const form = document.getElementById(box.dataset.autosave);
  if (!form) return;
  const status = box.querySelector("[role=status]");
  let timer = null;
  let kept = typed();
  let ended = false;

  function typed() {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") sent.append(name, value);
    }
    sent.append("_form_of", box.dataset.formOf);
    return sent.toString();
  }

  async function save({ isLeaving = false } = {}) {
    clearTimeout(timer);
    timer = null;
    const body = typed();
    if (ended || body === kept) return;
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    };
    try {
      const keepalive = isLeaving && body.length < LARGEST_LAST_WORD;
      const answer = await fetch(box.dataset.saveAddress, { method: "POST", body, headers, keepalive, redirect: "error" });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      kept = body;
      status.textContent = `Đã lưu tạm lúc ${told.saved_at}. Chỉ ông/bà thấy bản lưu tạm; nhớ bấm Lưu khi xong.`;
    } catch {
      status.textContent = "Chưa lưu tạm được. Cổng sẽ thử lại; nếu vẫn thấy dòng này, ông/bà hãy bấm Lưu.";
      if (!ended) timer ??= setTimeout(save, EVERY);
    }
  }

  function changed() {
    if (!ended) timer ??= setTimeout(save, EVERY);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // Choices of Select2 are told to jQuery alone.
  globalThis.django?.jQuery?.(form).on("change", changed);
  form.addEventListener("submit", () => {
    ended = true;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ isLeaving: true });
  });
  globalThis.addEventListener("pagehide", () => save({ isLeaving: true }));
  status.textContent = "Cổng tự lưu tạm khi ông/bà gõ.";
}

// While an earlier draft is offered nothing is kept: it would be overwritten.
for (const box of document.querySelectorAll("[data-autosave]")) {
  if (box.hasAttribute("data-draft-offered")) {
    box.querySelector("[role=status]").textContent = "Cổng chưa tự lưu tạm cho tới khi ông/bà chọn.";
  } else {
    start(box);
  }
}
