// The focal point of a picture, chosen on the picture. The two number fields hold it, and work alone.

const STEPS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

for (const frame of document.querySelectorAll("[data-focal-point]")) {
  const inputs = ["focal_x", "focal_y"].map(name => document.querySelector(`input[name="${name}"]`));
  if (inputs.every(Boolean)) start(frame, ...inputs);
}

function start(frame, x, y) {
  const marker = frame.querySelector("button");
  const picture = frame.querySelector("img");
  marker.hidden = false;
  document.querySelector("[data-focal-point-words]").hidden = false;

  picture.addEventListener("click", event => {
    const box = picture.getBoundingClientRect();
    choose(
      ((event.clientX - box.left) / box.width) * 100,
      ((event.clientY - box.top) / box.height) * 100,
    );
    marker.focus();
  });

  marker.addEventListener("keydown", event => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const length = event.shiftKey ? 10 : 1;
    choose(Number(x.value) + step[0] * length, Number(y.value) + step[1] * length);
  });

  for (const input of [x, y]) input.addEventListener("input", show);
  show();

  function choose(left, top) {
    for (const [input, percent] of [[x, left], [y, top]]) {
      input.value = Math.min(100, Math.max(0, Math.round(percent)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function show() {
    marker.style.setProperty("--focal-x", `${x.value || 50}%`);
    marker.style.setProperty("--focal-y", `${y.value || 50}%`);
  }
}
