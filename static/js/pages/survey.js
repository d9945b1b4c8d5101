// Asks only what is to be answered, shows how far one is, takes an invitation's code from behind the #.
const form = document.querySelector("[data-survey]");
const bar = form.querySelector("progress");
const pass = form.elements.pass_key;

function update() {
  let all = 0, done = 0;
  for (const row of form.querySelectorAll("[data-question]")) {
    const boxes = [...row.querySelectorAll("[name]")];
    const only = row.dataset.if;
    row.hidden = only && !form.querySelector(only);
    for (const box of boxes) box.disabled = row.hidden;
    if (row.hidden) continue;
    all++;
    done += boxes.some((box) => (box.type[0] == "t" ? box.value : box.checked));
  }
  bar.max = all;
  bar.value = done;
}

if (pass && /^#\w{5}-?\w{5}$/.test(location.hash)) {
  pass.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
}
bar.hidden = false;
form.oninput = update;
onpageshow = update;
