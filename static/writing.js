// The desk of a block: while somebody types, how it reads and what is to be looked at follow;
// figures are found by their names and put in where the cursor stands. Every button does the
// same without this, by posting the form; nothing is saved but by “Save”.
(() => {
  "use strict";

  const form = document.getElementById("writing");
  if (!form) return;
  const STILL = 700; // so long nothing was typed
  const text = form.querySelector("textarea[name=text]");
  const find = document.getElementById("id_find");
  const found = document.querySelector("[data-found]");
  const beside = document.querySelector("[data-beside]");
  const says = document.querySelector("[data-desk-says]");
  const came = text ? text.value : "";
  let leaving = false;

  async function ask(what, into) {
    const data = new FormData(form);
    data.set("do", what);
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (!answer.ok || answer.redirected) return;
    // What the server rendered, words escaped: parsed apart, so that no script in it would run.
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!into.contains(document.activeElement)) into.replaceChildren(...part.body.childNodes);
  }

  // One question at a time, about what stands there last.
  function follower(what, into, after) {
    let waiting = null;
    let asking = false;
    let again = false;
    const go = async () => {
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      again = false;
      await ask(what, into).catch(() => {});
      asking = false;
      if (again) go();
    };
    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(go, after);
    };
  }

  // Put words in the place of a stretch, so that the browser can undo it.
  function write(start, end, words) {
    text.focus();
    text.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) {
      text.setRangeText(words, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function put(token) {
    const at = text.selectionEnd;
    const before = text.value.slice(0, at);
    const after = text.value.slice(at);
    const left = !before || /\s$/.test(before) ? "" : " ";
    const right = !after || /^[\s.,;:!?)%]/.test(after) ? "" : " ";
    write(at, at, `${left}${token}${right}`);
    says.textContent = `${token} is put in`;
  }

  function mend(value) {
    const [start, end, typed, words] = JSON.parse(value);
    if (text.value.slice(start, end) !== typed) return false;
    write(start, end, words);
    says.textContent = `${typed} is now ${words}`;
    return true;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button || !text) return;
    const { value } = button;
    if (value.startsWith("put:")) {
      event.preventDefault();
      put(value.slice(4));
    } else if (value.startsWith("mend:") && mend(value.slice(5))) {
      event.preventDefault();
      look();
    }
  });

  const look = follower("beside", beside, STILL);
  if (text) text.addEventListener("input", look);
  if (find) {
    const offer = follower("figures", found, 250);
    find.addEventListener("input", offer);
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      offer();
    });
  }

  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && text && text.value !== came) event.preventDefault();
  });
})();
