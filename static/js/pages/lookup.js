// The code on a slip leads here with number and secret behind the #, which browsers send to nobody. They are put into
// the form, taken out of the address, and sent by the reader.
const code = document.querySelector("[data-code]");
const secret = document.querySelector("[data-secret]");

function take() {
  const found = location.hash.match(/^#([2-9A-Z]{12})\.([2-9A-Z]{12})$/i);
  if (!found) return;
  [code.value, secret.value] = found.slice(1).map((word) => word.match(/.{4}/g).join("-"));
  history.replaceState(null, "", location.pathname + location.search);
  code.form.querySelector("[type=submit]").focus();
}

addEventListener("hashchange", take);
take();
